"""The state that an alarm has after the datapoints of its last periods.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
Breaches = Callable[[float, float], bool]

FURTHER_PERIODS = 2
"""Looked at beside those of the evaluation, as in the guide's example: AWS says no number."""
COMPARISONS: dict[str, tuple[Breaches, str]] = {
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(frozen=True)
class Rule:
    """When an alarm is one: `datapoints` of `periods` breach the threshold.

    missing is how it treats what isn't there: missing, ignore, breaching or notBreaching.
    """

    comparison: str
    threshold: float
    periods: int
    datapoints: int
    missing: str = "missing"

    @property
    def range(self) -> int:
        """How many periods it looks at."""
        return self.periods + FURTHER_PERIODS

    def breaches(self, value: float) -> bool:
        """Whether a datapoint violates the threshold."""
        return COMPARISONS[self.comparison][0](value, self.threshold)


@dataclass(frozen=True)
class Verdict:
    """The state, and how many of the periods were filled in: of those that count, none is newer.

    evaluated are the places of the datapoints that count, the newest first.
    """

    state: State
    evaluated: Sequence[int]
    filled: int


def evaluate(rule: Rule, points: Sequence[float | None], current: State) -> Verdict:
    """Judge a range of datapoints, the oldest first, None for one that is missing.

    Real datapoints count however old they are in the range; what lacks is filled in.
    """
    there = [place for place, point in enumerate(points) if point is not None]
    evaluated = there[::-1][: rule.periods]
    breaching = [place for place in evaluated if rule.breaches(points[place] or 0.0)]
    filled = rule.periods - len(evaluated)
    if len(breaching) >= rule.datapoints:
        state: State = "ALARM"
    elif not filled or rule.missing == "notBreaching":
        state = "OK"
    elif rule.missing == "breaching":
        state = "ALARM" if len(breaching) + filled >= rule.datapoints else "OK"
    elif len(breaching) < len(evaluated):
        state = "OK"
    elif rule.missing == "ignore":
        state = current
    else:
        state = "ALARM" if _is_lasting(rule, points, breaching) else "INSUFFICIENT_DATA"
    return Verdict(state, evaluated, filled)


def _is_lasting(rule: Rule, points: Sequence[float | None], breaching: Sequence[int]) -> bool:
    """Whether a breach is old enough to count though all that came after it is missing."""
    recent = [place for place in breaching if place >= len(points) - rule.periods]
    return bool(recent) and len(points) - min(recent) >= rule.datapoints
