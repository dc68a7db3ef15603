"""Make a playbook of a module's test file, run it, and read what each task answered.

A test file is a list of Ansible tasks. A task with the key `expect` is a test of its module, and
runs three times: in check mode, for real, and again. Any other task only prepares. `expect` says

    changed:  whether the first two runs report a change (the third never does)
    before, after:  parts of the diff of the first two runs; needed where it changes
    returns:  parts of the result of the second and third run
    fails:    a part of the error message; then all runs fail
    again:    false for a task whose third run is not worth its time
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.tasks import Account, Ran, run_tasks

Test = tuple[dict[str, Any], dict[str, Any] | None]
"""A task, and what is expected of it: None for one that only prepares."""
SIDES = ("before", "after")
RUNS = ("in check mode", "for real", "again")


@dataclass(frozen=True)
class Answer:
    """What one run of one task answered; `expected` is None for a task that only prepares."""

    ran: Ran
    run: str
    expected: dict[str, Any] | None


@dataclass(frozen=True)
class Played:
    """What the tasks of a test file answered, how many runs there should be, what Ansible wrote."""

    answers: list[Answer]
    planned: int
    noise: str


def play(tests: list[Test], account: Account, directory: Path, name: str) -> Played:
    """Run the tests of a file in an account, up to the first that fails."""
    entries = [
        (task, run, expected)
        for task, expected in tests
        for run in (_runs(expected) if expected else [""])
    ]
    tasks = [_task(task, run, expected) for task, run, expected in entries]
    ran, noise = run_tasks(tasks, account, directory, name)
    answers = [
        Answer(each, run, expected) for (_, run, expected), each in zip(entries, ran, strict=False)
    ]
    return Played(answers, len(entries), noise)


def steps_of(text: str) -> list[Test]:
    """The tests of a file, from its text."""
    tests = [(task, task.pop("expect", None)) for task in yaml.safe_load(text)]
    vague = [
        task["name"]
        for task, expected in tests
        if expected and expected.get("changed") and not expected.keys() & set(SIDES)
    ]
    assert not vague, f"expect must say before or after of what changes: {vague}"
    return tests


def _runs(expected: dict[str, Any]) -> tuple[str, ...]:
    return RUNS if expected.get("again", True) else RUNS[:2]


def _task(task: dict[str, Any], run: str, expected: dict[str, Any] | None) -> dict[str, Any]:
    made = dict(task)
    if run == RUNS[0]:
        made["check_mode"] = True
        made.pop("register", None)
    if expected and expected.get("fails"):
        made["ignore_errors"] = True
    return made
