"""The first task of every play: it stops a run with a wrong inventory, and touches nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.plugins.plugin_utils.contract.documents import Documents

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def documents():
    return Documents("sandbox")


@pytest.fixture
def check(documents, tmp_path):
    """Runs the task in check mode; returns its result."""

    def run(**wrong):
        platform, tables, access = documents
        arguments = {"platform": platform, "tables": tables, "access": access, **wrong}
        task = {"modern_data.warehouse.check_contract": arguments}
        play = tmp_path / "play.json"
        play.write_text(
            json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}])
        )
        environment = {
            **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",  # nobody answers there
        }
        words = ["ansible-playbook", "--check", "-i", "localhost,", "-c", "local", str(play)]
        ran = subprocess.run(
            [str(Path(sys.executable).parent / words[0]), *words[1:]],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=environment,
        )
        [task] = json.loads(ran.stdout)["plays"][0]["tasks"]
        return ran.returncode, task["hosts"]["localhost"]

    return run


def test_a_sound_inventory_passes_unchanged_and_returns_what_it_derives_to(check):
    code, result = check()
    assert (code, result["changed"], result["errors"]) == (0, False, [])
    assert result["names"]["workgroup"] == "mdw-sandbox"
    assert result["warehouse"]["tables"][0]["name"] == "orders"


def test_a_wrong_inventory_fails_with_all_its_faults_in_one_message(check):
    code, result = check(tables=[], access={"admins": "me"})
    assert code != 0
    assert not result.get("changed")
    assert result["msg"].startswith("4 faults in the inventory; nothing was touched:\n")
    assert "\ntables: [] is not valid; allowed: at least one table" in result["msg"]
    assert "\nadmins: 'me' is not valid; allowed: a list" in result["msg"]
    assert "\nprincipals: missing; a list" in result["msg"]


def test_a_variable_that_is_not_there_is_a_fault_of_its_own(check):
    code, result = check(tables=None)
    assert code != 0
    assert "tables: None is not valid; allowed: a list" in result["msg"]
