"""The whole road: a source database, its capture, the landing zone, the load, the warehouse."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.sandbox.capture_tools import ORDERS, Landed, until
from tests.sandbox.dms_platform import Platform
from tests.sandbox.load_tools import Load

CHANGES = 1000
COLUMNS = "order_id, user_id, email, total_amount, status, created_at, updated_at"


class Road:
    """A shop, and the load that follows it."""

    def __init__(self, aws: Callable[..., Any]) -> None:
        self.load = Load(aws, "road")
        self.load.deploy()
        self.platform = Platform(aws, "road")
        self.shop = self.platform.connect()
        self.shop.execute(ORDERS)
        self.shop.execute(ORDERS.replace("orders", "returns"))
        self.landed = Landed(aws("s3"), self.load.bucket)
        self.random = random.Random(7)
        self.next_key = 1
        self.task = self.platform.task_of(self.load.derived)

    def change(self, number: int) -> None:
        """Random inserts, updates, changes of key and deletes, in many transactions."""
        left = number
        while left:
            many = min(left, self.random.randint(1, 40))
            with self.shop.transaction():
                for _ in range(many):
                    self._change_one()
            left -= many

    def _change_one(self) -> None:
        key = self.random.randrange(1, self.next_key + 1)
        amount, status = self.random.randrange(10**6) / 100, self.random.choice("abc")
        kind = self.random.choice(("insert", "insert", "update", "update", "delete", "move"))
        if kind == "insert":
            self.shop.execute(
                "insert into orders values (%s, %s, %s, %s, %s, now(), null)",
                (self.next_key, key, f"{key}@example.org", amount, status),
            )
            self.next_key += 1
        elif kind == "update":
            self.shop.execute(
                "update orders set status = %s, total_amount = %s, updated_at = now() "
                "where order_id = %s",
                (status, amount, key),
            )
        elif kind == "move":
            self.shop.execute(
                "update orders set order_id = %s where order_id = %s", (self.next_key, key)
            )
            self.next_key += 1
        else:
            self.shop.execute("delete from orders where order_id = %s", (key,))

    def landed_all(self) -> None:
        """Wait until a mark that is written now has landed."""
        mark, self.next_key = self.next_key, self.next_key + 1
        self.shop.execute("insert into orders (order_id) values (%s)", (mark,))

        def there() -> bool:
            latest = self.landed.changes("public/orders")[-1:]
            return any(
                row["order_id"] == mark
                for name in latest
                for row in self.landed.read("public/orders", name).to_pylist()
            )

        until(there)

    def source(self) -> list[tuple[Any, ...]]:
        rows = self.shop.execute(f"select {COLUMNS} from orders order by 1").fetchall()
        return [tuple(None if value is None else str(value) for value in row) for row in rows]

    def warehouse(self) -> list[tuple[Any, ...]]:
        endpoint = self.load.endpoint
        with psycopg.connect(
            host=endpoint["address"],
            port=endpoint["port"],
            dbname=self.load.values["database"],
            user="boss",
            password=self.load.password,
            client_encoding="utf8",
        ) as connection:
            rows = connection.execute(f"select {COLUMNS} from analytics.orders order by 1")
            return [tuple(None if value is None else str(value) for value in row) for row in rows]


@pytest.fixture(scope="module")
def road(aws: Callable[..., Any]) -> Iterator[Road]:
    made = Road(aws)
    yield made
    made.platform.delete(made.task)
    made.load.remove()


def test_the_warehouse_follows_the_source_row_for_row(road: Road) -> None:
    road.change(100)
    road.platform.start(road.task)
    until(lambda: road.platform.statistics(road.task).get("TableState") == "Table completed")
    ended = road.load.run()
    assert ended["status"] == "SUCCEEDED", ended
    road.change(CHANGES // 2)
    road.platform.stop(road.task)
    road.change(CHANGES // 4)
    road.platform.start(road.task, "resume-processing")
    road.change(CHANGES // 4)
    road.landed_all()
    ended = road.load.run()
    assert ended["status"] == "SUCCEEDED", ended
    assert {each["table"]: each["status"] for each in ended["output"]["tables"]} == {
        "public.orders": "loaded",
        "public.returns": "nothing new",
    }
    assert road.warehouse() == road.source()
    again = road.load.run()
    assert {each["status"] for each in again["output"]["tables"]} == {"nothing new"}
    assert road.warehouse() == road.source()


def test_a_lost_slot_is_answered_by_a_full_load(road: Road) -> None:
    road.change(20)
    road.landed_all()
    road.platform.stop(road.task)
    name = "select slot_name from pg_replication_slots"
    road.shop.execute(f"select pg_drop_replication_slot(slot_name) from ({name}) slots")
    road.change(100)
    road.platform.dms.start_replication_task(
        ReplicationTaskArn=road.task, StartReplicationTaskType="resume-processing"
    )
    road.platform.wait_status(road.task, "failed")
    road.load.alerts()
    ended = road.load.run()
    assert ended["status"] == "FAILED"
    assert "replication slot" in ended["cause"]
    assert ended["cause"].endswith("The task was started anew: a full load of all tables follows")
    (alert,) = road.load.alerts()
    assert alert.startswith(ended["cause"])
    road.platform.wait_status(road.task, "running")
    until(lambda: road.platform.statistics(road.task).get("TableState") == "Table completed")
    road.change(50)
    road.landed_all()
    until(lambda: road.load.run()["status"] == "SUCCEEDED" and road.warehouse() == road.source())
    assert road.load.alerts() == []
