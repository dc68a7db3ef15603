"""Alarms that watch their metrics: they change state, publish, and tell the event bus."""

from __future__ import annotations

import datetime
import json
import uuid

import pytest

from sandbox.services.cloudwatch.watch import Watch
from tests.sandbox.event_tools import listening, subscribed
from tests.sandbox.redshift_services.tools import refused, until

PERIOD = 60
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def cloudwatch(aws):
    return aws("cloudwatch")


@pytest.fixture
def topic(aws):
    return aws("sns").create_topic(Name=f"alarms-{uuid.uuid4().hex[:8]}")["TopicArn"]


@pytest.fixture
def alarm(cloudwatch, topic):
    """Makes an alarm over a metric of its own, gives its name, and removes it."""
    name = f"alarm-{uuid.uuid4().hex[:8]}"

    def make(**settings):
        usual = {
            "AlarmName": name,
            "AlarmDescription": "Too many of them",
            "Namespace": "Shop",
            "MetricName": name,
            "Dimensions": [{"Name": "Queue", "Value": "orders"}],
            "Statistic": "Sum",
            "Period": PERIOD,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 10.0,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [topic],
        }
        given = {key: value for key, value in (usual | settings).items() if value is not None}
        cloudwatch.put_metric_alarm(**given)
        return name

    yield make
    cloudwatch.delete_alarms(AlarmNames=[name])


def put(cloudwatch, name, value, queue="orders", **datum):
    told = {
        "MetricName": name,
        "Value": value,
        "Dimensions": [{"Name": "Queue", "Value": queue}],
        **datum,
    }
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=[told])


def shown(cloudwatch, name):
    return cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]


def reaches(cloudwatch, name, state):
    until(lambda: shown(cloudwatch, name)["StateValue"] == state)
    return shown(cloudwatch, name)["StateReason"]


def test_a_new_alarm_does_not_know_its_state(cloudwatch, alarm):
    name = alarm(TreatMissingData="missing")
    found = shown(cloudwatch, name)
    assert found["StateValue"] == "INSUFFICIENT_DATA"
    assert found["StateReason"] == "Unchecked: Initial alarm creation"


def test_what_is_missing_may_count_as_well(cloudwatch, alarm):
    name = alarm()
    assert reaches(cloudwatch, name, "OK") == (
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was "
        "treated as [NonBreaching]."
    )


def test_a_metric_over_its_threshold_raises_the_alarm_and_tells_its_topic(
    aws, cloudwatch, alarm, topic
):
    with subscribed(aws, topic) as heard:
        name = alarm()
        reaches(cloudwatch, name, "OK")
        put(cloudwatch, name, 6.0)
        put(cloudwatch, name, 60.0, queue="returns")
        put(cloudwatch, name, 6.0)
        reason = reaches(cloudwatch, name, "ALARM")
        (notification,) = heard(1)
    assert reason.startswith("Threshold Crossed: 1 datapoint [12.0 (")
    assert reason.endswith(")] was greater than the threshold (10.0).")
    assert notification["Subject"] == f'ALARM: "{name}" in US East (N. Virginia)'
    message = json.loads(notification["Message"])
    arn = f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}"
    times = {"StateChangeTime", "AlarmConfigurationUpdatedTimestamp"}
    for key in times:
        assert datetime.datetime.strptime(message.pop(key), "%Y-%m-%dT%H:%M:%S.%f%z")
    assert message == {
        "AlarmName": name,
        "AlarmDescription": "Too many of them",
        "AWSAccountId": "123456789012",
        "NewStateValue": "ALARM",
        "NewStateReason": reason,
        "Region": "US East (N. Virginia)",
        "AlarmArn": arn,
        "OldStateValue": "OK",
        "OKActions": [],
        "AlarmActions": [topic],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": name,
            "Namespace": "Shop",
            "StatisticType": "Statistic",
            "Statistic": "SUM",
            "Unit": None,
            "Dimensions": [{"value": "orders", "name": "Queue"}],
            "Period": PERIOD,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 10.0,
            "TreatMissingData": "notBreaching",
            "EvaluateLowSampleCountPercentile": "",
        },
    }


def test_a_change_of_state_is_an_event(aws, cloudwatch, alarm):
    name = alarm(TreatMissingData="missing")
    arn = f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}"
    pattern = {"source": ["aws.cloudwatch"], "resources": [arn]}
    with listening(aws, pattern) as heard:
        put(cloudwatch, name, 11.0)
        (event,) = heard(1)
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    detail = event["detail"]
    assert detail["alarmName"] == name
    assert detail["previousState"].pop("timestamp")
    assert detail["previousState"] == {
        "value": "INSUFFICIENT_DATA",
        "reason": "Unchecked: Initial alarm creation",
    }
    (metric,) = detail["configuration"]["metrics"]
    assert metric["metricStat"] == {
        "metric": {"dimensions": {"Queue": "orders"}, "name": name, "namespace": "Shop"},
        "period": PERIOD,
        "stat": "Sum",
    }
    assert detail["state"]["value"] == "ALARM"
    data = json.loads(detail["state"]["reasonData"])
    assert (data["recentDatapoints"], data["threshold"]) == ([11.0], 10.0)


def test_some_of_the_last_periods_may_be_enough(cloudwatch, alarm):
    name = alarm(EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData="missing")
    now = datetime.datetime.now(datetime.UTC)
    put(cloudwatch, name, 11.0, Timestamp=now - 2 * MINUTE)
    put(cloudwatch, name, 1.0, Timestamp=now - MINUTE)
    assert "1.0 (" in reaches(cloudwatch, name, "OK")
    put(cloudwatch, name, 12.0, Timestamp=now)
    reason = reaches(cloudwatch, name, "ALARM")
    assert reason.startswith("Threshold Crossed: 3 out of the last 3 datapoints [12.0 (")
    assert reason.endswith("(minimum 2 datapoints for OK -> ALARM transition).")


@pytest.mark.parametrize(
    ("statistic", "state"),
    [
        ("Average", "OK"),
        ("Minimum", "OK"),
        ("Maximum", "ALARM"),
        ("Sum", "ALARM"),
        ("SampleCount", "OK"),
    ],
)
def test_each_statistic_has_its_value(cloudwatch, alarm, statistic, state):
    name = alarm(Statistic=statistic, TreatMissingData="ignore")
    values = {"Values": [1.0, 11.0], "Counts": [2.0, 1.0], "Value": None}
    datum = {"MetricName": name, "Dimensions": [{"Name": "Queue", "Value": "orders"}], **values}
    del datum["Value"]
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=[datum])
    reaches(cloudwatch, name, state)


def test_an_alarm_ends_as_time_goes_by(sandbox, cloudwatch, alarm, monkeypatch):
    name = alarm()
    put(cloudwatch, name, 11.0)
    reaches(cloudwatch, name, "ALARM")
    later = sandbox.clock.now() + 10 * MINUTE
    monkeypatch.setattr(sandbox.clock, "now", lambda: later)
    sandbox.state(Watch, "123456789012", "us-east-1").look()
    assert "no datapoints were received" in reaches(cloudwatch, name, "OK")


def test_a_state_may_be_given_which_acts_and_lasts_until_the_next_look(
    aws, cloudwatch, alarm, topic
):
    name = alarm()
    reaches(cloudwatch, name, "OK")
    with subscribed(aws, topic) as heard:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
        (notification,) = heard(1)
    assert json.loads(notification["Message"])["NewStateReason"] == "a test"
    put(cloudwatch, name, 1.0)
    reaches(cloudwatch, name, "OK")
    with refused("ResourceNotFound"):
        cloudwatch.set_alarm_state(AlarmName="absent", StateValue="OK", StateReason="a test")


def test_each_state_has_its_actions_unless_they_are_off(aws, cloudwatch, alarm, topic):
    name = alarm(AlarmActions=None, OKActions=[topic], ActionsEnabled=False)
    with subscribed(aws, topic) as heard:
        reaches(cloudwatch, name, "OK")
        cloudwatch.enable_alarm_actions(AlarmNames=[name])
        put(cloudwatch, name, 11.0)
        reaches(cloudwatch, name, "ALARM")
        put(cloudwatch, name, -20.0)
        reaches(cloudwatch, name, "OK")
        (notification,) = heard(1)
    assert json.loads(notification["Message"])["OldStateValue"] == "ALARM"


def test_a_topic_that_is_closed_to_cloudwatch_hears_nothing_and_the_state_changes(
    aws, cloudwatch, alarm, topic
):
    opened = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic,
            }
        ],
    }
    name = alarm()
    reaches(cloudwatch, name, "OK")
    with subscribed(aws, topic) as heard:
        policy = {"AttributeName": "Policy", "AttributeValue": json.dumps(opened)}
        aws("sns").set_topic_attributes(TopicArn=topic, **policy)
        put(cloudwatch, name, 11.0)
        reaches(cloudwatch, name, "ALARM")
        opened["Statement"][0]["Principal"]["Service"] = "cloudwatch.amazonaws.com"
        policy["AttributeValue"] = json.dumps(opened)
        aws("sns").set_topic_attributes(TopicArn=topic, **policy)
        put(cloudwatch, name, -20.0)
        reaches(cloudwatch, name, "OK")
        put(cloudwatch, name, 20.0)
        reaches(cloudwatch, name, "ALARM")
        (notification,) = heard(1)
    assert "[11.0 (" in json.loads(notification["Message"])["NewStateReason"]


def test_a_changed_alarm_keeps_its_state(cloudwatch, alarm):
    name = alarm(TreatMissingData="ignore")
    put(cloudwatch, name, 11.0)
    reason = reaches(cloudwatch, name, "ALARM")
    alarm(TreatMissingData="ignore", AlarmDescription="Another")
    found = shown(cloudwatch, name)
    assert (found["AlarmDescription"], found["StateValue"]) == ("Another", "ALARM")
    assert found["StateReason"] == reason


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"TreatMissingData": "forget"}, "ValidationError"),
        ({"ComparisonOperator": "Greater"}, "ValidationError"),
        ({"Statistic": "Median"}, "ValidationError"),
        ({"Threshold": None}, "ValidationError"),
        ({"Period": 45}, "ValidationError"),
        ({"EvaluationPeriods": 2000}, "ValidationError"),
        ({"EvaluationPeriods": 2, "DatapointsToAlarm": 3}, "ValidationError"),
        ({"ExtendedStatistic": "p99", "Statistic": None}, "InvalidParameterValue"),
        ({"AlarmActions": ["arn:aws:automate:us-east-1:ec2:stop"]}, "InvalidParameterValue"),
    ],
)
def test_what_is_no_alarm_is_refused(alarm, settings, code):
    with refused(code):
        alarm(**settings)
