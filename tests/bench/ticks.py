"""Cost by what is new: a tick that loads ten files, after few files and after many."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from tests.bench.deploy import deployed, land_inserts
from tests.bench.requests import Requests
from tests.sandbox.load_tools import Load

NEW = 10
EARLIER = (10, 10_000)
TICKS = 5
TABLE = "orders"


def measure(aws: Callable[..., Any], requests: Requests) -> None:
    """Print time, requests of S3 and bytes read; medians of some ticks."""
    with deployed(aws, "ticks", [TABLE]) as load:
        load.capture.completed(TABLE, rows=1)
        load.land("LOAD00000001", ("I", 0, "new", 0, None), table=TABLE)
        _load_all(load)
        taken = []
        landed = 1
        for earlier in EARLIER:
            if landed < earlier:
                land_inserts(load, range(landed, earlier + 1), TABLE, "20990101")
                landed = earlier + 1
                _load_all(load)
            ticks = []
            for _ in range(TICKS):
                land_inserts(load, range(landed, landed + NEW), TABLE, "20990102")
                landed += NEW
                ticks.append(_tick(load, requests, NEW))
            taken.append([median(each) for each in zip(*ticks, strict=True)])
            print(f"after {earlier:6,} files: {_told(taken[-1])}", flush=True)
        ratios = [after / before for before, after in zip(*taken, strict=True)]
        print("ratio: " + ", ".join(f"{ratio:.2f}" for ratio in ratios))
        seconds, asked, read = _tick(load, requests, 0)
        touched = requests.by_service["redshift-data"]
        print(f"nothing new: {_told([seconds, asked, read])}, {touched} of the Data API")


def _tick(load: Load, requests: Requests, files: int) -> tuple[float, int, int]:
    requests.reset()
    started = time.monotonic()
    report = load.orders(TABLE)
    seconds = time.monotonic() - started
    assert report["files"] == files, report
    return seconds, requests.by_service["s3"], requests.read


def _load_all(load: Load) -> None:
    while load.wait(load.start(), 600)["output"]["tables"][0]["status"] != "nothing new":
        pass


def _told(figures: list[float]) -> str:
    seconds, asked, read = figures
    return f"{seconds:.2f} s, {asked:.0f} requests of S3, {read / 1024:.1f} KiB read"
