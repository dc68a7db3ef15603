"""A workgroup for clients, and how they log in."""

from __future__ import annotations

from dataclasses import dataclass

USER = "boss"
PASSWORD = "Correct-Horse-9"
DATABASE = "analytics"


@dataclass(frozen=True)
class Endpoint:
    """Where a workgroup's database is reached, as its administrator."""

    workgroup: str
    host: str
    port: int
