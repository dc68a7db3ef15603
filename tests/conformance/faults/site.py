"""A site of its own in a sandbox of its own, and what is asked of it under a fault plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import demo.aws
from demo import shop, warehouse
from demo.tables import TABLES
from tests.process.programs import Place, free_port
from tests.sandbox.fault_tools import Faults
from tests.site.playbooks import SECONDS, Played, Playing, play, playing
from tests.site.task import failed, landed, position, until, wait_until_landed

MOST_RUNS = 2
"""A run, and one more where a fault has ended it."""
NEVER = 1_000_000
"""Calls that a fault lets pass which is there to count them."""


@dataclass(frozen=True)
class Site:
    """The sandbox that a site is deployed in, and its fault plan."""

    place: Place
    faults: Faults

    def play(self, name: str, *arguments: str, **told: object) -> Played:
        """Run a playbook, told these variables."""
        return play(name, *arguments, *_given(told), SANDBOX_PORT=str(self.place.port))

    def playing(self, name: str, **told: object) -> AbstractContextManager[Playing]:
        """A playbook that runs meanwhile."""
        return playing(name, *_given(told), SANDBOX_PORT=str(self.place.port))

    def done(self, name: str, *arguments: str, **told: object) -> Played:
        """The same, which must succeed."""
        played = self.play(name, *arguments, **told)
        assert played.exit_code == 0, played.output
        return played

    def done_at_last(self, *names: str, tags: str = "all", **told: object) -> int:
        """How often playbooks were run, one after the other, until all succeeded: twice at most."""
        output = ""
        for number in range(1, MOST_RUNS + 1):
            for name in names:
                played = self.play(name, "--tags", tags, **told)
                if played.exit_code:
                    output += played.output
                    break
            else:
                return number
        raise AssertionError(output)

    def survives(self, *plan: dict[str, object]) -> None:
        """All of the demo up to its second load, under a fault plan; all rows are there."""
        self.faults.put(*plan)
        try:
            self.done_at_last("site", tags="network,source_database")
            shop.seed()
            self.done_at_last("site", "load")
            traded = self.traded(shop.change)
            if not self.lands(traded):
                self.done_at_last("site", tags="ingestion")
                self.has_landed(traded)
            self.done_at_last("load")
        finally:
            told = self.faults.end()
        assert all(fault["struck"] for fault in told), told
        self.equal()

    def first_layers(self) -> None:
        """The source database, with the shop's first rows."""
        self.done("site", "--tags", "network,source_database")
        shop.seed()

    def captured(self, trade: Callable[[], object]) -> None:
        """Let the shop trade, and wait until all of it has landed."""
        self.has_landed(self.traded(trade))

    def traded(self, trade: Callable[[], object]) -> str:
        """Let the shop trade; where its last change is in the source's log."""
        trade()
        with shop.connection() as connection:
            return position(connection)

    def has_landed(self, traded: str) -> None:
        """Wait until all that the shop had traded so far has landed."""
        with shop.connection() as connection:
            wait_until_landed(connection, traded)

    def lands(self, traded: str) -> bool:
        """Wait for the same, or until the task has failed; whether all has landed."""
        with shop.connection() as connection:
            until(lambda: landed(connection, traded) or failed())
            return landed(connection, traded)

    def until_struck(self) -> None:
        """Wait until a fault has struck."""
        until(lambda: any(self.faults.struck()))

    def until_called(self, run: Playing, service: str, operation: str) -> None:
        """Wait until a playbook calls an operation, which is not disturbed."""
        counter = {"kind": "throttle", "service": service, "operation": operation, "skip": NEVER}
        self.faults.put(counter)

        def called() -> bool:
            assert run.process.poll() is None, run.ended().output
            return bool(self.faults.told()[0]["calls"])

        until(called, SECONDS)
        self.faults.end()

    def equal(self) -> None:
        """The warehouse has the source's rows, and no others."""
        for table in TABLES:
            assert warehouse.rows(table) == shop.rows(table), table


def _given(told: dict[str, object]) -> list[str]:
    return ["-e", json.dumps(told)] if told else []


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
