"""A contract that has followed the source is as the source, valid, and written as it was."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.modern_data.warehouse.plugins.filter.load_configurations import (
    load_configurations,
)
from ansible_collections.modern_data.warehouse.plugins.filter.schema_checked import schema_checked
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import errors
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.discovery import (
    discover,
    document,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.schema_changes import (
    compare,
    follow,
    told,
)
from hypothesis import example, given
from hypothesis import strategies as st

from ..contract.documents import Documents
from .test_discovery import NOBODY, catalogues, row

pytest.importorskip("ruamel.yaml")

BEFORE = [
    row("public.orders", "id", "int8", key_position=0),
    row("public.orders", "note", "varchar", modifier=24),
    row("public.orders", "total", "numeric", modifier=(12 << 16 | 2) + 4),
]
TEXT = """\
---
# Ours
tables:
  - source: public.orders # the shop's
    name: orders
    key: [id]
    columns: # in order
      - {name: id, type: bigint}
      - {name: note, type: varchar(20)} # short
      - {name: total, type: "numeric(12,2)"}
"""


def tables_of(text: str) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = yaml.safe_load(text)["tables"]
    return tables


def lines(rows: list[dict[str, Any]], text: str = TEXT) -> list[str]:
    (change,) = compare(tables_of(text), rows)
    return told(change)


def followed(rows: list[dict[str, Any]], text: str = TEXT) -> str:
    return follow(text, compare(tables_of(text), rows))


# An enum may be called varchar, and a length is not what its modifier tells.
@example(
    [
        row("a.t", "e", "varchar", type_kind="e", modifier=14, longest_label=1),
        row("a.t", "id", key_position=0),
    ]
)
@given(catalogues())
def test_what_was_just_discovered_is_equal(rows):
    text = document(discover(rows))
    changes = compare(tables_of(text), rows)
    assert [told(change) for change in changes] == [[] for _change in changes]
    assert follow(text, changes) == text


@given(catalogues(), st.data())
def test_a_contract_that_has_followed_is_valid_and_needs_nothing_more(rows, data):
    text = document(discover(rows))
    after = [
        each
        for each in rows
        if each["key_position"] is not None or data.draw(st.integers(0, 4)) > 0
    ]
    for place, each in enumerate(list(after)):
        if data.draw(st.integers(0, 4)) == 0:
            names = each["schema_name"], each["table_name"]
            added = row(".".join(names), f"added{place}", "int2")
            after.insert(after.index(each) + 1, added)
    changes = compare(tables_of(text), after)
    written = follow(text, changes)
    refused = {change.source for change in changes if change.refused}
    again = compare(tables_of(written), after)
    left = {change.source: told(change) for change in again if change.needed or change.refused}
    assert set(left) == refused, left
    if tables_of(written):
        assert errors(Documents("sandbox").platform, tables_of(written), NOBODY) == []


def test_comments_and_order_stay():
    rows = [
        BEFORE[0],
        row("public.orders", "phone", "varchar", modifier=24),
        row("public.orders", "note", "varchar", modifier=34),
    ]
    assert followed(rows) == TEXT.replace(
        "      - {name: note, type: varchar(20)} # short\n",
        "      - {name: phone, type: varchar(80), personal: true} # review\n"
        "      - {name: note, type: varchar(120)} # short\n",
    ).replace('"numeric(12,2)"}', '"numeric(12,2)", dropped: true}')


def test_a_type_that_the_contract_chose_otherwise_is_no_change():
    text = TEXT.replace("varchar(20)", "varchar(300)")
    assert lines(BEFORE, text) == []
    assert lines([BEFORE[0], row("public.orders", "note", "text"), BEFORE[2]]) == []


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ([], "the source has no such table"),
        (
            [{**BEFORE[0], "type_name": "int4", "type_text": "integer"}, *BEFORE[1:]],
            "id is a integer now",
        ),
        ([{**BEFORE[0], "key_position": None}, *BEFORE[1:]], "its primary key is () now"),
        ([BEFORE[0], BEFORE[2], BEFORE[1]], "in the order id, total, note"),
        ([BEFORE[0], {**BEFORE[1], "column_name": "remark"}, BEFORE[2]], "can't be told apart"),
        ([*BEFORE, row("public.orders", "at", "time")], "at was added, which can't be captured"),
    ],
)
def test_what_can_not_be_followed_is_refused_and_changes_nothing(rows, line):
    assert any(line in each for each in lines(rows))
    assert followed(rows) == TEXT


def test_a_dropped_column_that_came_back_is_refused():
    text = TEXT.replace("varchar(20)}", "varchar(20), dropped: true}")
    assert "note was dropped and is there again" in lines(BEFORE, text)[0]
    assert lines([BEFORE[0], BEFORE[2]], text) == []


def test_a_table_that_is_not_in_the_file_is_told():
    rows = [*BEFORE, row("public.orders", "rank")]
    with pytest.raises(ValueError, match=r"it doesn't have public\.orders"):
        follow("tables: []\n", compare(tables_of(TEXT), rows))


def test_columns_that_tables_share_are_not_edited():
    shared = TEXT.replace("columns: #", "columns: &ours #") + (
        "  - {source: public.others, name: others, key: [id], columns: *ours}\n"
    )
    rows = [*BEFORE, row("public.orders", "rank")]
    rows += [{**each, "table_name": "others"} for each in BEFORE]
    with pytest.raises(ValueError, match=r"public\.orders shares columns with another"):
        follow(shared, compare(tables_of(shared), rows))


def test_the_state_of_the_capture_is_told_as_the_machine_has_it():
    task = {
        "replication_task_stats": {"fresh_start_date": "2026-01-15T13:00:00.25+01:00"},
        "table_statistics": [
            {"schema_name": "public", "table_name": "orders", "ddls": 2},
            {"schema_name": "public", "table_name": "others"},
        ],
    }
    assert schema_checked(task, ["public.orders", "public.unknown"]) == {
        "public.orders": "2026-01-15T12:00:00Z/2"
    }
    assert schema_checked({"table_statistics": task["table_statistics"]}, ["public.others"]) == {
        "public.others": "/0"
    }
    assert schema_checked({}, ["public.orders"]) == {}


def test_what_was_checked_is_written_into_its_table_alone():
    objects = [
        {
            "key": f"{name}.json",
            "content": f'{{"table":"{name}","shapes":[{{"columns":[],"types":[]}}],"staged":{{}}}}',
        }
        for name in ("a", "b")
    ]
    first, second = load_configurations(objects, checked={"a": "x/1"})
    assert '"schema_checked":"x/1"' in first["content"]
    assert "schema_checked" not in second["content"]
