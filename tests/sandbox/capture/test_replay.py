"""What is landed, played back, is the source; and it has the columns of DMS."""

from __future__ import annotations

import pyarrow as pa

from tests.sandbox.capture.conftest import Capturing
from tests.sandbox.capture_tools import ORDERS, rows_of, trade


def test_a_full_load_then_changes_have_the_columns_of_dms(capturing: Capturing) -> None:
    capturing.sql.execute(ORDERS)
    insert = "insert into orders values (%s, 7, %s, 9.5, 'new', '2024-01-02 03:04:05.678', null)"
    capturing.sql.execute(insert, [1, "a@example.com"])
    capturing.start()
    capturing.sql.execute(insert, [2, ""])
    capturing.sql.execute("update orders set order_id = 3 where order_id = 2")
    capturing.sql.execute("delete from orders where order_id = 3")
    insert_row, update, delete = capturing.until_changes("public/orders", 3)
    names = capturing.landed.loads("public/orders")
    assert names == ["LOAD00000001.parquet"]
    load = capturing.landed.read("public/orders", names[0])
    assert load.column_names == [
        *("Op", "dms_ts", "order_id", "user_id", "email", "total_amount", "status"),
        *("created_at", "updated_at", "dms_seq", "BI_order_id"),
    ]
    assert load.schema.field("total_amount").type == pa.decimal128(12, 2)
    assert load.schema.field("created_at").type == pa.timestamp("us")
    (row,) = load.to_pylist()
    assert (row["Op"], row["dms_seq"], row["BI_order_id"]) == ("I", "", None)
    assert (insert_row["Op"], insert_row["email"], insert_row["BI_order_id"]) == ("I", "", None)
    assert (update["Op"], update["order_id"], update["BI_order_id"]) == ("U", 3, 2)
    assert (delete["Op"], delete["order_id"], delete["BI_order_id"]) == ("D", 3, 3)
    assert delete["email"] is None
    assert all(len(change["dms_seq"]) == 35 for change in (insert_row, update, delete))
    assert len(update["dms_ts"]) == len("2024-01-02 03:04:05.678000")


def test_a_thousand_random_changes_replay_to_the_source(capturing: Capturing) -> None:
    capturing.sql.execute(ORDERS)
    trade(capturing.sql, seed=1, changes=300)
    capturing.start()
    trade(capturing.sql, seed=2, changes=1000)
    capturing.drained()
    assert capturing.landed.replay("public/orders", "order_id") == rows_of(
        capturing.sql, "orders", "order_id"
    )


def test_a_stop_in_the_middle_loses_nothing(capturing: Capturing) -> None:
    capturing.sql.execute(ORDERS)
    trade(capturing.sql, seed=3, changes=100)
    capturing.start()
    for seed in range(4, 8):
        trade(capturing.sql, seed, changes=150)
        capturing.stop()
        assert capturing.heard.reason == "NORMAL"
        trade(capturing.sql, seed + 100, changes=150)
        capturing.start("resume-processing")
    capturing.drained()
    assert capturing.landed.replay("public/orders", "order_id") == rows_of(
        capturing.sql, "orders", "order_id"
    )
    sequences = [row["dms_seq"] for row in capturing.landed.change_rows("public/orders")]
    assert len(set(sequences)) == len(sequences)
