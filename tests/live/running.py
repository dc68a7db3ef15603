"""Trials one after the other, each tidied up, and what is left in the account at the end."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import boto3

from tests.live.trial import TAG, tidying, trial
from tests.modules.playbook import play
from tests.modules.verdict import problems
from tests.tasks import Account

SETTLING_SECONDS = 15 * 60
STAYING = {
    "kms": "AWS deletes a key only after its waiting period",
    "secretsmanager": "AWS deletes a secret only after its recovery window",
}


def run(name: str, account: Account, label: str, directory: Path) -> list[str]:
    """Run a test file in an account; what is wrong, empty when nothing is.

    What it has made is removed, also when it fails, times out or is interrupted.
    """
    tests = trial(name, account, label)
    try:
        played = play(tests, account, directory, name)
        found = problems(played)
    except subprocess.TimeoutExpired as error:
        found = [f"{name} has not ended within {error.timeout:.0f} seconds"]
    except BaseException:
        _tidy(name, account, label, directory)
        raise
    if found:
        _tidy(name, account, label, directory)
    return found


def _tidy(name: str, account: Account, label: str, directory: Path) -> None:
    print(f"{name}: tidying up ...", flush=True)
    play(tidying(trial(name, account, label)), account, directory, f"tidy-{name}")


def left(account: Account, label: str) -> list[str]:
    """The ARNs that still have the run's tag, but for those that AWS keeps for its own time.

    The tagging API learns late of what is gone: it is asked until it knows, or for 15 minutes.
    """
    deadline = time.monotonic() + SETTLING_SECONDS
    while True:
        found = _tagged(account, label)
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(10)


def _tagged(account: Account, label: str) -> list[str]:
    client = boto3.client("resourcegroupstaggingapi", region_name=account.connection["region"])
    pages = client.get_paginator("get_resources").paginate(
        TagFilters=[{"Key": TAG, "Values": [label]}]
    )
    arns = [each["ResourceARN"] for page in pages for each in page["ResourceTagMappingList"]]
    return [arn for arn in arns if arn.split(":")[2] not in STAYING]
