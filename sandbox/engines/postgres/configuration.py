"""The settings a cluster starts with, as files of its data folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

Value = str | int | bool

FILE = "sandbox.conf"
INCLUDE = f"\ninclude '{FILE}'\n"

# The data is a laptop's and may go with the machine, so nothing waits for the disk. Commits stay
# synchronous: logical decoding reads only what has been flushed.
BASE: dict[str, Value] = {
    "fsync": False,
    "full_page_writes": False,
    "synchronous_commit": True,
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm of a container is too small, and outlives us
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
}

CLIENT_AUTHENTICATION = """\
local all         all              scram-sha-256
host  all         all 127.0.0.0/8  scram-sha-256
host  replication all 127.0.0.0/8  scram-sha-256
local replication all              scram-sha-256
"""


def text(settings: Mapping[str, Value]) -> str:
    """The lines of a configuration file."""
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in sorted(settings.items()))


def listening(host: str | None, port: int, socket_directory: Path) -> dict[str, Value]:
    """Where the server listens: always on its unix socket, on a host when there is one."""
    return {
        "listen_addresses": host or "",
        "port": port,
        "unix_socket_directories": f'"{socket_directory}"',
    }


def _quoted(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "'" + str(value).replace("'", "''") + "'"
