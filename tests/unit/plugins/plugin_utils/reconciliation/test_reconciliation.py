"""Buckets are asked until they agree; what never does is drift only where the source stood still."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.reconciliation import (
    compare,
    key_statements,
    plan,
    statements,
    verdict,
)

TABLES = [
    {
        "source": "public.Orders",
        "name": "orders",
        "key": ["order_id"],
        "columns": [
            {"name": "order_id", "type": "bigint"},
            {"name": "Email", "type": "varchar(320)"},
            {"name": "at", "type": "timestamp"},
        ],
    }
]


def planned(**options: Any) -> list[dict[str, Any]]:
    return plan(TABLES, "analytics", **{"buckets": 2, **options})


def read(key: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a loop over statements gave."""
    return [{"item": {"name": "public.Orders"}, key: rows}]


def buckets(*checksums: str | None) -> list[dict[str, Any]]:
    return [
        {"bucket": bucket, "row_count": 1, "checksum": checksum, "latest_1": "2026"}
        for bucket, checksum in enumerate(checksums)
        if checksum is not None
    ]


def row(key: str, row_hash: str, bucket: int = 0) -> dict[str, Any]:
    return {"bucket": bucket, "key_hash": key, "row_hash": row_hash, "shown": f"id {key}"}


def compared(progress: Any, source: list[Any], warehouse: list[Any]) -> list[dict[str, Any]]:
    return compare(progress, read("query_result", source), read("rows", warehouse))


def judged(progress: Any, before: list[Any], warehouse: list[Any], after: list[Any]) -> Any:
    report = verdict(
        progress,
        read("query_result", before),
        read("rows", warehouse),
        read("query_result", after),
    )
    return report["tables"][0]


def test_names_are_each_sides_own():
    (source,) = statements(planned(), "source")
    (warehouse,) = statements(planned(), "warehouse")
    assert 'FROM "public"."Orders"' in source["query"]
    assert '"Email"' in source["query"]
    assert "FROM analytics.orders" in warehouse["query"]
    assert "bucket IN (0, 1)" in source["query"]
    assert "{" not in source["query"] + warehouse["query"]


def test_a_bucket_that_agreed_is_not_asked_again():
    progress = compared(planned(), buckets("1", "2"), buckets("1", "3"))
    assert progress[0]["pending"] == [1]
    assert "bucket IN (1)" in statements(progress, "source")[0]["query"]
    progress = compared(progress, buckets(None, "3"), buckets(None, "3"))
    assert progress[0]["pending"] == []
    assert statements(progress, "source") == []
    assert verdict(progress)["drift"] is False


def test_an_empty_bucket_equals_an_empty_one():
    # PostgreSQL's module gives no rows as an empty dictionary
    progress = compare(planned(), read("query_result", {}), read("rows", []))  # type: ignore[arg-type]
    assert progress[0]["pending"] == []


@pytest.mark.parametrize(
    ("before", "warehouse", "after", "what"),
    [
        ([row("7", "a")], [], [row("7", "a")], "missing in the warehouse"),
        ([], [row("7", "a")], [], "not at the source"),
        ([row("7", "a")], [row("7", "b")], [row("7", "a")], "different"),
        ([row("7", "a")], [row("7", "a")] * 2, [row("7", "a")], "2 rows in the warehouse"),
    ],
)
def test_a_row_that_stood_still_and_differs_is_drift(before, warehouse, after, what):
    progress = compared(planned(), buckets("1"), buckets("2"))
    table = judged(progress, before, warehouse, after)
    assert table["drift"] is True
    assert table["differing"] == [0]
    assert table["keys"] == [{"key": "id 7", "what": what}]


@pytest.mark.parametrize(
    ("before", "warehouse", "after"),
    [
        ([row("7", "a")], [row("7", "b")], [row("7", "c")]),
        ([row("7", "a")], [], []),
        ([], [], [row("7", "a")]),
        ([row("7", "a")], [row("7", "a")], [row("7", "a")]),
    ],
)
def test_a_row_that_moved_is_none(before, warehouse, after):
    progress = compared(planned(), buckets("1"), buckets("2"))
    table = judged(progress, before, warehouse, after)
    assert table["drift"] is False
    assert table["moving"] == [0]


def test_rows_are_read_of_buckets_that_stood_still_first():
    progress = compared(planned(), buckets("1", "2"), buckets("3", "4"))
    progress = compared(progress, buckets("9", "2"), buckets("3", "4"))
    assert progress[0]["steady"] == [1]
    assert "bucket IN (1, 0)" in key_statements(progress, "warehouse")[0]["query"]


def test_a_sample_follows_from_its_seed():
    chosen = planned(buckets=100, sample=0.1, seed=1)[0]["chosen"]
    assert len(chosen) == 10
    assert chosen == planned(buckets=100, sample=0.1, seed=1)[0]["chosen"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"only": ["public.nothing"]}, "public.nothing"),
        ({"sample": 0.0}, "above 0, up to 1"),
        ({"sample": 1.5}, "above 0, up to 1"),
        ({"buckets": 0}, "1 to 4096"),
    ],
)
def test_what_makes_no_sense_is_refused(options, told):
    with pytest.raises(ValueError, match=told):
        planned(**options)


@pytest.mark.parametrize(
    ("history", "kept"),
    [
        ("soft_delete", "NOT _deleted"),
        ("scd2", "is_current"),
        ("append", "_newness = 1 AND _op <> 'D'"),
    ],
)
def test_of_a_history_the_newest_is_compared(history, kept):
    (entry,) = plan([{**TABLES[0], "history": history}], "analytics")
    assert kept in entry["statements"]["warehouse"]["buckets"]
    assert kept not in entry["statements"]["source"]["buckets"]
