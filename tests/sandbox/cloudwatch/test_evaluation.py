"""Which state an alarm has after which datapoints, as the tables of AWS's user guide have it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

import pytest

from sandbox.services.cloudwatch.evaluation import Rule, evaluate

THRESHOLD = 3.0
POINTS = {"0": 1.0, "X": 5.0, "-": None}
RETAINED = "RETAINED"
MISSING = ("missing", "ignore", "breaching", "notBreaching")
THREE_OF_THREE = [
    ("0 - X - X", ("OK", "OK", "OK", "OK")),
    ("- - - - 0", ("OK", "OK", "OK", "OK")),
    ("- - - - -", ("INSUFFICIENT_DATA", RETAINED, "ALARM", "OK")),
    ("0 X X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("- - X - -", ("ALARM", RETAINED, "ALARM", "OK")),
    ("- - - - X", ("INSUFFICIENT_DATA", RETAINED, "ALARM", "OK")),
]
TWO_OF_THREE = [
    ("0 - X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("0 0 X 0 X", ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("0 - X - -", ("OK", "OK", "ALARM", "OK")),
    ("- - - - 0", ("OK", "OK", "ALARM", "OK")),
    ("- - - X -", ("ALARM", RETAINED, "ALARM", "OK")),
]


@pytest.mark.parametrize(
    ("datapoints", "shown", "states"),
    [(3, *row) for row in THREE_OF_THREE] + [(2, *row) for row in TWO_OF_THREE],
)
def test_datapoints_make_the_state_that_the_guide_tells(datapoints, shown, states):
    points = [POINTS[each] for each in shown.split()]
    for missing, state in zip(MISSING, states, strict=True):
        rule = Rule("GreaterThanThreshold", THRESHOLD, 3, datapoints, missing)
        assert rule.range == len(points)
        for current in ("OK", "ALARM"):
            expected = current if state == RETAINED else state
            assert evaluate(rule, points, current).state == expected, (missing, current)


@pytest.mark.parametrize(
    ("comparison", "breaching"),
    [
        ("GreaterThanThreshold", [4.0]),
        ("GreaterThanOrEqualToThreshold", [3.0, 4.0]),
        ("LessThanThreshold", [2.0]),
        ("LessThanOrEqualToThreshold", [2.0, 3.0]),
    ],
)
def test_each_comparison_has_its_breaches(comparison, breaching):
    rule = Rule(comparison, THRESHOLD, 1, 1)
    assert [value for value in (2.0, 3.0, 4.0) if rule.breaches(value)] == breaching


def test_only_the_newest_datapoints_count():
    rule = Rule("GreaterThanThreshold", THRESHOLD, 1, 1)
    verdict = evaluate(rule, [5.0, 5.0, 1.0], "ALARM")
    assert (verdict.state, list(verdict.evaluated), verdict.filled) == ("OK", [2], 0)
