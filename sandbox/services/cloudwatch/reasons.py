"""Why an alarm is in its state, in AWS's words."""

from __future__ import annotations

import datetime
import json

from sandbox.services.cloudwatch.evaluation import COMPARISONS, Rule, Verdict
from sandbox.services.cloudwatch.metrics import Points

TREATED = {"breaching": "Breaching", "notBreaching": "NonBreaching"}
OTHER = {"OK": "ALARM", "ALARM": "OK"}


def reason(rule: Rule, points: Points, verdict: Verdict, *, of_several: bool) -> str:
    """The sentence; of_several for an alarm that names its datapoints to alarm."""
    number = rule.periods
    if verdict.state == "INSUFFICIENT_DATA":
        were = "datapoint was" if number == 1 else "datapoints were"
        return f"Insufficient Data: {number} {were} unknown."
    if not verdict.evaluated:
        periods = "1 period" if number == 1 else f"{number} periods"
        were = "1 missing datapoint was" if number == 1 else f"{number} missing datapoints were"
        return (
            f"Threshold Crossed: no datapoints were received for {periods} and {were} treated as "
            f"[{TREATED.get(rule.missing, rule.missing)}]."
        )
    shown = ", ".join(
        f"{points.values[place]} ({points.starts[place]:%d/%m/%y %H:%M:%S})"
        for place in verdict.evaluated
    )
    count = len(verdict.evaluated)
    negated = "" if verdict.state == "ALARM" else "not "
    compared = f"{negated}{COMPARISONS[rule.comparison][1]} the threshold ({rule.threshold})"
    were = "was" if count == 1 else "were"
    if not of_several and number == 1:
        return f"Threshold Crossed: 1 datapoint [{shown}] {were} {compared}."
    needed = rule.datapoints if verdict.state == "ALARM" else number - rule.datapoints + 1
    datapoints = "datapoint" if needed == 1 else "datapoints"
    return (
        f"Threshold Crossed: {count} out of the last {number} datapoints [{shown}] {were} "
        f"{compared} (minimum {needed} {datapoints} for {OTHER[verdict.state]} -> "
        f"{verdict.state} transition)."
    )


def reason_data(
    rule: Rule, points: Points, verdict: Verdict, *, statistic: str, period: int
) -> str:
    """The same as JSON."""
    oldest = points.starts[min(verdict.evaluated)] if verdict.evaluated else None
    return json.dumps(
        {
            "version": "1.0",
            "queryDate": stamp(datetime.datetime.now(datetime.UTC)),
            **({"startDate": stamp(oldest)} if oldest else {}),
            "statistic": statistic,
            "period": period,
            "recentDatapoints": [points.values[place] for place in sorted(verdict.evaluated)],
            "threshold": rule.threshold,
        },
        separators=(",", ":"),
    )


def stamp(moment: datetime.datetime) -> str:
    """A time as CloudWatch writes it: 2019-10-02T17:04:40.989+0000."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"
