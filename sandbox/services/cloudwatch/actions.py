"""What a change of an alarm's state brings about: an event, and what the alarm is to do.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from __future__ import annotations

import contextlib
import functools
import json
import uuid
from dataclasses import dataclass
from typing import Any

import botocore.session
from moto.cloudwatch.models import Alarm

from sandbox.errors import AwsError
from sandbox.runtime import Runtime
from sandbox.services import sns
from sandbox.services.cloudwatch.reasons import stamp
from sandbox.services.events.bus import Event, publish

SERVICE = "cloudwatch.amazonaws.com"
ACTIONS = {
    "ALARM": "alarm_actions",
    "OK": "ok_actions",
    "INSUFFICIENT_DATA": "insufficient_data_actions",
}


@dataclass(frozen=True)
class Former:
    """The state that an alarm was in before."""

    value: str
    reason: str
    reason_data: str
    since: Any

    @classmethod
    def of(cls, alarm: Alarm) -> Former:
        """The state that an alarm is in now."""
        return cls(
            alarm.state_value,
            alarm.state_reason,
            alarm.state_reason_data,
            alarm.state_updated_timestamp,
        )

    def members(self) -> dict[str, Any]:
        """As an event tells it."""
        data = {"reasonData": self.reason_data} if self.reason_data not in {"", "{}"} else {}
        return {
            "value": self.value,
            "reason": self.reason,
            "timestamp": stamp(self.since),
            **data,
        }


def changed(runtime: Runtime, account: str, alarm: Alarm, former: Former) -> None:
    """Tell the default bus that an alarm's state is another, and do what it is to do then."""
    detail = {
        "alarmName": alarm.name,
        "configuration": {"description": alarm.description, "metrics": [_metric(alarm)]},
        "previousState": former.members(),
        "state": Former.of(alarm).members(),
    }
    event = Event("aws.cloudwatch", "CloudWatch Alarm State Change", detail, [alarm.alarm_arn])
    publish(runtime, account, alarm.region_name, event)
    if not alarm.actions_enabled:
        return
    sender = sns.Sender(SERVICE, account, alarm.alarm_arn)
    region = _regions().get(alarm.region_name, alarm.region_name)
    for topic in getattr(alarm, ACTIONS[alarm.state_value]):
        # as on AWS nobody is told of an action that fails
        with contextlib.suppress(AwsError):
            sns.publish(
                runtime,
                sender,
                topic,
                subject=f'{alarm.state_value}: "{alarm.name}" in {region}',
                message=json.dumps(_message(account, alarm, former, region)),
            )


def _metric(alarm: Alarm) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, alarm.alarm_arn)),
        "metricStat": {
            "metric": {
                "dimensions": {each.name: each.value for each in alarm.dimensions},
                "name": alarm.metric_name,
                "namespace": alarm.namespace,
            },
            "period": int(alarm.period),
            "stat": alarm.statistic,
        },
        "returnData": True,
    }


def _message(account: str, alarm: Alarm, former: Former, region: str) -> dict[str, Any]:
    several = {"DatapointsToAlarm": alarm.datapoints_to_alarm} if alarm.datapoints_to_alarm else {}
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": account,
        "AlarmConfigurationUpdatedTimestamp": stamp(alarm.configuration_updated_timestamp),
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": stamp(alarm.state_updated_timestamp),
        "Region": region,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": former.value,
        "OKActions": alarm.ok_actions,
        "AlarmActions": alarm.alarm_actions,
        "InsufficientDataActions": alarm.insufficient_data_actions,
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "StatisticType": "Statistic",
            "Statistic": alarm.statistic.upper(),
            "Unit": alarm.unit,
            "Dimensions": [{"value": each.value, "name": each.name} for each in alarm.dimensions],
            "Period": int(alarm.period),
            "EvaluationPeriods": int(alarm.evaluation_periods),
            **several,
            "ComparisonOperator": alarm.comparison_operator,
            "Threshold": float(alarm.threshold),
            "TreatMissingData": alarm.treat_missing_data or "missing",
            "EvaluateLowSampleCountPercentile": "",
        },
    }


@functools.cache
def _regions() -> dict[str, str]:
    """The names of AWS's regions by their codes."""
    endpoints = botocore.session.get_session().get_data("endpoints")
    return {
        code: region["description"]
        for partition in endpoints["partitions"]
        for code, region in partition["regions"].items()
    }
