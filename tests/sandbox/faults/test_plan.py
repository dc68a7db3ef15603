"""A plan is checked entry by entry, counts what it does, and can be given at the start."""

from __future__ import annotations

import json

import pytest

from sandbox.errors import StartupError
from sandbox.faults.plan import PlanError, load, parse

THROTTLE = {"kind": "throttle", "service": "glue", "operation": "GetTables"}


def test_a_plan_is_put_told_and_ended(faults):
    assert faults.ask("GET") == {"faults": []}
    shown = {**THROTTLE, "caller": "*", "skip": 0, "first": 1, "calls": 0, "struck": 0}
    assert faults.put(THROTTLE) == {"faults": [shown]}
    assert faults.told() == [shown]
    assert faults.end() == [shown]
    assert faults.told() == []
    assert faults.ask("POST")["status"] == 405


def test_a_plan_is_yaml_too_and_a_wrong_one_changes_nothing(faults):
    text = "faults:\n  - {kind: statement, matching: '^copy', outcome: hang, seconds: 3}\n"
    assert faults.ask("PUT", text)["faults"][0]["outcome"] == "hang"
    answer = faults.ask("PUT", json.dumps({"faults": [{**THROTTLE, "every": 0}]}))
    assert answer["status"] == 400
    assert faults.told()[0]["kind"] == "statement"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"kind": "thunder"}, ("faults[1]", '"thunder"', "'throttle'", "'duplicate_file'")),
        ({"kind": "throttle"}, ("faults[1].throttle.service", "required")),
        ({**THROTTLE, "every": 0}, ("faults[1].throttle.every is 0", "greater than or equal to 1")),
        ({**THROTTLE, "first": 1, "every": 2}, ("faults[1].throttle is", "first or every")),
        ({**THROTTLE, "often": True}, ("faults[1].throttle.often is true", "not permitted")),
        ({**THROTTLE, "service": "gleu"}, ('service is "gleu"', "as boto3 names it")),
        ({**THROTTLE, "operation": "Foo*"}, ("'Foo*' matches no operation of glue",)),
        ({**THROTTLE, "code": "Slow"}, ('code is "Slow"', "RequestLimitExceeded", "SlowDown")),
        ({**THROTTLE, "kind": "error", "status": 404}, ("error.status is 404", "equal to 500")),
        ({**THROTTLE, "kind": "clock_skew"}, ("faults[1].clock_skew.seconds", "required")),
        ({"kind": "statement", "matching": "("}, ('matching is "("', "regular expression")),
        (
            {"kind": "delayed_consistency", "service": "s3", "seconds": 1},
            ('service is "s3"', "'iam' or 'lakeformation'"),
        ),
        (
            {"kind": "replication_failure", "during": "lunch"},
            ('during is "lunch"', "'start', 'full_load' or 'changes'"),
        ),
    ],
)
def test_what_is_not_allowed_says_which_entry_what_was_given_and_what_is(entry, told):
    with pytest.raises(PlanError) as caught:
        parse(json.dumps({"faults": [THROTTLE, entry]}))
    for part in told:
        assert part in str(caught.value)
    assert "faults[0]" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "throttle", "faults: {", "{}"])
def test_what_is_no_plan_at_all(text):
    with pytest.raises(PlanError, match=r"plan|faults|YAML"):
        parse(text)


def test_a_plan_of_a_file_is_read_or_the_variable_is_named(tmp_path):
    file = tmp_path / "plan.yml"
    with pytest.raises(StartupError, match=r"SANDBOX_FAULTS is .*plan.yml: No such file"):
        load(file)
    file.write_text("faults: [{kind: duplicate_file, every: x}]")
    with pytest.raises(StartupError, match=r"SANDBOX_FAULTS is .*every is \"x\""):
        load(file)
    file.write_text("faults: [{kind: duplicate_file, every: 2}]")
    assert load(file)[0].every == 2
