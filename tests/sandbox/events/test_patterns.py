"""Patterns: which ones are taken, and what each matches.

The cases are the examples of
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import json
import uuid

import pytest

from tests.sandbox.identities import ACCOUNT, refused

EVENT = {
    "version": "0",
    "id": "3e3c153a-8339-4e30-8c35-687ebef853fe",
    "detail-type": "EC2 Instance Launch Successful",
    "source": "aws.autoscaling",
    "account": "123456789012",
    "time": "2015-11-11T21:31:47Z",
    "region": "us-east-1",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-b188560f"],
    "detail": {
        "eventVersion": "",
        "responseElements": None,
        "c-count": 5,
        "d-count": 3.018e2,
        "x-limit": 301.8,
        "state": "initializing",
        "sourceIPAddress": "10.0.0.33",
        "files": ["picture.png", "notes.txt"],
        "inner": {"Location": "eu-west-1"},
    },
}


def matches(aws, **pattern):
    return aws("events").test_event_pattern(
        EventPattern=json.dumps(pattern), Event=json.dumps(EVENT)
    )["Result"]


@pytest.mark.parametrize(
    ("matching", "other"),
    [
        ([""], ["x"]),
        ([{"exists": True}], [{"exists": False}]),
    ],
)
def test_a_field_that_is_empty_is_there(aws, matching, other):
    assert matches(aws, detail={"eventVersion": matching})
    assert not matches(aws, detail={"eventVersion": other})


@pytest.mark.parametrize(
    ("field", "matching", "other"),
    [
        ("state", [{"prefix": "init"}], [{"prefix": "Init"}]),
        ("state", [{"prefix": {"equals-ignore-case": "INIT"}}], [{"prefix": "x"}]),
        ("state", [{"suffix": "zing"}], [{"suffix": "zin"}]),
        ("state", [{"equals-ignore-case": "INITIALIZING"}], [{"equals-ignore-case": "INIT"}]),
        ("state", [{"wildcard": "in*l*ing"}], [{"wildcard": "in*x"}]),
        ("state", [{"anything-but": "running"}], [{"anything-but": "initializing"}]),
        ("state", [{"anything-but": ["a", "b"]}], [{"anything-but": ["a", "initializing"]}]),
        ("state", [{"anything-but": {"prefix": "run"}}], [{"anything-but": {"prefix": "init"}}]),
        ("state", ["running", "initializing"], ["running"]),
        ("responseElements", [None], [""]),
        ("c-count", [{"numeric": [">", 0, "<=", 5]}], [{"numeric": ["<", 5]}]),
        ("d-count", [{"numeric": ["=", 301.8]}], [{"numeric": [">", 301.8]}]),
        ("c-count", [5], ["5"]),
        ("sourceIPAddress", [{"cidr": "10.0.0.0/24"}], [{"cidr": "10.0.1.0/24"}]),
        ("files", [{"suffix": ".txt"}], [{"suffix": ".md"}]),
        ("files", ["picture.png"], ["picture"]),
        ("missing", [{"exists": False}], [{"exists": True}]),
        ("missing", ["a", {"exists": False}], [{"anything-but": "a"}]),
    ],
)
def test_operators(aws, field, matching, other):
    assert matches(aws, detail={field: matching})
    assert not matches(aws, detail={field: other})


def test_all_fields_of_a_pattern_have_to_match_and_one_of_or(aws):
    wanted = {"source": ["aws.autoscaling"], "detail": {"inner": {"Location": ["eu-west-1"]}}}
    assert matches(aws, **wanted)
    assert not matches(aws, **wanted, region=["eu-west-1"])
    either = [{"c-count": [{"numeric": [">", 10]}]}, {"state": ["initializing"]}]
    assert matches(aws, detail={"$or": either})
    assert not matches(aws, detail={"$or": either, "x-limit": [1]})


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("{", "Filter is not valid JSON"),
        ("[]", "Filter is not an object"),
        ('{"source": "aws.s3"}', '"source" must be an object or an array'),
        ('{"source": []}', "Empty arrays are not allowed"),
        ('{"source": [["a"]]}', "Match value must be String, number, true, false, or null"),
        ('{"source": [{"begins": "a"}]}', "Unrecognized match type begins"),
        ('{"source": [{"prefix": "a", "suffix": "b"}]}', "Only one key allowed"),
        ('{"source": [{"prefix": 5}]}', "prefix match pattern must be a string"),
        ('{"detail": {"n": [{"numeric": ["~", 5]}]}}', "Unrecognized numeric range operator: ~"),
        ('{"detail": {"n": [{"exists": "yes"}]}}', "must be either true or false"),
    ],
)
def test_what_is_no_pattern_is_refused(aws, pattern, reason):
    code, _, message = refused(aws("events").put_rule, Name="never", EventPattern=pattern)
    assert code == "InvalidEventPatternException"
    assert message.startswith("Event pattern is not valid. Reason: ")
    assert reason in message


def test_an_event_without_its_fields_is_not_tested(aws):
    code, _, _ = refused(
        aws("events").test_event_pattern, EventPattern='{"source": ["a"]}', Event='{"id": "1"}'
    )
    assert code == "ValidationException"


def test_rules_come_in_pages_that_do_not_tell_who_made_them(aws):
    events, prefix = aws("events"), f"listed-{uuid.uuid4().hex[:8]}"
    names = [f"{prefix}-{number}" for number in range(3)]
    for name in names:
        events.put_rule(Name=name, EventPattern=json.dumps({"source": ["a"]}))
    first = events.list_rules(NamePrefix=prefix, Limit=2)
    last = events.list_rules(NamePrefix=prefix, Limit=2, NextToken=first["NextToken"])
    assert "NextToken" not in last
    assert [rule["Name"] for rule in first["Rules"] + last["Rules"]] == names
    assert {member for rule in first["Rules"] for member in rule} == {
        "Arn",
        "EventBusName",
        "EventPattern",
        "Name",
        "State",
    }
    assert events.describe_rule(Name=names[0])["CreatedBy"] == ACCOUNT
    for name in names:
        events.delete_rule(Name=name)
