"""What is written down of each cluster, so that another process can stop and remove it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.engines.postgres import places
from sandbox.engines.postgres.errors import PostgresError

# A fast shutdown, then an immediate one, then none at all; each with its patience in seconds.
ESCALATION = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
POLL = 0.02


@dataclass(frozen=True)
class Record:
    """A cluster on disk: its postmaster, its data folder, and every folder made for it."""

    name: str
    pid: int | None
    data: str
    directories: list[str]

    def write(self, directory: Path) -> None:
        """Write the record, whole or not at all."""
        path = _path(directory, self.name)
        unfinished = path.with_suffix(".json.new")
        unfinished.write_text(json.dumps(asdict(self), indent=2))
        unfinished.replace(path)


def forget(directory: Path, name: str) -> None:
    """Remove a cluster's record."""
    _path(directory, name).unlink(missing_ok=True)


def postmaster_of(data: Path) -> int | None:
    """The process that postmaster.pid names, if it is running and serves this data folder."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if serves(pid, data) else None


def serves(pid: int, data: Path) -> bool:
    """Whether a process is the postmaster of this data folder, and no other that has its id."""
    arguments = _arguments(pid)
    return "postgres" in arguments.split(" ", 1)[0] and str(data) in arguments


def end(pid: int, data: Path) -> None:
    """Stop a postmaster that is not our child: fast, then harder.

    Raises PostgresError when it belongs to another user or survives.
    """
    for number, patience in ESCALATION:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        except PermissionError:
            raise PostgresError(
                f"PostgreSQL (process {pid}) was started by another user: stop it as that user."
            ) from None
        limit = time.monotonic() + patience
        while time.monotonic() < limit:
            if not serves(pid, data):
                return
            time.sleep(POLL)
    raise PostgresError(f"PostgreSQL (process {pid}) does not end.")


def reap(sandbox_directory: Path | str) -> list[str]:
    """Stop and remove every recorded cluster of a sandbox that is no longer running.

    Returns the names of the clusters that were removed. What is not there is no error; what
    cannot be stopped or removed raises PostgresError.
    """
    directory = Path(sandbox_directory)
    folder = places.clusters(directory)
    names = []
    for path in sorted(folder.glob("*.json")):
        record = Record(**json.loads(path.read_text()))
        data = Path(record.data)
        recorded = record.pid if record.pid and serves(record.pid, data) else None
        pid = recorded or postmaster_of(data)
        if pid:
            end(pid, data)
        _remove_all(directory, map(Path, record.directories))
        path.unlink()
        names.append(record.name)
    _remove_all(directory, [folder, places.annex(directory)])
    return names


def _remove_all(directory: Path, paths: Iterable[Path]) -> None:
    """Remove folders of a sandbox, and nothing that a damaged record may name besides."""
    ours = (places.clusters(directory), places.annex(directory))
    for path in paths:
        if path.is_relative_to(ours[0]) or path.is_relative_to(ours[1]):
            places.remove(path)


def _arguments(pid: int) -> str:
    process = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    listed = subprocess.run(
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout.strip()


def _path(directory: Path, name: str) -> Path:
    return places.clusters(directory) / f"{name}.json"
