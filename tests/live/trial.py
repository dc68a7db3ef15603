"""A test file rewritten for an account: its own names, ARNs and region, and a tag on what it makes.

What a run makes is named after the run where the files say `test`, so that two runs, and a run and
what the account has already, are never in each other's way.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.modules.playbook import Test, steps_of
from tests.tasks import ROOT, Account

TAG = "modern-data-warehouse-live"
MODULES = ROOT / "tests" / "modules"
COLLECTION = "modern_data.warehouse."
# but not in the option test_connection_from and the plug-in test-decoding
NAME = re.compile(r"\b[Tt]est(?=[-_])(?!_connection|-decoding)")
# What every test would be in the way of others with, in an account that is used
ACCOUNT_WIDE = f"{COLLECTION}lakeformation_settings"


@cache
def left_out() -> dict[str, str]:
    """The test files that cannot run in a real account, each with its reason."""
    return dict(yaml.safe_load(Path(__file__).with_name("left_out.yml").read_text()))


def names(account_wide: bool) -> list[str]:
    """The test files that run, without those that change settings of the whole account, or with."""
    texts = {path.stem: path.read_text() for path in sorted(MODULES.glob("*.yml"))}
    return [
        name
        for name, text in texts.items()
        if name not in left_out() and (account_wide or ACCOUNT_WIDE not in text)
    ]


def trial(name: str, account: Account, run: str) -> list[Test]:
    """The tests of a file as they run in an account."""
    text = (MODULES / f"{name}.yml").read_text()
    text = text.replace("123456789012", account.number)
    text = text.replace("us-east-1", account.connection["region"])
    text = NAME.sub(lambda found: run if found[0] == "test" else run.capitalize(), text)
    return [_tagged(task, expected, run) for task, expected in steps_of(text)]


def tidying(tests: list[Test]) -> list[Test]:
    """What removes everything that the tests make, whatever of it there is."""
    return [
        (task | {"ignore_errors": True}, None)
        for task, expected in tests
        if options_of(task).get("state") == "absent" and not (expected or {}).get("fails")
    ]


def module_of(task: dict[str, Any]) -> str:
    """The full name of a task's module."""
    return next(key for key in task if "." in key)


def options_of(task: dict[str, Any]) -> dict[str, Any]:
    """A task's options; none where it has a list or a text."""
    given = task[module_of(task)]
    return given if isinstance(given, dict) else {}


def _tagged(task: dict[str, Any], expected: dict[str, Any] | None, run: str) -> Test:
    """A task that gives what it makes the run's tag, and expects to find it there."""
    options, module = options_of(task), module_of(task)
    if options.get("state", "present") == "absent" or module not in _tagging():
        return task, expected
    given = options.get("tags")
    if given is not None and not isinstance(given, dict):
        return task, expected
    tags = {"tags": {**(given or {}), TAG: run}}
    if given is None:
        tags["purge_tags"] = False
    return task | {module: options | tags}, _expecting(expected, run)


def _expecting(expected: Any, run: str) -> Any:
    """What is expected, with the run's tag where no tag is."""
    if not isinstance(expected, dict):
        return expected
    return {
        key: {TAG: run} if key == "tags" and value == {} else _expecting(value, run)
        for key, value in expected.items()
    }


@cache
def _tagging() -> frozenset[str]:
    """The modules of the test files that take tags and can leave others alone."""
    tasks = [task for path in MODULES.glob("*.yml") for task, _ in steps_of(path.read_text())]
    used = sorted({module_of(task) for task in tasks})
    told = subprocess.run(
        [str(Path(sys.executable).parent / "ansible-doc"), "--type", "module", "--json", *used],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    documented = json.loads(told)
    return frozenset(
        module
        for module in used
        if {"tags", "purge_tags"} <= documented[module]["doc"].get("options", {}).keys()
    )
