"""Runs a command as an unprivileged user of a user namespace of its own.

PostgreSQL refuses to run as root. Here the command sees another user id, while the kernel keeps
treating it as the owner of root's files: it works in folders that only root may enter.

Started as a file, not as a module, so that nothing else is imported:
    python namespace.py <command> <argument>...
user_namespaces(7). Exits with 126 where the system forbids it.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
UNPRIVILEGED_ID = 65534
FORBIDDEN = 126


def enter() -> None:
    """Move this process into a new user namespace; OSError where that is forbidden."""
    uid, gid = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)  # os.unshare came with Python 3.12
    if not hasattr(libc, "unshare"):
        raise OSError("this system has no user namespaces")
    if libc.unshare(CLONE_NEWUSER):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    process = Path("/proc/self")
    (process / "setgroups").write_text("deny")
    (process / "uid_map").write_text(f"{UNPRIVILEGED_ID} {uid} 1")
    (process / "gid_map").write_text(f"{UNPRIVILEGED_ID} {gid} 1")


if __name__ == "__main__":
    try:
        enter()
    except OSError as problem:
        sys.stderr.write(f"error: no user namespace: {problem}\n")
        sys.exit(FORBIDDEN)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606
