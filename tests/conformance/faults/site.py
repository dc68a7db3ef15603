"""A site of its own in a sandbox of its own, and what is asked of it under a fault plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import demo.aws
from demo import shop, warehouse
from demo.tables import TABLES
from tests.process.programs import Place, free_port
from tests.sandbox.fault_tools import Faults
from tests.site.playbooks import ROOT, Played, play
from tests.site.task import until, wait_until_landed

INVENTORY = ROOT / "inventories" / "sandbox"
MOST_RUNS = 2
"""A run, and one more where a fault has ended it."""


@dataclass(frozen=True)
class Site:
    """The sandbox that a site is deployed in, and its fault plan."""

    place: Place
    faults: Faults

    def play(self, name: str, *arguments: str, **told: object) -> Played:
        """Run a playbook, told these variables."""
        given = ["-e", json.dumps(told)] if told else []
        port = str(self.place.port)
        return play(name, *arguments, *given, inventory=INVENTORY, SANDBOX_PORT=port)

    def done(self, name: str, *arguments: str, **told: object) -> Played:
        """The same, which must succeed."""
        played = self.play(name, *arguments, **told)
        assert played.exit_code == 0, played.output
        return played

    def done_at_last(self, name: str, *arguments: str) -> int:
        """How often a playbook was run until it succeeded: twice at most."""
        output = ""
        for number in range(1, MOST_RUNS + 1):
            played = self.play(name, *arguments)
            if played.exit_code == 0:
                return number
            output += played.output
        raise AssertionError(output)

    def first_layers(self) -> None:
        """The source database, with the shop's first rows."""
        self.done("site", "--tags", "network,source_database")
        shop.seed()

    def captured(self, trade: Callable[[], object]) -> None:
        """Let the shop trade, and wait until all of it has landed."""
        trade()
        self.all_captured()

    def all_captured(self) -> None:
        """Wait until all that the shop has committed has landed."""
        with shop.connection() as connection:
            wait_until_landed(connection)

    def until_struck(self) -> None:
        """Wait until a fault has struck."""
        until(lambda: any(self.faults.struck()))

    def equal(self) -> None:
        """The warehouse has the source's rows, and no others."""
        for table in TABLES:
            assert warehouse.rows(table) == shop.rows(table), table


@contextmanager
def sandbox(folder: Path, **environment: str) -> Iterator[Site]:
    """A sandbox on a free port, down again afterwards; demo's tools speak to it meanwhile."""
    place = Place(folder / "state", free_port())
    url = f"http://127.0.0.1:{place.port}"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo.aws, "ENDPOINT", url)
        try:
            started = place.run("up", **environment)
            assert started.returncode == 0, started.stderr
            yield Site(place, Faults(url))
        finally:
            place.run("down")
