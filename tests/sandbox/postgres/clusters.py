"""What the tests do with clusters and with the programs around them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from sandbox.engines.postgres import Cluster

PASSWORD = "pass'word \\ 1"
REPOSITORY = Path(__file__).parents[3]


def started(directory: Path, name: str = "one", **settings) -> Cluster:
    cluster = Cluster(directory, name, **({"password": PASSWORD} | settings))
    cluster.create()
    cluster.start()
    return cluster


def record_of(directory: Path, name: str = "one") -> dict:
    return json.loads((directory / "clusters" / f"{name}.json").read_text())


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits for its parent to look does not."""
    status = Path(f"/proc/{pid}/status")
    if not Path("/proc/self/status").exists():
        return run(["ps", "-p", str(pid)]).returncode == 0
    return status.exists() and "State:\tZ" not in status.read_text()


def run(command: list[str], **options) -> subprocess.CompletedProcess[str]:
    """Run a program that may import the sandbox."""
    environment = {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path]), "PATH": "/bin"}
    keywords = {"env": environment, "cwd": "/", "capture_output": True, "text": True} | options
    return subprocess.run(command, check=False, **keywords)
