"""A place for a sandbox, which is down again after the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.process.programs import Place, free_port


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[[str], Place]]:
    """Makes places by name: place("one") has a directory and a free port of its own."""
    made: list[Place] = []

    def make(name: str) -> Place:
        made.append(Place((tmp_path / name).resolve(), free_port()))
        return made[-1]

    yield make
    for each in made:
        each.run("down")
