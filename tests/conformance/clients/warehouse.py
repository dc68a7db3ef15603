"""A workgroup for clients, and how they log in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER = "boss"
PASSWORD = "Correct-Horse-9"
DATABASE = "analytics"


@dataclass(frozen=True)
class Endpoint:
    """Where a workgroup's database is reached, as its administrator.

    authority is the certificate that vouches for it.
    """

    workgroup: str
    host: str
    port: int
    authority: Path

    @property
    def libpq(self) -> dict[str, Any]:
        """How clients on libpq log in, sure of whom they talk to."""
        return {
            "host": self.host,
            "port": self.port,
            "dbname": DATABASE,
            "user": USER,
            "password": PASSWORD,
            "sslmode": "verify-full",
            "sslrootcert": str(self.authority),
        }

    @property
    def trusted(self) -> dict[str, str]:
        """The environment in which Python's clients trust it."""
        return {"SSL_CERT_FILE": str(self.authority)}
