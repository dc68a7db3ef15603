"""The looks at alarms, one after the other."""

from __future__ import annotations

from sandbox.services.cloudwatch import watch
from tests.sandbox.redshift_services.tools import until


def test_a_look_that_fails_is_not_the_last(aws, monkeypatch):
    looks = []

    def fail(*_):
        looks.append("failed")
        raise OSError("no metrics")

    monkeypatch.setattr(watch, "SECONDS", 0.1)
    monkeypatch.setattr(watch, "metric_of", fail)
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="watched",
        Namespace="Shop",
        MetricName="Orders",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
        Threshold=10.0,
    )
    try:
        until(lambda: len(looks) > 2)
    finally:
        cloudwatch.delete_alarms(AlarmNames=["watched"])
