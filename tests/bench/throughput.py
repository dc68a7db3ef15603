"""From a source to the warehouse: a million rows, then changes, as multiples of a plain copy."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg

from sandbox import registry
from sandbox.engines.postgres import Cluster
from sandbox.engines.redshift.warehouse import SETTINGS
from tests.bench.deploy import derived
from tests.bench.requests import Requests
from tests.sandbox.capture_tools import ORDERS, until
from tests.sandbox.dms_platform import Platform
from tests.sandbox.load_tools import Load

ROWS = 1_000_000
CHANGES = 100_000
PATIENCE_SECONDS = 300
SHOWN_SECONDS = 0.1
GROW = f"""
    insert into orders
    select n, n % 1000, 'customer' || n || '@example.com', n % 500, 'new',
           timestamp '2026-01-01' + n * interval '1 second', timestamp '2026-01-01'
    from generate_series(1, {ROWS}) n
"""
TOUCH = f"""
    update orders set status = 'paid', updated_at = now()::timestamp
    where order_id <= {CHANGES}
"""


def measure(aws: Callable[..., Any], requests: Requests) -> None:
    """Print seconds, what they are of the plain limit, and what the load's statements took."""
    load = Load(aws, "through", derived=derived("through", ["orders"]))
    load.deploy()
    platform = Platform(aws, "through")
    with platform.connect() as shop:
        shop.execute(ORDERS)
        shop.execute(GROW)
        shop.execute("vacuum analyze orders")
        task = platform.task_of(load.derived)
        plain_rows, plain_changes = (
            _plain(platform.conninfo, ROWS),
            _plain(platform.conninfo, CHANGES),
        )

        started = time.monotonic()
        platform.start(task)
        until(lambda: _state(platform, task) == "Table completed", PATIENCE_SECONDS)
        _report(load, f"{ROWS:,} rows", started, plain_rows)

        shop.execute(TOUCH)
        started = time.monotonic()  # the commit: before it there is nothing to capture
        until(lambda: platform.changes(task) >= CHANGES, PATIENCE_SECONDS)
        _report(load, f"{CHANGES:,} changes", started, plain_changes)
    platform.delete(task)
    load.remove()


def _report(load: Load, what: str, started: float, plain: float) -> None:
    captured = time.monotonic()
    with _described() as told:
        ended = load.wait(load.start(), PATIENCE_SECONDS)
    loaded = time.monotonic()
    assert ended["output"]["tables"][0]["status"] == "loaded", ended
    parts = [(part["Duration"] / 1e9, part["QueryString"]) for part in told["SubStatements"]]
    whole, redshift = loaded - started, sum(seconds for seconds, _ in parts)
    print(f"{what}: {whole:.1f} s, {whole / plain:.1f} times a plain copy ({plain:.2f} s)")
    print(f"  {captured - started:6.2f} s  capture, until the files are there")
    print(f"  {loaded - captured - redshift:6.2f} s  load: the state machine, and its waiting")
    print(f"  {redshift:6.2f} s  load: statements in Redshift, of which")
    for seconds, statement in parts:
        if seconds >= SHOWN_SECONDS:
            print(f"    {seconds:6.2f} s  {' '.join(statement.split())[:60]}", flush=True)


@contextmanager
def _described() -> Iterator[dict[str, Any]]:
    """What the load was told last of its statement."""
    told: dict[str, Any] = {}
    describe = registry._handlers["redshift-data", "DescribeStatement"]

    def remembered(call: Any, **request: Any) -> Any:
        answer = describe(call, **request)
        told.update(answer or {})
        return answer

    with mock.patch.dict(registry._handlers, {("redshift-data", "DescribeStatement"): remembered}):
        yield told


def _state(platform: Platform, task: str) -> str:
    return str(platform.statistics(task).get("TableState"))


def _plain(source: str, rows: int) -> float:
    """Seconds of COPY TO STDOUT piped into COPY FROM STDIN, between two clusters."""
    with psycopg.connect(source) as reader, _target() as writer:
        started = time.monotonic()
        out, into = reader.pgconn, writer.pgconn
        out.exec_(f"copy (select * from orders where order_id <= {rows}) to stdout".encode())
        into.exec_(b"copy orders from stdin")
        while (chunk := out.get_copy_data(0))[0] > 0:
            into.put_copy_data(chunk[1])
        into.put_copy_end()
        results = [*iter(out.get_result, None), *iter(into.get_result, None)]
        assert [result.command_tuples for result in results] == [rows, rows]
        return time.monotonic() - started


@contextmanager
def _target() -> Iterator[psycopg.Connection[Any]]:
    """An empty table of orders in a cluster that is set up as the warehouse's is."""
    with tempfile.TemporaryDirectory(prefix="plain-") as directory:
        cluster = Cluster(Path(directory), "plain", password="plain", settings=SETTINGS)
        cluster.create()
        cluster.start()
        with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
            connection.execute(ORDERS)
            yield connection
        cluster.stop()
        cluster.remove()
