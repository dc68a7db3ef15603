"""Shapes of landed files: what the contract makes of them, and what of older ones is kept."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.modern_data.warehouse.plugins.filter.load_configurations import (
    load_configurations,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import shapes
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.load_configuration import (
    MAX_SHAPES,
    AmbiguousShapeError,
    merged,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.load_limits import (
    MAX_CONFIGURATION_BYTES,
    document_bytes,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.load_sql import (
    configuration,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.model import build

KEY = ("id", "bigint")


@pytest.fixture
def contracted(documents):
    """The configuration of a table with these columns, each a name, a type, and perhaps dropped."""

    def make(*columns):
        documents.tables[0] |= {
            "key": ["id"],
            "columns": [
                {"name": name, "type": kind, "dropped": bool(dropped)}
                for name, kind, *dropped in columns
            ],
        }
        contract = build(*documents)
        return configuration(contract.names, contract.tables[0])

    return make


def names(made):
    """The source columns of each shape."""
    return [shape["columns"][2:-2] for shape in made["shapes"]]


def test_a_shape_is_the_columns_of_a_file_in_its_order(documents):
    documents.tables[0]["columns"][1]["name"] = '"User"'
    contract = build(*documents)
    shape = shapes.newest(contract.tables[0])
    assert list(zip(shape["columns"], shape["types"], strict=True)) == [
        ("op", "VARCHAR"),
        ("dms_ts", "VARCHAR"),
        ("order_id", "BIGINT"),
        ('"user"', "BIGINT"),
        ("email", "VARCHAR"),
        ("total_amount", "NUMERIC(12,2)"),
        ("status", "VARCHAR"),
        ("created_at", "TIMESTAMP"),
        ("updated_at", "TIMESTAMP"),
        ("dms_seq", "VARCHAR"),
        ("bi_order_id", "BIGINT"),
    ]


def test_files_lack_a_dropped_column_and_staging_has_it(contracted):
    made = contracted(KEY, ("a", "varchar(9)", "dropped"), ("b", "date"))
    assert names(made) == [["id", "b"]]
    assert made["staged"]["a"] == "VARCHAR"
    [staging] = [sql for sql in made["sql_cdc"] if sql.startswith("CREATE TEMP TABLE stg_")]
    assert "a VARCHAR(9)" in staging


def test_the_first_configuration_is_the_contracts(contracted):
    made = contracted(KEY)
    assert merged(made, None) == merged(made, {}) == made


def test_the_same_contract_again_changes_nothing(contracted):
    before = merged(contracted(KEY, ("a", "date")), contracted(KEY))
    assert merged(contracted(KEY, ("a", "date")), before) == before


def test_older_shapes_are_kept_newest_first(contracted):
    first = contracted(KEY)
    second = merged(contracted(KEY, ("a", "date")), first)
    third = merged(contracted(KEY, ("a", "date"), ("b", "bigint")), second)
    assert names(third) == [["id", "a", "b"], ["id", "a"], ["id"]]


def test_a_shape_that_returns_is_kept_once(contracted):
    before = merged(contracted(KEY, ("a", "date")), contracted(KEY))
    again = merged(contracted(KEY, ("a", "date", "dropped")), before)
    assert names(again) == [["id"], ["id", "a"]]


def test_no_more_than_a_few_are_kept(contracted):
    made = contracted(KEY)
    columns = [KEY]
    for number in range(MAX_SHAPES + 2):
        columns.append((f"c{number}", "date"))
        made = merged(contracted(*columns), made)
    assert len(made["shapes"]) == MAX_SHAPES
    assert len(names(made)[0]) == MAX_SHAPES + 3


def test_as_many_are_kept_as_a_state_can_receive(contracted):
    def wide(number):
        return contracted(KEY, *((f"column_{at:0110}", "date") for at in range(number)))

    made = wide(60)
    for number in range(61, 65):
        made = merged(wide(number), made)
    assert document_bytes(made) <= MAX_CONFIGURATION_BYTES
    assert names(made)[0] == names(wide(64))[0]


def test_a_longer_text_is_no_other_shape(contracted):
    before = contracted(KEY, ("a", "varchar(9)"))
    made = merged(contracted(KEY, ("a", "varchar(99)")), before)
    assert made["shapes"] == before["shapes"]


@pytest.mark.parametrize("after", [("a", "bigint"), ("b", "date")])
def test_a_shape_that_the_contract_can_no_longer_load_is_left_out(contracted, after):
    before = contracted(KEY, ("a", "integer"))
    made = merged(contracted(KEY, after), before)
    assert names(made) == [["id", after[0]]]


@pytest.mark.parametrize(
    "columns",
    [
        [("b", "varchar(9)"), ("c", "date")],  # a renamed
        [("c", "varchar(9)"), ("d", "date")],  # both, and swapped in meaning
        [("a", "varchar(9)", "dropped"), ("b", "varchar(20)"), ("c", "date")],
        [("b", "boolean"), ("c", "date")],  # boolean lands as text
    ],
)
def test_files_that_copy_cannot_tell_apart_are_refused(contracted, columns):
    before = contracted(KEY, ("a", "varchar(9)"), ("c", "date"))
    after = contracted(KEY, *columns)
    with pytest.raises(AmbiguousShapeError) as refused:
        merged(after, before)
    assert "a -> " in str(refused.value)
    assert "-e forget_shapes=public.orders" in str(refused.value)
    assert "reload the table" in str(refused.value)
    assert len(merged(after, before, forget=True)["shapes"]) == 1


def test_a_shape_between_that_could_be_taken_for_the_newest_is_refused(contracted):
    made = merged(contracted(KEY, ("a", "date")), contracted(KEY))
    made = merged(contracted(KEY, ("a", "date"), ("b", "bigint")), made)
    with pytest.raises(AmbiguousShapeError, match=r"\(a -> c\)"):
        merged(contracted(KEY, ("c", "date")), made)


def test_what_was_checked_at_the_source_stays_known(contracted):
    there = {**contracted(KEY), "schema_checked": "2026-01-15T12:00:00Z/2"}
    made = merged(contracted(KEY, ("a", "date")), there)
    assert made["schema_checked"] == "2026-01-15T12:00:00Z/2"


def test_the_filter_merges_tables_and_leaves_their_list(contracted):
    after = contracted(KEY, ("a", "date"))
    objects = [
        {"key": "tables.json", "content": '{"tables":[]}'},
        {"key": "orders.json", "content": json.dumps(after)},
    ]
    there = {"orders.json": json.dumps(contracted(KEY)), "tables.json": '{"tables":[1]}'}
    index, orders = load_configurations(objects, there)
    assert index == objects[0]
    assert names(json.loads(orders["content"])) == [["id", "a"], ["id"]]
    [_index, forgotten] = load_configurations(objects, there, ["public.orders"])
    assert names(json.loads(forgotten["content"])) == [["id", "a"]]


def test_the_filter_tells_of_every_table_that_it_refuses(contracted):
    before, after = contracted(KEY, ("a", "date")), contracted(KEY, ("b", "date"))
    objects = [{"key": key, "content": json.dumps(after)} for key in ("1", "2")]
    there = {key: json.dumps(before) for key in ("1", "2")}
    with pytest.raises(AnsibleFilterError) as refused:
        load_configurations(objects, there)
    assert str(refused.value).count("Nothing was written") == 2
