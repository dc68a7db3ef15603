"""Runs the collection's playbooks and reads what Ansible says of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECAP = re.compile(r"^localhost +: +(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Played:
    """One run of a playbook."""

    exit_code: int
    output: str

    @property
    def recap(self) -> dict[str, int]:
        """The last line of the run, such as {"ok": 12, "changed": 0, ...}."""
        found = RECAP.findall(self.output)
        assert found, self.output
        return {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", found[-1])}

    @property
    def changed_tasks(self) -> list[str]:
        """The names of the tasks that report a change."""
        tasks = re.split(r"^TASK \[", self.output, flags=re.MULTILINE)[1:]
        return [
            task.split("]", 1)[0] for task in tasks if re.search("^changed:", task, re.MULTILINE)
        ]


def play(
    name: str, *arguments: str, inventory: Path | str = "inventories/sandbox", **environment: str
) -> Played:
    """Run playbooks/<name>.yml with nothing in the environment that speaks of AWS."""
    program = Path(sys.executable).parent / "ansible-playbook"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    ended = subprocess.run(
        [str(program), "-i", str(inventory), f"playbooks/{name}.yml", *arguments],
        cwd=ROOT,
        env={**kept, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORCE_COLOR": "0"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    return Played(ended.returncode, ended.stdout)
