"""Looks at alarms whenever a metric is told something, and as time goes by."""

from __future__ import annotations

import threading
from typing import cast

from moto.cloudwatch.models import Alarm, cloudwatch_backends

from sandbox.runtime import Runtime
from sandbox.services.cloudwatch.actions import Former, changed
from sandbox.services.cloudwatch.evaluation import Rule, State, evaluate
from sandbox.services.cloudwatch.metrics import Metric, dimensions_of
from sandbox.services.cloudwatch.reasons import reason, reason_data

SECONDS = 10.0
"""Between looks without new data: the shortest period of an alarm. AWS looks each minute."""


class Watch:
    """The alarms of one account and region; moto keeps them and the metrics."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self._runtime, self._account = runtime, account
        self._backend = cloudwatch_backends[account][region]
        self.lock = threading.RLock()
        """Held while states are compared and changed."""
        self._again: threading.Timer | None = None

    def look(self) -> None:
        """Evaluate all alarms in a moment, and from now on as long as there are some."""
        with self.lock:
            if self._again is not None:
                self._again.cancel()
            self._again = None
            self._wait(0)

    def _wait(self, seconds: float) -> None:
        if self._again is None and self._backend.alarms:
            self._again = self._runtime.clock.after(seconds, self._look)

    def _look(self) -> None:
        with self.lock:
            self._again = None
        try:
            for alarm in list(self._backend.alarms.values()):
                self._evaluate(alarm)
        finally:  # also where an alarm could not tell of its change
            with self.lock:
                self._wait(SECONDS)

    def _evaluate(self, alarm: Alarm) -> None:
        rule = rule_of(alarm)
        period = int(alarm.period)
        points = metric_of(self._account, alarm).points(
            period, rule.range, self._runtime.clock.now()
        )
        with self.lock:
            if self._backend.alarms.get(alarm.name) is not alarm:
                return
            verdict = evaluate(rule, points.values, cast(State, alarm.state_value))
            if verdict.state == alarm.state_value:
                return
            former = Former.of(alarm)
            alarm.update_state(
                reason(rule, points, verdict, of_several=bool(alarm.datapoints_to_alarm)),
                reason_data(rule, points, verdict, statistic=alarm.statistic, period=period),
                verdict.state,
            )
        changed(self._runtime, self._account, alarm, former)


def rule_of(alarm: Alarm) -> Rule:
    """When an alarm is one.

    Alarms over DynamoDB's metrics ignore what is missing, whatever they say.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    periods = int(alarm.evaluation_periods)
    missing = "ignore" if alarm.namespace == "AWS/DynamoDB" else alarm.treat_missing_data
    return Rule(
        alarm.comparison_operator,
        float(alarm.threshold),
        periods,
        int(alarm.datapoints_to_alarm or periods),
        missing or "missing",
    )


def metric_of(account: str, alarm: Alarm) -> Metric:
    """What an alarm watches."""
    return Metric(
        account,
        alarm.region_name,
        alarm.namespace,
        alarm.metric_name,
        dimensions_of(alarm.dimensions),
        alarm.statistic,
        alarm.unit,
    )


def put(
    runtime: Runtime, account: str, region: str, namespace: str, data: list[dict[str, object]]
) -> None:
    """Add to metrics as a service of AWS does, in the form of PutMetricData."""
    cloudwatch_backends[account][region].put_metric_data(namespace, data)
    runtime.state(Watch, account, region).look()
