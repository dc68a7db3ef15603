"""What goes wrong with a cluster, in one line for the user."""

from __future__ import annotations

import errno
import re
from pathlib import Path

NO_SPACE = "No space left on device"
# What tells the cause, the most telling first: the last word is often only a consequence.
TELLING = ("invalid value for parameter", "could not bind", "FATAL", "error:")
PREFIX = re.compile(r".*?(?:LOG|FATAL|PANIC|error): +")


class PostgresError(Exception):
    """A PostgreSQL cluster cannot be made, started or stopped: one line that says why."""


def from_output(what: str, output: str, directory: Path) -> PostgresError:
    """The error of a PostgreSQL program, told by the telling line of what it printed."""
    if NO_SPACE in output:
        return no_space(directory)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = (line for mark in TELLING for line in lines if mark in line)
    reason = next(telling, lines[-1] if lines else "it printed nothing")
    return PostgresError(f"{what}: {PREFIX.sub('', reason, count=1)}")


def from_os(what: str, error: OSError, directory: Path) -> PostgresError:
    """The error of a system call on a cluster's files."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return no_space(directory)
    return PostgresError(f"{what}: {error}")


def no_space(directory: Path) -> PostgresError:
    """The one answer to a full disk."""
    return PostgresError(f"No disk space left for a PostgreSQL cluster in {directory}.")
