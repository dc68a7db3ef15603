from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_data_cells_filter_info import (
    main,
)

ACCOUNT = "123456789012"


@pytest.fixture
def account(say):
    return say("sts", "GetCallerIdentity", {}, {"Account": ACCOUNT})


@pytest.fixture
def listed(say):
    def line(table: str, answer: Any, **more: str) -> Any:
        place = {"CatalogId": ACCOUNT, "DatabaseName": "lake", "Name": table}
        return say("lakeformation", "ListDataCellsFilter", {"Table": place, **more}, answer)

    return line


def kept(table: str, name: str, **data: Any) -> dict[str, Any]:
    place = {"TableCatalogId": ACCOUNT, "DatabaseName": "lake", "TableName": table, "Name": name}
    return {**place, **data}


def test_filters_of_the_tables_are_told_in_the_words_of_the_options(run_module, account, listed):
    german = {"RowFilter": {"FilterExpression": "country = 'DE'"}, "ColumnNames": ["b", "a"]}
    every = {"RowFilter": {"AllRowsWildcard": {}}, "ColumnWildcard": {}}
    script = [
        account,
        listed(
            "orders", {"DataCellsFilters": [kept("orders", "ours_b", **german)], "NextToken": "n"}
        ),
        listed("orders", {"DataCellsFilters": [kept("orders", "ours_a", **every)]}, NextToken="n"),
        listed("items", {"DataCellsFilters": [kept("items", "theirs", **every)]}),
        listed("gone", "EntityNotFoundException"),
    ]
    options = {"database": "Lake", "tables": ["Orders", "items", "gone"], "name_prefix": "ours_"}
    result = run_module(main, script, **options)
    place = {"database_name": "lake", "table_name": "orders", "catalog_id": ACCOUNT}
    assert not result["changed"]
    assert result["data_cells_filters"] == [
        {**place, "name": "ours_a", "all_rows": True, "excluded_column_names": []},
        {
            **place,
            "name": "ours_b",
            "all_rows": False,
            "row_filter": "country = 'DE'",
            "column_names": ["a", "b"],
        },
    ]
