"""Runs `python -m sandbox` and looks at what runs and lies about afterwards."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psycopg

from sandbox.engines.postgres import places

ROOT = Path(__file__).parents[2]
PASSWORD = "a-master-password"
SECONDS = 240


@dataclass(frozen=True)
class Place:
    """Where one sandbox is: its directory and its port."""

    directory: Path
    port: int

    def run(self, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m sandbox <command>` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "sandbox", command],
            env=self.environment(**environment),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    @contextmanager
    def up(self) -> Iterator[str]:
        """Where a sandbox answers that is up meanwhile: its endpoint URL."""
        try:
            started = self.run("up")
            assert started.returncode == 0, started.stderr
            yield f"http://127.0.0.1:{self.port}"
        finally:
            self.run("down")

    def environment(self, **changes: str) -> dict[str, str]:
        """What the command finds in its environment."""
        here = {"SANDBOX_PORT": str(self.port), "SANDBOX_DIR": str(self.directory)}
        return {**os.environ, **here, **changes}

    def pid(self) -> int:
        """The process that answers on the port."""
        url = f"http://127.0.0.1:{self.port}/_sandbox/health"
        with urllib.request.urlopen(url, timeout=5) as answer:
            found: dict[str, Any] = json.load(answer)
        assert found["directory"] == str(self.directory)
        return int(found["pid"])

    def answers(self) -> bool:
        """Whether anything listens on the port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def database(self, name: str) -> dict[str, Any]:
        """Make a DB instance, wait until it is available, and describe it."""
        rds = boto3.client(
            "rds",
            region_name="us-east-1",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="any",
        )
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            AllocatedStorage=20,
            DBName="shop",
            MasterUsername="shop_admin",
            MasterUserPassword=PASSWORD,
        )
        waiter = rds.get_waiter("db_instance_available")
        waiter.wait(DBInstanceIdentifier=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 150})
        found: dict[str, Any] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return found[0]

    def clusters(self) -> list[int]:
        """The processes of the databases that are recorded in the directory."""
        records = places.clusters(self.directory).glob("*.json")
        return [json.loads(record.read_text())["pid"] for record in records]

    def leftovers(self) -> list[Path]:
        """What is left on the disk of this sandbox."""
        places_of = [self.directory, places.clusters(self.directory), places.annex(self.directory)]
        return [path for path in places_of if path.exists()]


@contextmanager
def interruptible() -> Iterator[None]:
    """What is started can be interrupted, though a job in the background, as this may be, cannot."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def query(database: dict[str, Any], sql: str) -> Any:
    """The one value that a statement answers."""
    endpoint = database["Endpoint"]
    with psycopg.connect(
        host=endpoint["Address"],
        port=endpoint["Port"],
        dbname="shop",
        user="shop_admin",
        password=PASSWORD,
        connect_timeout=10,
    ) as connection:
        row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0]


def descendants(pid: int) -> set[int]:
    """A process and all that it started, and they."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    parents = {int(child): int(parent) for child, parent in map(str.split, listed.splitlines())}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def alive(pids: set[int]) -> set[int]:
    """Those of some processes that still run; one that has only not been waited for does not."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    lines = [line.split() for line in listed.splitlines()]
    return {int(pid) for pid, state in lines if not state.startswith("Z")} & pids


def programs(pids: set[int]) -> set[str]:
    """The names of the programs that some processes run."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,comm="], capture_output=True, text=True, check=True
    ).stdout
    lines = [line.split(maxsplit=1) for line in listed.splitlines()]
    return {Path(name).name for pid, name in lines if int(pid) in pids}
