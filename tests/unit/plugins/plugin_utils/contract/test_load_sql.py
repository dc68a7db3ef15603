"""The load's statements: complete, legal in Redshift, and within the Data API's limits."""

from __future__ import annotations

import re

import pytest
import sqlglot
import sqlglot.expressions as exp
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.load_sql import (
    load_statements,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.model import build

HISTORIES = ["current", "soft_delete", "append", "scd2"]
STATEMENTS_OF_A_BATCH = 40
FOLLOWED = "DELETE FROM stg_orders WHERE TRIM(dms_seq) < '{followed}'"
HEADS_OF_A_LOAD = [
    "LOCK TABLE etl.lock_orders",
    "SELECT 1 / CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END AS nobody_took_over",
    "DELETE FROM etl.lock_orders",
    "INSERT INTO etl.lock_orders",
    "CREATE TEMP TABLE stg_orders",
    "COPY stg_orders ({copy_columns}) FROM 's3://mdw-sandbox-landing-",
    "SELECT 1 / CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END AS every_value_is_known",
    FOLLOWED,
    "CREATE TEMP TABLE chg_orders AS",
    "SELECT 1 / CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END AS every_key_is_complete",
    "DELETE FROM chg_orders USING analytics.orders",
    "DELETE FROM chg_orders USING etl.tomb_orders",
    "INSERT INTO etl.load_audit",
    "DELETE FROM analytics.orders USING chg_orders",
    "DELETE FROM etl.tomb_orders USING chg_orders",
    "INSERT INTO etl.tomb_orders",
    "DELETE FROM chg_orders WHERE op = 'D'",
    "MERGE INTO analytics.orders USING chg_orders",
    "SELECT 1 / CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END AS every_key_is_unique",
    "SELECT file_count, rows_copied, rows_upserted, rows_deleted",
]


def statements(documents, *, reload=False, table=0):
    contract = build(*documents)
    return load_statements(contract.names, contract.tables[table], reload=reload)


def heads(found, expected):
    return [sql[: len(head)] for sql, head in zip(found, expected, strict=True)]


def test_a_load_does_each_thing_once_and_in_order(documents):
    found = statements(documents)
    assert heads(found, HEADS_OF_A_LOAD) == HEADS_OF_A_LOAD


def test_after_a_reload_nothing_older_is_left_in_the_same_transaction(documents):
    expected = [head for head in HEADS_OF_A_LOAD if head != FOLLOWED]
    older = [
        f"DELETE FROM {table} WHERE _seq < CAST('{{snapshot}}{'0' * 35}' AS VARCHAR(64))"
        for table in ("analytics.orders", "etl.tomb_orders")
    ]
    expected[17:17] = older
    expected.insert(
        9, "SELECT 1 / CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END AS no_full_load_is_newer"
    )
    found = statements(documents, reload=True)
    assert heads(found, expected) == expected
    assert found[18:20] == older


def test_staging_has_the_columns_of_a_landed_file_by_position(documents):
    [create] = [sql for sql in statements(documents) if sql.startswith("CREATE TEMP TABLE stg_")]
    columns = sqlglot.parse_one(create, read="redshift").find_all(exp.ColumnDef)
    assert [column.sql(dialect="redshift") for column in columns] == [
        "op VARCHAR(1)",
        "dms_ts VARCHAR(32)",
        "order_id BIGINT",
        "user_id BIGINT",
        "email VARCHAR(320)",
        "total_amount DECIMAL(12, 2)",
        "status VARCHAR(32)",
        "created_at TIMESTAMP",
        "updated_at TIMESTAMP",
        "dms_seq VARCHAR(50)",
        "bi_order_id BIGINT",
    ]


@pytest.mark.parametrize("history", HISTORIES)
def test_a_load_never_commits_midway(documents, history):
    documents.tables[0]["history"] = history
    text = "\n".join(statements(documents) + statements(documents, reload=True)).upper()
    assert not re.search(r"\b(TRUNCATE|VACUUM|BEGIN|COMMIT)\b", text)


PLACEHOLDERS = {
    "{copy_columns}",
    "{manifest_key}",
    "{batch_id}",
    "{file_count}",
    "{fence}",
    "{snapshot}",
    "{followed}",
}


def test_the_machine_finds_its_placeholders_and_no_other_brace(documents):
    for sql in statements(documents):
        placeholders = re.findall(r"\{[^}]*\}", sql)
        assert set(placeholders) <= PLACEHOLDERS
        assert sql.count("{") == sql.count("}") == len(placeholders)
    text = "\n".join(statements(documents))
    assert set(re.findall(r"\{[^}]*\}", text)) == PLACEHOLDERS


@pytest.mark.parametrize("reload", [True, False])
@pytest.mark.parametrize("history", HISTORIES)
def test_every_statement_but_lock_is_sql_that_a_redshift_parser_knows(documents, history, reload):
    documents.tables[0]["history"] = history
    found = statements(documents, reload=reload)
    assert len(found) <= STATEMENTS_OF_A_BATCH
    for sql in found:
        parsed = sqlglot.parse_one(sql.replace("{copy_columns}", "op"), read="redshift")
        assert isinstance(parsed, exp.Command) == sql.startswith("LOCK"), sql


@pytest.mark.parametrize("history", ["current", "soft_delete"])
def test_merge_has_both_clauses_no_condition_and_no_alias_of_the_target(documents, history):
    documents.tables[0]["history"] = history
    [sql] = [sql for sql in statements(documents) if sql.startswith("MERGE")]
    merge = sqlglot.parse_one(sql, read="redshift")
    matched, unmatched = merge.args["whens"].expressions
    assert (matched.args["matched"], unmatched.args["matched"]) == (True, False)
    assert not matched.args.get("condition") and not unmatched.args.get("condition")
    assert not merge.this.alias


def test_a_composite_key_is_compared_column_by_column(documents):
    documents.tables[0]["key"] = ["order_id", "status"]
    text = "\n".join(statements(documents))
    pairs = ("analytics.orders", "chg_orders"), ("chg_orders", "etl.tomb_orders")
    for left, right in pairs:
        both = f"{left}.order_id = {right}.order_id AND {left}.status = {right}.status"
        assert both in text
    assert "PARTITION BY order_id, status" in text
    assert "(bi_order_id <> order_id OR bi_status <> status)" in text
    assert "order_id IS NULL OR status IS NULL" in text


def test_a_table_of_nothing_but_its_key_still_merges(documents):
    documents.tables[0]["columns"] = [{"name": "order_id", "type": "bigint"}]
    documents.access["principals"][0]["tables"]["orders"]["columns"] = ["order_id"]
    [merge] = [sql for sql in statements(documents) if sql.startswith("MERGE")]
    assert "UPDATE SET\n  _seq = chg_orders.seq" in merge


def test_reserved_and_mixed_case_names_are_written_legally(documents):
    documents.tables[0]["name"] = '"order"'
    documents.tables[0]["columns"][1]["name"] = '"User"'
    documents.tables[0]["columns"][4]["name"] = "orderStatus"
    text = "\n".join(statements(documents))
    assert 'MERGE INTO analytics."order" USING chg_order' in text
    assert '"user" = chg_order."user"' in text
    assert "orderstatus VARCHAR(32)" in text


@pytest.mark.parametrize(
    ("kind", "staged", "converted"),
    [
        ("boolean", "status VARCHAR(5)", "CASE status WHEN 'true' THEN TRUE"),
        ("timestamptz", "status TIMESTAMP", "status AT TIME ZONE 'UTC' AS status"),
        ("double  precision", "status DOUBLE PRECISION", "status AS status"),
    ],
)
def test_staging_has_what_the_file_delivers_and_the_change_set_converts_it(
    documents, kind, staged, converted
):
    documents.tables[0]["columns"][4]["type"] = kind
    found = statements(documents)
    assert staged in found[4]
    assert converted in found[8]


def test_a_word_that_is_no_boolean_stops_the_load(documents):
    documents.tables[0]["columns"][4]["type"] = "boolean"
    assert "OR status NOT IN ('true', 'false')" in statements(documents)[6]
