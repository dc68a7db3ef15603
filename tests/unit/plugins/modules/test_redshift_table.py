from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_table import main
from botocore.stub import ANY

SERVICE = "redshift-data"
TARGET = {"workgroup_name": "shop", "database": "analytics"}
SENT = {"WorkgroupName": "shop", "Database": "analytics", "ClientToken": ANY}
ORDERS = {
    "schema": "sales",
    "name": "orders",
    "columns": [{"name": "id", "type": "bigint"}, {"name": "email", "type": "varchar(64)"}],
}
CREATED = 'CREATE TABLE "sales"."orders" (\n  "id" BIGINT,\n  "email" VARCHAR(64)\n)'
COLUMNS = (
    "table_schema",
    "table_name",
    "column_name",
    "data_type",
    "character_maximum_length",
    "numeric_precision",
    "numeric_scale",
    "is_nullable",
    "column_default",
)
KEYS = ("table_schema", "table_name", "constraint_name", "constraint_type", "column_name")
EXISTING = [
    ("sales", "orders", "id", "bigint", None, 64, 0, "YES", None),
    ("sales", "orders", "email", "character varying", 64, None, None, "YES", None),
]


def field(value: Any) -> dict[str, Any]:
    if value is None:
        return {"isNull": True}
    kinds = {bool: "booleanValue", int: "longValue", str: "stringValue"}
    return {kinds[type(value)]: value}


@pytest.fixture
def read(say):
    """The five questions to the catalog, and the answers for these columns."""

    def read(
        columns: list[tuple[Any, ...]] = (),
        schemas: tuple[str, ...] = ("sales",),
        keys: list[tuple[Any, ...]] = (),
    ):
        tables = sorted({row[:2] for row in columns})
        answers = [
            (COLUMNS, columns),
            (("schema_name", "table_name", "column_name", "distkey", "sortkey", "encoding"), []),
            (
                ("nspname", "relname", "relkind", "releffectivediststyle"),
                [(*t, "r", 10) for t in tables],
            ),
            (KEYS, keys),
            (("nspname",), [(name,) for name in schemas]),
        ]
        parts = [
            {"Id": f"q:{at}", "Status": "FINISHED", "HasResultSet": True, "ResultRows": len(rows)}
            for at, (_names, rows) in enumerate(answers, 1)
        ]
        ended = {"Id": "q", "Status": "FINISHED", "SubStatements": parts}
        results = [
            say(
                SERVICE,
                "GetStatementResult",
                {"Id": f"q:{at}"},
                {
                    "Records": [[field(value) for value in row] for row in rows],
                    "ColumnMetadata": [{"name": name} for name in names],
                },
            )
            for at, (names, rows) in enumerate(answers, 1)
        ]
        return [
            say(SERVICE, "BatchExecuteStatement", {"Sqls": ANY, **SENT}, {"Id": "q"}),
            say(SERVICE, "DescribeStatement", {"Id": "q", "WaitTimeSeconds": ANY}, ended),
            *results,
        ]

    return read


@pytest.fixture
def run(say):
    """One statement and its end."""

    def run(sql: str):
        return [
            say(SERVICE, "ExecuteStatement", {"Sql": sql, **SENT}, {"Id": "s"}),
            say(
                SERVICE,
                "DescribeStatement",
                {"Id": "s", "WaitTimeSeconds": ANY},
                {"Id": "s", "Status": "FINISHED"},
            ),
        ]

    return run


def test_a_table_is_created(run_module, read, run):
    result = run_module(main, [*read(), *run(CREATED)], **TARGET, tables=[ORDERS])
    assert result["changed"]
    assert result["statements"] == [CREATED]


def test_check_mode_only_reads(run_module, read):
    result = run_module(main, read(), True, **TARGET, tables=[ORDERS])
    assert result["changed"]
    assert result["statements"] == [CREATED]


@pytest.mark.parametrize("check", [False, True])
def test_a_table_that_is_right_is_left_alone(run_module, read, check):
    result = run_module(main, read(EXISTING), check, **TARGET, tables=[ORDERS])
    assert not result["changed"]
    assert result["statements"] == []


def test_a_longer_column_is_widened_alone(run_module, read, run):
    longer = {**ORDERS, "columns": [{"name": "email", "type": "varchar(320)"}]}
    script = [
        *read(EXISTING),
        *run('ALTER TABLE "sales"."orders" ALTER COLUMN "email" TYPE VARCHAR(320)'),
    ]
    assert run_module(main, script, **TARGET, tables=[longer])["changed"]


def test_another_primary_key_takes_the_place_of_the_one_that_is_there(run_module, read):
    existing = [(*row[:7], "NO", None) for row in EXISTING]
    keys = [("sales", "orders", "orders_pkey", "PRIMARY KEY", "email")]
    keyed = {**ORDERS, "primary_key": ["id"]}
    result = run_module(main, read(existing, keys=keys), True, **TARGET, tables=[keyed])
    assert result["statements"] == [
        'ALTER TABLE "sales"."orders" DROP CONSTRAINT "orders_pkey"',
        'ALTER TABLE "sales"."orders" ADD PRIMARY KEY ("id")',
    ]
    assert 'PRIMARY KEY ("email")' in result["diff"]["before"]
    keys = [("sales", "orders", "orders_pkey", "PRIMARY KEY", "id")]
    assert not run_module(main, read(existing, keys=keys), **TARGET, tables=[keyed])["changed"]


def test_a_table_is_dropped_only_if_it_is_there(run_module, read, run):
    gone = {"schema": "sales", "name": "orders"}
    script = [*read(EXISTING), *run('DROP TABLE "sales"."orders"')]
    assert run_module(main, script, **TARGET, tables=[gone], state="absent")["changed"]
    assert not run_module(main, read(), **TARGET, tables=[gone], state="absent")["changed"]


def test_a_missing_schema_is_an_error_unless_it_may_be_made(run_module, read):
    result = run_module(main, read(schemas=()), **TARGET, tables=[ORDERS])
    assert "There is no schema sales" in result["msg"]
    result = run_module(
        main, read(schemas=()), True, **TARGET, tables=[ORDERS], create_schemas=True
    )
    assert result["statements"][0] == 'CREATE SCHEMA "sales"'


def test_all_that_is_wrong_is_told_before_any_call(run_module):
    bad = {
        "schema": "sales",
        "name": "Orders",
        "columns": [{"name": "id", "type": "jsonb"}, {"name": "id", "type": "int"}],
        "dist_key": "region",
    }
    result = run_module(main, [], **TARGET, tables=[bad, ORDERS, ORDERS])
    assert "the name Orders must be lower-case" in result["msg"]
    assert "column id: there is no type jsonb" in result["msg"]
    assert "sales.orders is listed twice" in result["msg"]
    keyed = {**ORDERS, "dist_key": "region", "dist_style": "all", "sort_key": ["day"]}
    result = run_module(main, [], **TARGET, tables=[keyed])
    assert "dist_key names region, which is no column" in result["msg"]
    assert "sort_key names day, which is no column" in result["msg"]
    assert "dist_key goes with dist_style key, not all" in result["msg"]


def test_a_denied_caller_learns_which_action_is_missing(run_module, say):
    denied = say(SERVICE, "BatchExecuteStatement", {"Sqls": ANY, **SENT}, "AccessDeniedException")
    result = run_module(main, [denied], **TARGET, tables=[ORDERS])
    assert "redshift-data:BatchExecuteStatement" in result["msg"]
