"""PutMetricAlarm, SetAlarmState and PutMetricData: what moto does, and the alarms look.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.cloudwatch.actions import Former, changed
from sandbox.services.cloudwatch.evaluation import COMPARISONS
from sandbox.services.cloudwatch.watch import Watch

SHORT_PERIODS = (10, 20, 30)
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 604800
STATISTICS = ("Average", "Maximum", "Minimum", "SampleCount", "Sum")
MISSING = ("breaching", "notBreaching", "ignore", "missing")
ACTION_MEMBERS = ("AlarmActions", "OKActions", "InsufficientDataActions")
FIRST_REASON = "Unchecked: Initial alarm creation"


@operation("cloudwatch", "PutMetricAlarm")
def put_metric_alarm(call: Call, AlarmName: str, **settings: Any) -> dict[str, Any]:
    """Make an alarm, whose state isn't known yet, or change one, whose state stays."""
    _refuse_unserved(settings)
    _check(settings)
    watch, alarms = _watch(call), cloudwatch_backends[call.account][call.region].alarms
    with watch.lock:
        former = alarms.get(AlarmName)
        answer = call.moto()
        alarm = alarms[AlarmName]
        alarm.state_value, alarm.state_reason = "INSUFFICIENT_DATA", FIRST_REASON
        if former is not None:
            alarm.state_value, alarm.state_reason = former.state_value, former.state_reason
            alarm.state_reason_data = former.state_reason_data
            alarm.state_updated_timestamp = former.state_updated_timestamp
            alarm.history = former.history
    watch.look()
    return answer


@operation("cloudwatch", "SetAlarmState")
def set_alarm_state(call: Call, AlarmName: str, **_: Any) -> dict[str, Any]:
    """Give an alarm a state, which acts as any change does, until the next look."""
    watch, alarms = _watch(call), cloudwatch_backends[call.account][call.region].alarms
    with watch.lock:
        former = Former.of(alarms[AlarmName]) if AlarmName in alarms else None
        answer = call.moto()
        alarm = alarms[AlarmName]
    if former is not None and former.value != alarm.state_value:
        changed(call.runtime, call.account, alarm, former)
    return answer


@operation("cloudwatch", "PutMetricData")
def put_metric_data(call: Call, **_: Any) -> dict[str, Any]:
    """Add to metrics, at which the alarms look."""
    answer = call.moto()
    _watch(call).look()
    return answer


def _watch(call: Call) -> Watch:
    return call.runtime.state(Watch, call.account, call.region)


def _refuse_unserved(settings: dict[str, Any]) -> None:
    """Refuse what no alarm here would watch, or do."""
    unserved = {
        "Metrics": "alarms on expressions and on several metrics",
        "ThresholdMetricId": "alarms on anomaly detection",
        "ExtendedStatistic": "percentiles",
        "EvaluationCriteria": "alarms on PromQL",
    }
    for member, what in unserved.items():
        if settings.get(member):
            raise _invalid(f"The parameter {member} is not served: the sandbox has no {what}.")
    for member in ACTION_MEMBERS:
        for arn in settings.get(member) or ():
            if not arn.startswith("arn:aws:sns:"):
                raise _invalid(f"{member} has {arn}: the sandbox serves topics of SNS only.")


def _check(settings: dict[str, Any]) -> None:
    required = ("ComparisonOperator", "EvaluationPeriods", "MetricName", "Namespace", "Period")
    for member in (*required, "Statistic", "Threshold"):
        if settings.get(member) is None:
            raise _wrong(f"The parameter {member} must be specified for an alarm on a metric.")
    choices = {
        "ComparisonOperator": tuple(COMPARISONS),
        "Statistic": STATISTICS,
        "TreatMissingData": MISSING,
    }
    for member, known in choices.items():
        value = settings.get(member)
        if value is not None and value not in known:
            raise _wrong(
                f"Option {value} is not supported. Supported options for parameter {member} are "
                f"{', '.join(known)}."
            )
    period, periods = int(settings["Period"]), int(settings["EvaluationPeriods"])
    if period not in SHORT_PERIODS and (period < MINUTE or period % MINUTE):
        raise _wrong("Period must be 10, 20, 30 or a multiple of 60.")
    if periods < 1:
        raise _wrong("EvaluationPeriods must be 1 or more.")
    longest = WEEK if period >= HOUR else DAY
    if period * periods > longest:
        raise _wrong(f"Metrics cannot be checked across more than {longest} seconds.")
    if not 1 <= int(settings.get("DatapointsToAlarm") or periods) <= periods:
        raise _wrong("DatapointsToAlarm must be 1 or more, and not more than EvaluationPeriods.")


def _wrong(message: str) -> AwsError:
    return AwsError("ValidationError", message)


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterValue", message)
