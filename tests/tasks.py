"""Run a list of Ansible tasks in an account, and read what each answered.

Nothing of this machine's AWS configuration reaches those that run in the account of a sandbox; the
connection comes by module_defaults.
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

ROOT = Path(__file__).parents[1]
SECONDS = 1200
"""For one playbook, of a hundred runs of modules: half a second each, five on a busy machine."""


@dataclass(frozen=True)
class Account:
    """Where tasks run: its number, how modules are connected to it, what environment they have."""

    number: str
    connection: dict[str, str]
    environment: dict[str, str]
    seconds: int = SECONDS

    @classmethod
    def of_sandbox(cls, endpoint_url: str) -> Account:
        """The account of the sandbox that answers there."""
        connection = {
            "region": "us-east-1",
            "endpoint_url": endpoint_url,
            "access_key": "AKIAMODULETESTS00000",
            "secret_key": "module-tests-secret-key",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return cls("123456789012", connection, kept)


@dataclass(frozen=True)
class Ran:
    """One task that was run: its name, `file:line` where it stands, and what it answered."""

    name: str
    path: str
    result: dict[str, Any]

    @property
    def warnings(self) -> list[str]:
        """What Ansible or the module warns of."""
        return [
            f"warns: {text}"
            for key in ("warnings", "deprecations")
            for text in self.result.get(key, ())
        ]

    @property
    def failure(self) -> str:
        """What it says of its failure; empty when it hasn't failed."""
        if not self.result.get("failed"):
            return ""
        return f"failed: {self.result.get('msg')} {self.result.get('module_stderr', '')}"


def run_tasks(
    tasks: list[dict[str, Any]], account: Account, directory: Path, name: str
) -> tuple[list[Ran], str]:
    """Run tasks as one playbook, which is written to `directory`, up to the first that fails.

    Returns what was run, in its order, and what Ansible wrote besides.
    """
    playbook = directory / f"{name}.yml"
    playbook.write_text(yaml.safe_dump([{**_play(account), "tasks": tasks}], sort_keys=False))
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "ansible-playbook"), "--diff", str(playbook)],
        env=account.environment | _environment(directory),
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=account.seconds,
    )
    try:
        said = json.loads(ended.stdout[ended.stdout.index("{") :])
    except ValueError as error:
        raise AssertionError(ended.stdout + ended.stderr) from error
    ran = [
        Ran(entry["task"]["name"], entry["task"]["path"], entry["hosts"]["localhost"])
        for play in said["plays"]
        for entry in play["tasks"]
    ]
    return ran, ended.stderr


def _play(account: Account) -> dict[str, Any]:
    return {
        "name": "Test a module",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {
            "ansible_python_interpreter": sys.executable,
            "aws_connection": account.connection,
            "account_id": account.number,
            "repository": str(ROOT),
        },
        "module_defaults": {"group/modern_data.warehouse.aws": account.connection},
    }


def _environment(directory: Path) -> dict[str, str]:
    return {
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
        "ANSIBLE_HOME": str(directory / "ansible"),
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_NOCOLOR": "True",
    }
