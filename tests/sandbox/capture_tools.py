"""What the tests of the capture and of DMS share: reading files back, replaying them."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

ORDERS = """
    create table orders (
        order_id bigint primary key, user_id bigint, email varchar(320),
        total_amount numeric(12,2), status varchar(32), created_at timestamp, updated_at timestamp
    )
"""


class Landed:
    """The files of a bucket."""

    def __init__(self, s3: Any, bucket: str, folder: str = "raw") -> None:
        self.s3, self.bucket, self.folder = s3, bucket, folder

    def names(self, table: str) -> list[str]:
        prefix = f"{self.folder}/{table}/"
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [
            item["Key"].removeprefix(prefix) for page in pages for item in page.get("Contents", [])
        ]

    def loads(self, table: str) -> list[str]:
        return [name for name in self.names(table) if name.startswith("LOAD")]

    def changes(self, table: str) -> list[str]:
        return [name for name in self.names(table) if not name.startswith("LOAD")]

    def body(self, table: str, name: str) -> bytes:
        key = f"{self.folder}/{table}/{name}"
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def read(self, table: str, name: str) -> pa.Table:
        return pq.read_table(io.BytesIO(self.body(table, name)))

    def load_rows(self, table: str) -> list[dict[str, Any]]:
        return [row for name in self.loads(table) for row in self.read(table, name).to_pylist()]

    def change_rows(self, table: str) -> list[dict[str, Any]]:
        return [row for name in self.changes(table) for row in self.read(table, name).to_pylist()]

    def replay(self, table: str, key: str) -> dict[Any, dict[str, Any]]:
        """The table that the files tell of, by its key, as a warehouse would build it."""
        rows = {row[key]: row for row in self.load_rows(table)}
        for change in sorted(self.change_rows(table), key=lambda row: row["dms_seq"]):
            before = change[f"BI_{key}"]
            if before is not None:
                rows.pop(before, None)
            if change["Op"] != "D":
                rows[change[key]] = change
        bookkeeping = {"Op", "dms_ts", "dms_seq", f"BI_{key}"}
        return {
            value: {name: cell for name, cell in row.items() if name not in bookkeeping}
            for value, row in rows.items()
        }


def trade(connection: psycopg.Connection[Any], seed: int, changes: int) -> None:
    """Random inserts, updates, key changes and deletes of orders, in many transactions."""
    chance = random.Random(seed)
    keys = {row[0] for row in connection.execute("select order_id from orders")}
    done = 0
    while done < changes:
        with connection.transaction(force_rollback=chance.random() < 0.05) as transaction:
            kept = set(keys)
            for _ in range(chance.randint(1, 12)):
                done += 1
                act = chance.random()
                if act < 0.4 or not kept:
                    key = chance.randint(1, 100_000)
                    if key in kept:
                        continue
                    values = [key, chance.randint(1, 99), f"u{key}@example.com", key / 100]
                    connection.execute(
                        "insert into orders values (%s, %s, %s, %s, 'new', now(), now())", values
                    )
                    kept.add(key)
                    continue
                key = chance.choice(sorted(kept))
                if act < 0.7:
                    connection.execute(
                        "update orders set status = %s, updated_at = now() where order_id = %s",
                        [chance.choice(["paid", "", None]), key],
                    )
                elif act < 0.8 and (moved := chance.randint(1, 100_000)) not in kept:
                    connection.execute(
                        "update orders set order_id = %s where order_id = %s", [moved, key]
                    )
                    kept = kept - {key} | {moved}
                else:
                    connection.execute("delete from orders where order_id = %s", [key])
                    kept.discard(key)
        if not transaction.force_rollback:
            keys = kept


def rows_of(connection: psycopg.Connection[Any], table: str, key: str) -> dict[Any, dict[str, Any]]:
    """The source's rows by their key."""
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        cursor.execute(f"select * from {table}")
        return {row[key]: row for row in cursor}


def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait for a condition and return what it gave."""
    limit = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.05)
    return found
