"""Runs the collection's playbooks and reads what Ansible says of them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
SECONDS = 1800
"""After which a run counts as stuck: one that is throttled on a busy machine takes 12 minutes."""
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


@dataclass(frozen=True)
class Playing:
    """A playbook that runs, in a process group of its own as in a terminal."""

    process: subprocess.Popen[bytes]
    log: IO[bytes]

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        os.killpg(self.process.pid, signal.SIGINT)

    def ended(self) -> Played:
        """The run, once it has ended."""
        exit_code = self.process.wait(timeout=SECONDS)
        self.log.seek(0)
        return Played(exit_code, self.log.read().decode())


@contextmanager
def playing(
    name: str, *arguments: str, inventory: Path | str = "inventories/sandbox", **environment: str
) -> Iterator[Playing]:
    """Run playbooks/<name>.yml meanwhile, with nothing in the environment that speaks of AWS."""
    program = Path(sys.executable).parent / "ansible-playbook"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [str(program), "-i", str(inventory), f"playbooks/{name}.yml", *arguments],
            cwd=ROOT,
            env={**kept, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORCE_COLOR": "0"} | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield Playing(process, log)
        finally:
            process.kill()
            process.wait()


def play(
    name: str, *arguments: str, inventory: Path | str = "inventories/sandbox", **environment: str
) -> Played:
    """Run a playbook to its end."""
    with playing(name, *arguments, inventory=inventory, **environment) as run:
        return run.ended()
