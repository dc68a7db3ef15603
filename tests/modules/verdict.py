"""What is wrong with the answers to a test file: failures, changes, diffs, results, warnings."""

from __future__ import annotations

from typing import Any

from tests.modules.playbook import RUNS, SIDES, Answer, Played
from tests.unit.documented import undocumented


def problems(played: Played) -> list[str]:
    """Each thing that is not as it should be, with the task and the run; empty when all is."""
    found = [problem for answer in played.answers for problem in _problems(answer)]
    if "WARNING" in played.noise:
        found.append(played.noise)
    if not len(played.answers) == played.planned > 0:
        found.append(f"{len(played.answers)} of {played.planned} tasks answered")
    return found


def _problems(answer: Answer) -> list[str]:
    expected, ran = answer.expected, answer.ran
    found = ran.warnings + undocumented(ran.result)
    failure = (expected or {}).get("fails")
    if failure:
        if failure not in ran.result.get("msg", ""):
            found.append(f"should fail with {failure!r}, but says {ran.result.get('msg')!r}")
    elif ran.failure:
        found.append(ran.failure)
    elif expected:
        found += _differences(answer, expected, ran.result)
    return [f"{ran.name} {answer.run}: {problem}" for problem in found]


def _differences(answer: Answer, expected: dict[str, Any], result: dict[str, Any]) -> list[str]:
    changed = bool(expected["changed"]) and answer.run != RUNS[2]
    reported, diff = result.get("changed", False), result.get("diff", {})
    found = []
    if reported != changed:
        found.append(f"should have changed={changed}; diff: {diff}")
    if reported != (diff.get("before") != diff.get("after")):
        found.append(f"has changed={reported}, which its diff doesn't show: {diff}")
    if answer.run != RUNS[2]:
        for side in SIDES:
            if side in expected:
                found += _lacking(expected[side], diff.get(side), f"diff {side}")
    if answer.run != RUNS[0] and "returns" in expected:
        found += _lacking(expected["returns"], result, "result")
    return found


def _lacking(expected: Any, seen: Any, where: str) -> list[str]:
    """What of `expected` isn't in `seen`; only the keys of `expected` are looked at."""
    if isinstance(expected, dict) and expected and isinstance(seen, dict):
        return [
            problem
            for key, value in expected.items()
            for problem in _lacking(value, seen.get(key), f"{where}.{key}")
        ]
    if expected == seen:
        return []
    return [f"{where} should be {expected!r}, but is {seen!r}"]
