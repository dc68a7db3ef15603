from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.glue_table import merged_columns
from ansible_collections.modern_data.warehouse.plugins.modules.glue_table import main

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
ONE = {"DatabaseName": "lake", "Name": "orders"}


def declared(**options: Any) -> dict[str, Any]:
    table = {
        "name": "orders",
        "parameters": {"classification": "parquet"},
        "storage_descriptor": {
            "location": "s3://b/orders/",
            "columns": [{"name": "id", "type": "bigint"}],
            "serde_info": {"serialization_library": PARQUET},
        },
    }
    return {**table, **options}


def table(*columns: str, **members: Any) -> dict[str, Any]:
    found = {
        "Name": "orders",
        "Parameters": {"classification": "parquet"},
        "StorageDescriptor": {
            "Location": "s3://b/orders/",
            "Columns": [{"Name": name, "Type": "bigint"} for name in columns or ("id",)],
            "SerdeInfo": {"SerializationLibrary": PARQUET},
        },
    }
    return {**found, **members}


def answer(*columns: str, **members: Any) -> dict[str, Any]:
    shown = {"DatabaseName": "lake", "CreatedBy": "crawler", "VersionId": "3"}
    return {"Table": {**table(*columns, **members), **shown}}


def crawled() -> dict[str, Any]:
    """The table as a crawler leaves it."""
    changed = answer("id", "added")
    changed["Table"]["Parameters"] = {"classification": "parquet", "recordCount": "7"}
    changed["Table"]["StorageDescriptor"]["Compressed"] = False
    return changed


class TestTable:
    def test_is_created(self, run_module, say):
        script = [
            say("glue", "GetTable", ONE, "EntityNotFoundException"),
            say("glue", "CreateTable", {"DatabaseName": "lake", "TableInput": table()}),
        ]
        result = run_module(main, script, database="lake", tables=[declared()])
        assert result["changed"]
        assert result["diff"]["before"] == {}
        assert result["tables"][0]["database_name"] == "lake"

    def test_that_cannot_be_made_is_named(self, run_module, say):
        script = [
            say("glue", "GetTable", ONE, "EntityNotFoundException"),
            say(
                "glue",
                "CreateTable",
                {"DatabaseName": "lake", "TableInput": table()},
                "AccessDeniedException",
            ),
        ]
        message = run_module(main, script, database="lake", tables=[declared()])["msg"]
        assert "glue:CreateTable failed for table orders of Glue database lake" in message

    def test_is_not_created_in_check_mode(self, run_module, say):
        script = [say("glue", "GetTable", ONE, "EntityNotFoundException")]
        result = run_module(main, script, check=True, database="lake", tables=[declared()])
        assert result["changed"]
        assert result["tables"][0]["name"] == "orders"

    def test_is_found_missing_when_lake_formation_denies_what_is_not_there(self, run_module, say):
        script = [
            say("glue", "GetTable", ONE, "AccessDeniedException"),
            say("glue", "GetDatabase", {"Name": "lake"}, "EntityNotFoundException"),
        ]
        result = run_module(main, script, check=True, database="lake", tables=[declared()])
        assert result["changed"]

    def test_fails_when_it_may_not_be_seen(self, run_module, say):
        script = [
            say("glue", "GetTable", ONE, "AccessDeniedException"),
            say("glue", "GetDatabase", {"Name": "lake"}, {"Database": {"Name": "lake"}}),
        ]
        result = run_module(main, script, database="lake", tables=[declared()])
        assert "AccessDeniedException" in result["msg"]

    def test_what_a_crawler_added_is_no_drift(self, run_module, say):
        for check in (False, True):
            script = [say("glue", "GetTable", ONE, crawled())]
            result = run_module(main, script, check=check, database="lake", tables=[declared()])
            assert not result["changed"]
            columns = result["tables"][0]["storage_descriptor"]["columns"]
            assert [column["name"] for column in columns] == ["id", "added"]

    def test_keeps_what_is_not_set_though_aws_replaces_all(self, run_module, say):
        written = table("id", "added", Owner="hadoop", Description="Orders")
        script = [
            say("glue", "GetTable", ONE, answer("id", "added", Owner="hadoop")),
            say("glue", "UpdateTable", {"DatabaseName": "lake", "TableInput": written}),
        ]
        options = {"database": "lake", "tables": [{"name": "orders", "description": "Orders"}]}
        result = run_module(main, script, **options)
        assert result["diff"]["after"]["orders"]["description"] == "Orders"
        assert "description" not in result["diff"]["before"]["orders"]

    def test_a_location_that_was_moved_on_below_the_folder_stays(self, run_module, say):
        moved = answer()
        moved["Table"]["StorageDescriptor"]["Location"] = "s3://b/orders/v7/"
        policy = declared(keep_location_below="s3://b/orders/")
        policy["storage_descriptor"]["location"] = "s3://b/orders/v0/"
        script = [say("glue", "GetTable", ONE, moved)]
        assert not run_module(main, script, database="lake", tables=[policy])["changed"]

    def test_a_location_elsewhere_and_columns_not_listed_are_put_right(self, run_module, say):
        policy = declared(keep_location_below="s3://b/current/", purge_columns=True)
        policy["storage_descriptor"] |= {
            "location": "s3://b/current/0/",
            "columns": [{"name": "note", "type": "string"}, {"name": "id", "type": "bigint"}],
        }
        there = answer("op", "id")
        there["Table"]["StorageDescriptor"]["Columns"][1]["Comment"] = "kept"
        written = table()
        written["StorageDescriptor"] |= {
            "Location": "s3://b/current/0/",
            "Columns": [
                {"Name": "note", "Type": "string"},
                {"Name": "id", "Type": "bigint", "Comment": "kept"},
            ],
        }
        script = [
            say("glue", "GetTable", ONE, there),
            say("glue", "UpdateTable", {"DatabaseName": "lake", "TableInput": written}),
        ]
        assert run_module(main, script, database="lake", tables=[policy])["changed"]

    def test_many_are_read_from_the_listing(self, run_module, say):
        lists = {"DatabaseName": "lake"}
        new = declared(name="new")
        script = [
            say(
                "glue",
                "GetTables",
                lists,
                {"TableList": [answer()["Table"]], "NextToken": "more"},
            ),
            say("glue", "GetTables", {**lists, "NextToken": "more"}, {"TableList": []}),
            say("glue", "CreateTable", {**lists, "TableInput": table(Name="new")}),
        ]
        result = run_module(main, script, database="lake", tables=[declared(), new])
        assert list(result["diff"]["after"]) == ["new"]

    def test_nothing_is_written_when_one_of_many_cannot_be(self, run_module, say):
        script = [say("glue", "GetTables", {"DatabaseName": "lake"}, "EntityNotFoundException")]
        tables = [declared(), {"name": "empty"}]
        result = run_module(main, script, database="lake", tables=tables)
        assert "table empty doesn't exist: it needs storage_descriptor" in result["msg"]

    def test_is_deleted_when_it_is_there(self, run_module, say):
        listed = {"TableList": [answer()["Table"]]}
        gone = {"DatabaseName": "lake", "TablesToDelete": ["orders"]}
        script = [
            say("glue", "GetTables", {"DatabaseName": "lake"}, listed),
            say("glue", "BatchDeleteTable", gone, {"Errors": []}),
        ]
        tables = [{"name": "orders"}, {"name": "other"}]
        result = run_module(main, script, database="lake", state="absent", tables=tables)
        assert result["changed"]
        assert "tables" not in result

    def test_that_cannot_be_deleted_is_an_error(self, run_module, say):
        gone = {"DatabaseName": "lake", "TablesToDelete": ["orders"]}
        error = {"ErrorCode": "AccessDeniedException", "ErrorMessage": "No"}
        script = [
            say("glue", "GetTable", ONE, answer()),
            say(
                "glue",
                "BatchDeleteTable",
                gone,
                {"Errors": [{"TableName": "orders", "ErrorDetail": error}]},
            ),
        ]
        options = {"database": "lake", "tables": [{"name": "orders"}]}
        result = run_module(main, script, state="absent", **options)
        assert "failed for table orders: AccessDeniedException: No" in result["msg"]

    @pytest.mark.parametrize(
        ("tables", "message"),
        [
            ([{"name": "Orders"}], "tables.name is 'Orders': it must be 1 to 255 lower-case"),
            ([{"name": "a"}, {"name": "a"}], "tables lists a more than once"),
            (
                [{"name": "a", "storage_descriptor": {"columns": [{"name": "Op", "type": "int"}]}}],
                "column Op must be in lower case",
            ),
            (
                [
                    {"name": "a", "purge_columns": True},
                ],
                "purge_columns needs storage_descriptor.columns",
            ),
            (
                [{"name": "a", "keep_location_below": "s3://b/current"}],
                "keep_location_below is 's3://b/current': it must be a folder, ending in /",
            ),
            (
                [
                    {
                        "name": "a",
                        "partition_keys": [{"name": "day", "type": "date"}],
                        "storage_descriptor": {"columns": [{"name": "day", "type": "date"}]},
                    }
                ],
                "table a lists column day twice",
            ),
        ],
    )
    def test_bad_input_is_refused_before_any_call(self, run_module, tables, message):
        assert message in run_module(main, [], database="lake", tables=tables)["msg"]


def test_merged_columns_keep_their_order_and_take_the_wanted_type():
    current = [{"name": "b", "type": "int", "comment": "kept"}, {"name": "a", "type": "int"}]
    wanted = [{"name": "a", "type": "int"}, {"name": "b", "type": "bigint"}, {"name": "c"}]
    assert merged_columns(wanted, current) == [
        {"name": "b", "type": "bigint", "comment": "kept"},
        {"name": "a", "type": "int"},
        {"name": "c"},
    ]
