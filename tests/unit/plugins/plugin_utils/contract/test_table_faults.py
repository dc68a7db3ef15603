"""Faults of a table: where its names can't go, how it can't lie, and all that it has at once."""

from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import errors

FAULTS = [
    # where, its value, the beginning of the message, what the message says
    ("tables/0/source", "public.Order Lines", "tables[0].source: ", "in double quotes"),
    ("tables/0/source", "public.a.b", "tables[0].source: ", "schema.table"),
    ("tables/0/source", 'public."a/b"', "tables[0].source: ", "a key of S3 carries 'a/b'"),
    ("tables/0/source", 'public."a[b]"', "tables[0].source: ", "neither a rule of DMS"),
    ("tables/0/source", 'public."a "', "tables[0].source: ", "blanks inside"),
    ("tables/0/source", 'public."Ärger"', "tables[0].source: ", "letters, digits"),
    ("tables/0/source", f"public.{'a' * 64}", "tables[0].source: ", "at most 63"),
    ("tables/0/columns/2/name", "e mail", "tables[0].columns[2].name: 'e mail'", "underscores"),
    ("tables/0/columns/2/name", '"e#mail"', "tables[0].columns[2].name: ", "underscores"),
    ("tables/0/columns/2/name", '"mail "', "tables[0].columns[2].name: ", "underscores"),
    ("tables/0/distribution_style", "random", "tables[0].distribution_style: 'random'", "even"),
    ("tables/0/distribution_key", "total", "tables[0].distribution_key: unknown", "total_amount"),
    ("tables/0/distribution_key", 7, "tables[0].distribution_key: 7", "text"),
    ("tables/0/sort_key", "order_id", "tables[0].sort_key: 'order_id'", "a list"),
    ("tables/0/sort_key", ["status", "when"], "tables[0].sort_key[1]: 'when'", "reserved word"),
    ("tables/0/sort_key", ["status", "state"], "tables[0].sort_key[1]: unknown", "'status'"),
    ("tables/0/sort_key", ["status", "Status"], "tables[0].sort_key: ", "each once"),
    ("tables/0/leave_out", "secret", "tables[0].leave_out: 'secret'", "a list"),
    ("tables/0/leave_out", ["pin#"], "tables[0].leave_out[0]: 'pin#'", "DMS transforms no column"),
    ("tables/0/leave_out", ["pin", "pin"], "tables[0].leave_out[1]: 'pin'", "each column once"),
    ("tables/0/leave_out", ["email"], "tables[0].leave_out[0]: 'email'", "one of columns"),
    ("tables/0/leave_out", ["order_id"], "tables[0].leave_out[0]: 'order_id'", "or of the key"),
]


@pytest.mark.parametrize(("path", "value", "begins", "says"), FAULTS)
def test_a_single_fault_is_named(documents, path, value, begins, says):
    documents.change(path, value)
    found = errors(*documents)
    assert [line for line in found if line.startswith(begins) and says in line], found


@pytest.mark.parametrize("option", ["distribution_key", "sort_key"])
@pytest.mark.parametrize("kind", ["super", "varbyte(16)"])
def test_what_cannot_be_compared_neither_distributes_nor_sorts(documents, option, kind):
    documents.tables[0]["columns"][2]["type"] = kind
    documents.tables[0][option] = "email" if option == "distribution_key" else ["email"]
    [fault] = errors(*documents)
    assert fault.startswith(f"tables[0].{option}") and "can't compare its type" in fault


@pytest.mark.parametrize("style", ["auto", "all", "even"])
def test_a_distribution_key_is_of_one_style_only(documents, style):
    documents.tables[0] |= {"distribution_style": style, "distribution_key": "user_id"}
    [fault] = errors(*documents)
    assert fault.startswith("tables[0].distribution_key: 'user_id'")
    assert f"the distribution_style is {style}" in fault


def test_a_table_with_every_fault_tells_them_all(documents):
    documents.tables[0] |= {
        "source": "public.Order Lines",
        "distribution_style": "even",
        "distribution_key": "nowhere",
        "sort_key": ["total_amount", "nothing"],
        "leave_out": ["pin#"],
    }
    del documents.tables[0]["key"]
    columns = documents.tables[0]["columns"]
    columns[1]["type"] = "bigin"
    columns[2]["name"] = "ORDER_ID"
    columns[4]["type"] = "time"
    columns[5]["name"] = "user"
    columns[6]["name"] = "Op"
    documents.tables.append({**documents.tables[0], "source": "orders"})
    expected = [
        "source",
        "key",
        "leave_out[0]",
        "columns[1].type",
        "columns[4].type",
        "columns[5].name",
        "name",
        "columns[0].name",
        "columns[2].name",
        "columns[6].name",
        "distribution_key",
    ]
    paths = {line.split(": ")[0] for line in errors(*documents)}
    assert paths >= {f"tables[{index}].{option}" for index in (0, 1) for option in expected}


def test_a_table_named_as_the_changes_of_another_is_refused(documents):
    changes = {**documents.tables[0], "source": "public.log", "name": "orders_changes"}
    documents.tables.append(changes)
    [fault] = errors(*documents)
    assert fault.startswith(
        "tables[1].name: 'orders_changes' is not valid; the catalog has the changes"
    )
    documents.tables[0] |= {"name": "sales"}
    documents.access["principals"] = []
    assert errors(*documents) == []


def test_more_tables_than_one_execution_can_load_are_refused(documents):
    table = documents.tables[0]
    tables = [table | {"source": f"public.t{at}", "name": f"t{at}"} for at in range(101)]
    access = documents.access | {"principals": [], "principal_groups": []}
    assert errors(documents.platform, tables[:100], access) == []
    [fault] = errors(documents.platform, tables, access)
    assert fault.startswith("tables: '101 tables' is not valid; allowed: at most 100, as ")
