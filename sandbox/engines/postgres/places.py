"""Where the files of clusters lie."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import time
from pathlib import Path

from sandbox.engines.postgres.errors import PostgresError, from_os

SOCKET_PATH_LIMIT = 103  # bytes, the least of the systems; Linux allows 107
SOCKET_NAME = "/.s.PGSQL.65535"
REMOVE_TRIES = 20


def clusters(directory: Path) -> Path:
    """The folder of all clusters of the sandbox in this directory."""
    return directory.absolute() / "clusters"


def annex(directory: Path) -> Path:
    """The folder outside the sandbox's directory, for what cannot be inside it.

    Its name follows from the directory, so that any process can find and remove it.
    """
    digest = hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:12]
    return _temporary() / f"warehouse-sandbox-{os.geteuid()}-{digest}"


def make_annex(directory: Path) -> Path:
    """The annex, made so that others can pass but not look or write.

    Raises PostgresError when somebody else has taken its name.
    """
    path = annex(directory)
    try:
        path.mkdir(mode=0o711, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise PostgresError(f"{path} belongs to another user: remove it.")
        path.chmod(0o711)
    except OSError as error:
        raise from_os(f"Cannot make {path}", error, path) from None
    return path


def socket_directory(directory: Path, home: Path, name: str) -> Path:
    """A folder for a cluster's unix socket: its home, or a short one where that is too long."""
    if len(os.fsencode(home)) + len(SOCKET_NAME) <= SOCKET_PATH_LIMIT:
        return home
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return make_annex(directory) / f"socket-{digest}"


def enterable(directory: Path, uid: int, gid: int) -> bool:
    """Whether this user, without privileges, may pass through a folder and all above it."""
    for path in (directory, *directory.parents):
        found = path.stat()
        if found.st_uid == uid:
            needed = stat.S_IXUSR
        elif found.st_gid == gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def remove(path: Path) -> None:
    """Remove a folder and all in it; a program that is just ending may still write there."""
    for attempt in range(REMOVE_TRIES):
        try:
            shutil.rmtree(path)
        except FileNotFoundError:
            if not path.exists():
                return
        except OSError as error:
            if attempt == REMOVE_TRIES - 1 or isinstance(error, PermissionError):
                raise PostgresError(f"Cannot remove {path}: {error}") from None
        time.sleep(0.05)


def _temporary() -> Path:
    var = Path("/var/tmp")  # noqa: S108  survives a reboot, as the sandbox's directory does
    return var if var.is_dir() else Path("/tmp")  # noqa: S108
