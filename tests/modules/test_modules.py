"""Every module against the sandbox: create, change, delete, each in check mode, for real, again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.modules.playbook import RUNS, Answer, play

TESTS = sorted(Path(__file__).parent.glob("*.yml"))


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.stem)
def test_module(test: Path, endpoint_url: str, tmp_path: Path) -> None:
    answers, noise = play(test, endpoint_url, tmp_path)
    problems = [problem for answer in answers for problem in _problems(answer)]
    assert not problems, "\n".join(problems)
    assert "WARNING" not in noise, noise
    assert answers, "the playbook ran no task"


def _problems(answer: Answer) -> list[str]:
    expected, result = answer.expected, answer.result
    found = [
        f"warns: {text}" for key in ("warnings", "deprecations") for text in result.get(key, ())
    ]
    failure = (expected or {}).get("fails")
    if failure:
        if failure not in result.get("msg", ""):
            found.append(f"should fail with {failure!r}, but says {result.get('msg')!r}")
    elif result.get("failed"):
        found.append(f"failed: {result.get('msg')} {result.get('module_stderr', '')}")
    elif expected:
        found += _differences(answer, expected, result)
    return [f"{answer.name} {answer.run}: {problem}" for problem in found]


def _differences(answer: Answer, expected: dict[str, Any], result: dict[str, Any]) -> list[str]:
    changed = bool(expected["changed"]) and answer.run != RUNS[2]
    found = []
    if result.get("changed", False) != changed:
        found.append(f"should have changed={changed}; diff: {result.get('diff')}")
    if answer.run != RUNS[2]:
        for side in ("before", "after"):
            views = result.get("diff", {}).get(side)
            found += _lacking(expected.get(side, {}), views, f"diff {side}")
    if answer.run != RUNS[0]:
        found += _lacking(expected.get("returns", {}), result, "result")
    return found


def _lacking(expected: Any, seen: Any, where: str) -> list[str]:
    """What of `expected` isn't in `seen`; only the keys of `expected` are looked at."""
    if isinstance(expected, dict) and expected and isinstance(seen, dict):
        return [
            problem
            for key, value in expected.items()
            for problem in _lacking(value, seen.get(key), f"{where}.{key}")
        ]
    if expected in ({}, seen):
        return []
    return [f"{where} should be {expected!r}, but is {seen!r}"]
