"""Many tables: one tick with changes in all of them, beside one with changes in one."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from tests.bench.deploy import deployed, land_inserts
from tests.bench.requests import Requests
from tests.sandbox.load_tools import Load

TABLES = [f"t{number:03d}" for number in range(100)]
ROWS_A_FILE = 100
SINGLE_TICKS = 5
PATIENCE_SECONDS = 600


def measure(aws: Callable[..., Any], requests: Requests) -> None:
    """Print both, and the first as a multiple of the second's share."""
    with deployed(aws, "tables", TABLES) as load:
        concurrency = load.values["concurrency"]
        for table in TABLES:
            load.capture.completed(table, rows=0)
        _tick(load, None)  # empty full loads
        singles = []
        for tick in range(SINGLE_TICKS):
            _land(load, TABLES[tick], 1)
            singles.append(_tick(load, [f"public.{TABLES[tick]}"]))
        single = median(singles)
        for table in TABLES:
            _land(load, table, 2)
        whole = _tick(load, None)
        share = single * len(TABLES) / concurrency
        print(
            f"one table: {single:.2f} s; {len(TABLES)} tables, {concurrency} at a time: {whole:.1f} s"
        )
        print(f"multiple of one table's tick x {len(TABLES)} / {concurrency}: {whole / share:.2f}")


def _land(load: Load, table: str, turn: int) -> None:
    keys = range(turn * ROWS_A_FILE, (turn + 1) * ROWS_A_FILE)
    land_inserts(load, keys, table, f"2099010{turn}", ROWS_A_FILE)


def _tick(load: Load, chosen: list[str] | None) -> float:
    started = time.monotonic()
    ended = load.wait(load.start({"tables": chosen} if chosen else {}), PATIENCE_SECONDS)
    seconds = time.monotonic() - started
    assert ended["status"] == "SUCCEEDED", ended
    assert {each["status"] for each in ended["output"]["tables"]} == {"loaded"}, ended
    return seconds
