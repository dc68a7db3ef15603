from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_data_cells_filter import (
    main,
)

PLACE = {"DatabaseName": "lake", "TableName": "orders", "Name": "german"}
KEY = {"TableCatalogId": "123456789012", **PLACE}
OPTIONS = {"database": "Lake", "table": "Orders", "name": "german"}
ROWS = {"FilterExpression": "country = 'DE'"}
EVERY_ROW = {"FilterExpression": "TRUE", "AllRowsWildcard": {}}
GONE = "EntityNotFoundException"


@pytest.fixture
def account(say):
    return say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"})


@pytest.fixture
def get(say):
    def line(answer: Any) -> Any:
        return say("lakeformation", "GetDataCellsFilter", KEY, answer)

    return line


@pytest.fixture
def write(say):
    def line(operation: str, data: dict[str, Any], answer: Any = None) -> Any:
        return say("lakeformation", operation, {"TableData": {**KEY, **data}}, answer or {})

    return line


def found(version: str = "v1", **data: Any) -> dict[str, Any]:
    settings = {"RowFilter": ROWS, "ColumnNames": ["b", "a"], **data}
    return {"DataCellsFilter": {**KEY, **settings, "VersionId": version}}


class TestPresent:
    def test_it_is_made(self, run_module, account, get, write):
        data = {"RowFilter": ROWS, "ColumnNames": ["a", "b"]}
        script = [account, get(GONE), write("CreateDataCellsFilter", data), get(found())]
        result = run_module(
            main, script, **OPTIONS, row_filter=" country = 'DE' ", column_names=["B", "a"]
        )
        assert result["changed"]
        assert result["data_cells_filter"] == {
            "name": "german",
            "database_name": "lake",
            "table_name": "orders",
            "row_filter": "country = 'DE'",
            "all_rows": False,
            "column_names": ["a", "b"],
            "version_id": "v1",
            "catalog_id": "123456789012",
        }

    def test_all_rows_and_columns_are_wildcards(self, run_module, account, get, write):
        data = {"RowFilter": {"AllRowsWildcard": {}}, "ColumnWildcard": {}}
        answer = {"DataCellsFilter": {**KEY, "RowFilter": EVERY_ROW, "ColumnWildcard": {}}}
        script = [account, get(GONE), write("CreateDataCellsFilter", data), get(answer)]
        result = run_module(main, script, **OPTIONS, all_rows=True, excluded_column_names=[])
        assert result["data_cells_filter"]["all_rows"] is True
        assert result["data_cells_filter"]["excluded_column_names"] == []

    @pytest.mark.parametrize("check", [False, True])
    @pytest.mark.parametrize(
        ("answer", "options"),
        [
            (found(), {"column_names": ["A", "B"], "row_filter": "country = 'DE'"}),
            (found(RowFilter=EVERY_ROW), {"all_rows": True}),
            (found(RowFilter=EVERY_ROW), {"row_filter": "true"}),
            (found(RowFilter={"FilterExpression": "TRUE"}), {"all_rows": True}),
            (
                found(ColumnNames=[], ColumnWildcard={"ExcludedColumnNames": ["b", "a"]}),
                {"excluded_column_names": ["A", "B"]},
            ),
            (found(ColumnNames=[]), {"excluded_column_names": []}),
        ],
    )
    def test_the_same_in_other_words_is_no_change(
        self, run_module, account, get, check, answer, options
    ):
        result = run_module(main, [account, get(answer)], check=check, **OPTIONS, **options)
        assert not result["changed"]

    def test_the_rest_is_sent_with_a_change_since_aws_replaces_all(
        self, run_module, account, get, write
    ):
        new = {"FilterExpression": "country = 'FR'"}
        data = {"RowFilter": new, "ColumnNames": ["a", "b"], "VersionId": "v1"}
        script = [
            account,
            get(found()),
            write("UpdateDataCellsFilter", data),
            get(found("v2", RowFilter=new)),
        ]
        result = run_module(main, script, **OPTIONS, row_filter="country = 'FR'")
        assert result["diff"]["before"]["row_filter"] == "country = 'DE'"
        assert result["diff"]["after"]["row_filter"] == "country = 'FR'"
        assert result["data_cells_filter"]["version_id"] == "v2"

    def test_named_columns_become_excluded_ones(self, run_module, account, get, write):
        wildcard = {"ColumnWildcard": {"ExcludedColumnNames": ["c"]}}
        script = [
            account,
            get(found()),
            write("UpdateDataCellsFilter", {"RowFilter": ROWS, **wildcard, "VersionId": "v1"}),
            get(found("v2", ColumnNames=[], **wildcard)),
        ]
        result = run_module(main, script, **OPTIONS, excluded_column_names=["C"])
        assert result["diff"]["before"] == {
            "column_names": ["a", "b"],
            "excluded_column_names": None,
        }
        assert result["diff"]["after"] == {"column_names": None, "excluded_column_names": ["c"]}

    def test_a_change_in_between_is_read_and_kept(self, run_module, account, get, write):
        conflict = "ConcurrentModificationException"
        new = {"RowFilter": {"AllRowsWildcard": {}}}
        first = {**new, "ColumnNames": ["a", "b"], "VersionId": "v1"}
        second = {**new, "ColumnNames": ["z"], "VersionId": "v2"}
        script = [
            account,
            get(found()),
            write("UpdateDataCellsFilter", first, conflict),
            get(found("v2", ColumnNames=["z"])),
            write("UpdateDataCellsFilter", second),
            get(found("v3", RowFilter=EVERY_ROW, ColumnNames=["z"])),
        ]
        result = run_module(main, script, **OPTIONS, all_rows=True)
        assert result["data_cells_filter"]["column_names"] == ["z"]

    def test_deleted_in_between_is_an_error(self, run_module, account, get, write):
        data = {"RowFilter": {"AllRowsWildcard": {}}, "ColumnNames": ["a", "b"], "VersionId": "v1"}
        conflict = write("UpdateDataCellsFilter", data, "ConcurrentModificationException")
        result = run_module(
            main, [account, get(found()), conflict, get(GONE)], **OPTIONS, all_rows=True
        )
        assert "was deleted by somebody else" in result["msg"]

    def test_check_mode_shows_what_it_would_be(self, run_module, account, get):
        result = run_module(
            main,
            [account, get(GONE)],
            check=True,
            **OPTIONS,
            row_filter="a = 1",
            column_names=["a"],
        )
        assert result["changed"]
        assert result["data_cells_filter"]["row_filter"] == "a = 1"

    def test_denied_says_what_is_missing(self, run_module, account, get):
        result = run_module(main, [account, get("AccessDeniedException")], **OPTIONS)
        assert "lakeformation:GetDataCellsFilter" in result["msg"]
        assert "german of lake.orders" in result["msg"]


class TestAbsent:
    @pytest.mark.parametrize("check", [False, True])
    def test_it_is_deleted(self, run_module, say, account, get, check):
        delete = say("lakeformation", "DeleteDataCellsFilter", KEY)
        script = [account, get(found())] + ([] if check else [delete, get(GONE)])
        result = run_module(main, script, check=check, **OPTIONS, state="absent")
        assert result["changed"]
        assert result["diff"]["before"]["row_filter"] == "country = 'DE'"
        assert "data_cells_filter" not in result

    def test_what_is_not_there_stays_so(self, run_module, account, get):
        assert not run_module(main, [account, get(GONE)], **OPTIONS, state="absent")["changed"]


class TestBadInput:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"row_filter": " "}, "row_filter is empty"),
            ({"row_filter": "a = 1", "all_rows": True}, "either row_filter, or all_rows: true"),
            ({"all_rows": False}, "either row_filter, or all_rows: true"),
            ({"column_names": []}, "column_names is empty"),
            ({"column_names": ["a"], "excluded_column_names": []}, "mutually exclusive"),
        ],
    )
    def test_it_is_refused_before_any_call(self, run_module, options, message):
        assert message in run_module(main, [], **OPTIONS, **options)["msg"]

    @pytest.mark.parametrize(
        ("options", "lacking"),
        [
            ({"column_names": ["a"]}, "row_filter or all_rows"),
            ({"all_rows": True}, "column_names or excluded_column_names"),
        ],
    )
    def test_a_new_filter_needs_rows_and_columns(self, run_module, account, get, options, lacking):
        assert lacking in run_module(main, [account, get(GONE)], **OPTIONS, **options)["msg"]
