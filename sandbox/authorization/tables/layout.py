"""How the tables are written down: many operations ask for the same resources."""

from __future__ import annotations


def each(operations: str, *resources: str) -> dict[str, tuple[str, ...]]:
    """These operations, separated by blanks, ask for these resources."""
    return dict.fromkeys(operations.split(), resources)
