"""64 clients at once, for a minute: nothing fails, nothing is lost, nothing piles up."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator

import psutil
import pytest

from tests.conformance.load.clients import CLIENTS, KINDS, World, found
from tests.process.programs import Place, free_port
from tests.site import task

SECONDS = float(os.environ.get("MDW_LOAD_SECONDS", "60"))
WARM_SECONDS = SECONDS / 6
# what 64 clients may leave in a minute: their objects, statements and executions are kept
MOST_GROWTH = 300_000_000


class Crowd:
    """The clients, each a thread that does one kind of thing after the other until a time."""

    def __init__(self, world: World) -> None:
        self.world, self.failures, self.lock = world, Counter[str](), threading.Lock()

    def run(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        threads = [
            threading.Thread(target=self.work, args=(first, until)) for first in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def work(self, first: int, until: float) -> None:
        turn = first
        while time.monotonic() < until:
            kind = KINDS[turn % len(KINDS)]
            turn += 1
            with self.lock:
                number = next(self.world.numbers)
            try:
                kind(self.world, number)
            except Exception as error:
                told = re.sub(r"\d+", "N", f"{kind.__name__}: {type(error).__name__}: {error}")
                with self.lock:
                    self.failures[told] += 1
            else:
                with self.lock:
                    self.world.written[kind.__name__] += 1


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    yield Place(tmp_path_factory.mktemp("load") / "sandbox", free_port())


def test_many_clients_at_once_lose_nothing(place: Place) -> None:
    with place.up() as url:
        world = World(url, place.database("load"))
        world.prepare()
        for service in ("iam", "lakeformation", "rds", "dms"):
            world.client(service)  # boto3 makes clients in one thread alone
        server, crowd = psutil.Process(place.pid()), Crowd(world)
        crowd.run(WARM_SECONDS)
        settled(server, most=10_000)
        memory, threads = server.memory_info().rss, settled(server, most=10_000)
        crowd.run(SECONDS)
        growth = server.memory_info().rss - memory
        told = {"written": dict(world.written), "growth": growth, "threads": threads}
        print(told)
        assert not crowd.failures, crowd.failures.most_common()
        wanted = {kind: n for kind, n in world.written.items() if kind not in {"looks", "tables"}}
        task.until(lambda: found(world)["executions"] == wanted["executions"])
        assert found(world) == wanted
        assert growth < MOST_GROWTH, told
        assert settled(server, most=threads + 4) <= threads + 4, told


def settled(server: psutil.Process, most: int) -> int:
    """The threads of the server, once they are few enough or have not become fewer for 10 s."""
    least, since = server.num_threads(), time.monotonic()
    while least > most and time.monotonic() - since < 10:
        time.sleep(0.2)
        now = server.num_threads()
        if now < least:
            least, since = now, time.monotonic()
    return least
