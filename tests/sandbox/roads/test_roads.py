"""The whole road through random traffic and mishaps: the warehouse ends up as the source is.

MDW_SEED is the number of the first case (1), MDW_ROADS how many cases run (20). A case goes on
with the tables as the one before has left them, and loads all of them anew.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.roads.mishaps import MISHAPS, held, succeeds
from tests.sandbox.roads.road import Road
from tests.sandbox.roads.shop import TABLES

SEED = int(os.environ.get("MDW_SEED") or 1)
CASES = int(os.environ.get("MDW_ROADS") or 20)
MOST_TRANSACTIONS = 8
ALTERS_EVERY = 3
"""Of so many cases that follow each other, one alters tables at the source."""


@pytest.fixture(scope="session")
def road(aws: Callable[..., Any]) -> Iterator[Road]:
    made = Road(aws, "roads")
    yield made
    made.remove()


@pytest.mark.parametrize("number", range(SEED, SEED + CASES))
def test_the_warehouse_ends_up_as_the_source_is(road: Road, number: int) -> None:
    case = Case(road, number)
    try:
        case.run()
        assert road.warehouse() == road.source()
    except BaseException as error:
        error.add_note(f"MDW_SEED={number} MDW_ROADS=1 repeats it; what happened: {case.story}")
        raise


def test_a_file_that_is_lost_would_be_noticed(road: Road) -> None:
    carts = TABLES[0]
    road.begin_anew()
    road.shop.truncate(carts)
    road.all_captured()
    for key in road.change_files(carts):
        road.s3.delete_object(Bucket=road.bucket, Key=key)
    road.load_all()
    assert road.warehouse() != road.source()


class Case:
    """One story, told by its number."""

    def __init__(self, road: Road, number: int) -> None:
        self.road, self.number, self.random = road, number, random.Random(number)
        self.story: list[str] = []
        self.truncated = False

    def run(self) -> None:
        self.restore()
        self.trade()
        self.road.begin_anew()
        steps = [self.load, self.load, *self.random.sample(self.steps, 3)]
        if self.number % ALTERS_EVERY == 0:
            steps += [self.alter, self.alter]
        self.random.shuffle(steps)
        for step in steps:
            self.trade()
            self.story.append(step.__name__)
            step()
        if not self.road.running:
            self.road.resume()
        if self.truncated:
            self.road.begin_anew()
        self.trade()
        self.road.all_captured()
        self.road.load_all()

    @property
    def steps(self) -> list[Callable[[], None]]:
        return [
            self.stop_or_resume,
            self.stop_or_resume,
            self.reload,
            self.deliver_again,
            self.delay,
            self.truncate,
        ]

    def trade(self) -> None:
        self.road.shop.trade(self.random, self.random.randint(0, MOST_TRANSACTIONS))

    def load(self) -> None:
        """A load, with what may go wrong."""
        mishap = self.random.choice(MISHAPS)
        self.story.append(mishap.__name__)
        mishap(self.road, self.random)

    def stop_or_resume(self) -> None:
        if self.road.running:
            self.road.platform.stop(self.road.task)
        else:
            self.road.resume()

    def alter(self) -> None:
        """The source adds a column or drops one: its table is held until the contract follows."""
        if not self.road.running:
            self.road.resume()
        table = self.road.shop.alter(self.random)
        self.story.append(f"{table.name} has {[column.name for column in table.others]}")
        self.trade()
        self.road.all_captured()
        held(self.road, table)
        self.road.follow()
        self.trade()
        self.load()
        succeeds(self.road)

    def restore(self) -> None:
        """Undo what a case before has altered, for each to begin with the same columns."""
        if self.road.running:
            self.road.platform.stop(self.road.task)
        if self.road.shop.restore():
            self.road.follow(forget=True)

    def reload(self) -> None:
        """A full load of one table."""
        if not self.road.running:
            self.road.resume()
        self.road.reload(self.random.choice(TABLES))

    def deliver_again(self) -> None:
        """Files come once more, under later names."""
        for table in TABLES:
            for key in self.road.change_files(table):
                if self.random.random() < 0.5:
                    self.road.copy_later(key)

    def delay(self) -> None:
        """A file appears only after a load, under its earlier name."""
        held = {}
        for table in TABLES:
            for key in self.road.change_files(table)[-1:]:
                held[key] = self.road.body(key)
                self.road.s3.delete_object(Bucket=self.road.bucket, Key=key)
        self.load()
        for key, body in held.items():
            self.road.put(key, body)

    def truncate(self) -> None:
        """DMS does not capture it: what it deleted is gone from the warehouse once all is loaded anew."""
        self.road.shop.truncate(self.random.choice(TABLES))
        self.truncated = True
