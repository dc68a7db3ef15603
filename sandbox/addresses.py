"""Loopback addresses: each resource serves the port it asked for, on an address of its own."""

from __future__ import annotations

import hashlib
import socket
import threading


class Addresses:
    """Hands out (host, port) pairs that are free, stable by name while the sandbox runs."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._given: dict[str, tuple[str, int]] = {}

    def reserve(self, name: str, port: int) -> tuple[str, int]:
        """An address for a resource of this name.

        The port is the one asked for on an address in 127.0.0.0/8; where the system serves
        127.0.0.1 alone (macOS), a free port of that.
        """
        with self._lock:
            known = self._given.get(name)
            if known and (known[1] == port or known[0] == "127.0.0.1"):
                return known
            address = self._find(name, port)
            self._given[name] = address
            return address

    def release(self, name: str) -> None:
        """Forget the address of a resource that is gone."""
        with self._lock:
            self._given.pop(name, None)

    def _find(self, name: str, port: int) -> tuple[str, int]:
        for attempt in range(20):
            digest = hashlib.sha256(f"{self._seed}|{name}|{attempt}".encode()).digest()
            host = f"127.{1 + digest[0] % 254}.{digest[1]}.{1 + digest[2] % 254}"
            if host not in {given for given, _ in self._given.values()} and _is_free(host, port):
                return host, port
        with socket.create_server(("127.0.0.1", 0)) as probe:
            return "127.0.0.1", probe.getsockname()[1]


def _is_free(host: str, port: int) -> bool:
    try:
        with socket.create_server((host, port)):
            return True
    except OSError:
        return False
