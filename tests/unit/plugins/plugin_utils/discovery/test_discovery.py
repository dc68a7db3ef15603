"""Whatever a catalogue holds, the tables.yml made of it is valid, and leaves nothing out in silence."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import errors
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.discovery import (
    discover,
    document,
)
from hypothesis import given
from hypothesis import strategies as st

from ..contract.documents import Documents

NOBODY: dict[str, list[Any]] = {"admins": [], "principals": [], "unmanaged": []}

TYPES = [
    *("int2", "int4", "int8", "numeric", "float4", "float8", "bool", "date", "time", "timestamp"),
    *("timestamptz", "timetz", "interval", "varchar", "bpchar", "text", "uuid", "json", "jsonb"),
    *("bytea", "money", "inet", "xml", "tsvector", "int4range"),
]
NAMES = st.one_of(
    st.sampled_from(
        ["id", "order", "no", "ON", "Id", "bi_x", "op", "email", "1st", "a b", "é", "n"]
    ),
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,62}", fullmatch=True),
)


def row(table: str, column: str, type_name: str = "int4", **changes: Any) -> dict[str, Any]:
    """One column of a catalogue."""
    schema, _dot, name = table.partition(".")
    return {
        "schema_name": schema,
        "table_name": name,
        "kind": "r",
        "persistence": "p",
        "partition_of": None,
        "column_name": column,
        "type_name": type_name,
        "type_kind": "b",
        "is_array": False,
        "modifier": -1,
        "type_text": type_name,
        "is_generated": False,
        "longest_label": None,
        "key_position": None,
    } | changes


@st.composite
def catalogues(draw: Any) -> list[dict[str, Any]]:
    sources = draw(
        st.lists(
            st.tuples(st.sampled_from(["public", "crm", "Big"]), NAMES), unique=True, max_size=4
        )
    )
    rows = []
    for schema, table in sorted(sources):
        columns = draw(st.lists(NAMES, unique=True, min_size=1, max_size=6))
        keys = draw(st.lists(st.sampled_from(columns), unique=True, max_size=2))
        rows += [
            row(
                f"{schema}.{table}",
                column,
                draw(st.sampled_from(TYPES)),
                type_kind=draw(st.sampled_from("bbbbed")),
                is_array=draw(st.booleans()) and draw(st.booleans()),
                is_generated=draw(st.booleans()) and draw(st.booleans()),
                longest_label=draw(st.integers(1, 63)),
                modifier=draw(st.sampled_from([-1, 14, 324, (12 << 16 | 2) + 4, 100_000])),
                key_position=keys.index(column) if column in keys else None,
            )
            for column in columns
        ]
    return rows


def tables_of(rows: list[dict[str, Any]], *patterns: str) -> list[dict[str, Any]]:
    """The tables of the document, as YAML reads it."""
    tables: list[dict[str, Any]] = yaml.safe_load(document(discover(rows, patterns)))["tables"]
    return tables


@given(catalogues())
def test_what_was_discovered_is_a_valid_contract(rows):
    tables = tables_of(rows)
    if tables:
        assert errors(Documents("sandbox").platform, tables, NOBODY) == []


@given(catalogues())
def test_every_table_and_column_is_told(rows):
    found = discover(rows)
    text = document(found)
    skipped = {each["table"] for each in found["skipped"]}
    for each in rows:
        assert each["table_name"] in text
        assert each["column_name"] in text or any(each["table_name"] in name for name in skipped)


@pytest.mark.parametrize(
    ("column", "type_"),
    [
        (row("s.t", "c", "varchar", modifier=14), "varchar(40)"),
        (row("s.t", "c", "text"), "varchar(65535)"),
        (row("s.t", "c", "numeric", modifier=(12 << 16 | 2) + 4), "numeric(12,2)"),
        (row("s.t", "c", "mood", type_kind="e", longest_label=5), "varchar(20)"),
        (row("s.t", "c", "jsonb"), "super"),
        (row("s.t", "c", "uuid"), "varchar(36)"),
    ],
)
def test_types_become_the_contracts(column, type_):
    (table,) = tables_of([row("s.t", "id", key_position=0), column])
    assert table["columns"][1] == {"name": "c", "type": type_}


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (row("s.t", "c", "numeric"), "numeric without precision"),
        (row("s.t", "c", "time"), "DMS writes it to the millisecond"),
        (row("s.t", "c", "_int4", is_array=True, type_text="integer[]"), "integer[]: an array"),
        (row("s.t", "c", "posint", type_kind="d"), "a domain"),
        (row("s.t", "c", is_generated=True), "a generated column"),
        (row("s.t", "ID"), "another has this name"),
        (row("s.t", "dms_seq"), "the capture adds a column of this name"),
    ],
)
def test_a_column_that_does_not_fit_is_left_out_with_the_reason(column, reason):
    rows = [row("s.t", "id", key_position=0), column]
    (table,) = tables_of(rows)
    assert table["leave_out"] == [column["column_name"]]
    assert reason in document(discover(rows))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key_position": None}, "no primary key"),
        ({"kind": "p"}, "partitioned"),
        ({"partition_of": "s.all"}, "a partition of s.all"),
        ({"persistence": "u"}, "unlogged"),
        ({"type_name": "bytea"}, "can't be compared"),
        ({"type_name": "time"}, "of its key can't be captured"),
    ],
)
def test_a_table_that_does_not_fit_is_told_with_advice(changes, reason):
    found = discover([row("s.t", "id", **{"key_position": 0, **changes})])
    assert not found["tables"]
    assert reason in found["skipped"][0]["reason"]
    assert f"#   s.t: {found['skipped'][0]['reason']}" in document(found)


def test_names_are_unique_over_schemas_and_reserved_words_quoted():
    rows = [row(f"{at}", "id", key_position=0) for at in ("a.x", "b.X", "c.order", "d.a_x")]
    assert [table["name"] for table in tables_of(rows)] == ["a_x_2", "b_x", '"order"', "a_x"]


def test_the_key_keeps_its_order_and_patterns_choose():
    rows = [
        row("s.t", "a", key_position=1),
        row("s.t", "b", key_position=0),
        row("s.u", "a", key_position=0),
    ]
    (table,) = tables_of(rows, "s.t*", "x.*")
    assert table["key"] == ["b", "a"]


@pytest.mark.parametrize("name", ["email", "Phone", "first_name", "birthDate", "ip", "iban"])
def test_likely_personal_data_is_marked_for_review(name):
    rows = [row("s.t", "id", key_position=0), row("s.t", name, "text")]
    assert tables_of(rows)[0]["columns"][1]["personal"] is True
    assert "review" in document(discover(rows))


@pytest.mark.parametrize("name", ["id", "shipped", "total", "zipper", "recipe", "status"])
def test_other_columns_are_not(name):
    rows = [row("s.t", "key", key_position=0), row("s.t", name, "text")]
    assert "personal" not in tables_of(rows)[0]["columns"][1]
