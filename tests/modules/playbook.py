"""Make a playbook of a module's test file, run it, and read what each task answered.

A test file is a list of Ansible tasks. A task with the key `expect` is a test of its module, and
runs three times: in check mode, for real, and again. Any other task only prepares. `expect` says

    changed:  whether the first two runs report a change (the third never does)
    before, after:  parts of the diff of the first two runs
    returns:  parts of the result of the second and third run
    fails:    a part of the error message; then all runs fail
    again:    false for a task whose third run is not worth its time
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SECONDS = 300
"""For one playbook; a module that waits for what never comes must not stop the others' tests."""
RUNS = ("in check mode", "for real", "again")


@dataclass(frozen=True)
class Answer:
    """What one run of one task answered; `expected` is None for a task that only prepares."""

    name: str
    run: str
    result: dict[str, Any]
    expected: dict[str, Any] | None


def play(test: Path, endpoint_url: str, directory: Path) -> tuple[list[Answer], str]:
    """Run the tasks of a test file. Returns their answers and what Ansible wrote besides."""
    entries = [
        (task, run, expected)
        for task, expected in _tests(test)
        for run in (_runs(expected) if expected else [""])
    ]
    tasks = [_task(task, run, expected) for task, run, expected in entries]
    playbook = directory / f"{test.stem}.yml"
    playbook.write_text(yaml.safe_dump([{**_play(endpoint_url), "tasks": tasks}], sort_keys=False))
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "ansible-playbook"), "--diff", str(playbook)],
        env=_environment(directory),
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    try:
        said = json.loads(ended.stdout[ended.stdout.index("{") :])
    except ValueError as error:
        raise AssertionError(ended.stdout + ended.stderr) from error
    results = [task["hosts"]["localhost"] for play in said["plays"] for task in play["tasks"]]
    answers = [
        Answer(task["name"], run, result, expected)
        for (task, run, expected), result in zip(entries, results, strict=False)
    ]
    return answers, ended.stderr


def _tests(test: Path) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    tasks = yaml.safe_load(test.read_text())
    return [(task, task.pop("expect", None)) for task in tasks]


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


def _play(endpoint_url: str) -> dict[str, Any]:
    connection = {
        "region": "us-east-1",
        "endpoint_url": endpoint_url,
        "access_key": "AKIAMODULETESTS00000",
        "secret_key": "module-tests-secret-key",
    }
    return {
        "name": "Test a module",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {
            "ansible_python_interpreter": sys.executable,
            "aws_connection": connection,
            "account_id": "123456789012",
        },
        "module_defaults": {"group/modern_data.warehouse.aws": connection},
    }


def _environment(directory: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
        "ANSIBLE_HOME": str(directory / "ansible"),
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_NOCOLOR": "True",
    }
