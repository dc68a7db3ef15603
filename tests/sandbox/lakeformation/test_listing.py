"""Listing permissions as AWS lists them."""

from __future__ import annotations

from sandbox.services.lakeformation import columns_granted
from tests.sandbox.lake_tools import (
    ACCOUNT,
    ADMINISTRATOR,
    COLUMNS,
    entries,
    on_columns,
    on_table,
    principal,
    refused,
)


def test_column_grants_add_up_and_are_listed_by_table(sandbox, lake, database, role):
    analyst = role()
    for names in (["order_id", "user_id"], ["total_amount"], ["USER_ID"]):
        lake.grant_permissions(
            Principal=principal(analyst),
            Resource=on_columns(database, *names),
            Permissions=["SELECT"],
        )
    lake.grant_permissions(
        Principal=principal(analyst), Resource=on_table(database), Permissions=["DESCRIBE"]
    )
    table = {"CatalogId": ACCOUNT, "DatabaseName": database, "Name": "orders"}
    names = ["order_id", "total_amount", "user_id"]
    assert entries(lake, analyst, Resource=on_table(database)) == [
        ({"Table": table}, ["DESCRIBE"], []),
        ({"TableWithColumns": table | {"ColumnNames": names}}, ["SELECT"], []),
    ]
    granted = columns_granted(sandbox, ACCOUNT, "us-east-1", analyst, database, "orders")
    assert granted == set(names)


def test_select_on_a_whole_table_is_listed_as_all_columns(lake, database, role):
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst),
        Resource=on_table(database),
        Permissions=["SELECT", "INSERT"],
        PermissionsWithGrantOption=["INSERT"],
    )
    table = {"CatalogId": ACCOUNT, "DatabaseName": database, "Name": "orders"}
    assert entries(lake, analyst) == [
        ({"Table": table}, ["INSERT"], ["INSERT"]),
        ({"TableWithColumns": table | {"ColumnWildcard": {}}}, ["SELECT"], []),
    ]


def test_a_grant_on_all_tables_reaches_every_table(sandbox, lake, database, role):
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst),
        Resource={"Table": {"DatabaseName": database, "TableWildcard": {}}},
        Permissions=["SELECT", "DESCRIBE"],
    )
    table = {"CatalogId": ACCOUNT, "DatabaseName": database, "Name": "ALL_TABLES"}
    expected = [
        ({"Table": table | {"TableWildcard": {}}}, ["DESCRIBE"], []),
        ({"TableWithColumns": table | {"ColumnWildcard": {}}}, ["SELECT"], []),
    ]
    assert entries(lake, analyst) == expected
    assert entries(lake, analyst, Resource=on_table(database)) == expected
    explicit = lake.list_permissions(Resource=on_table(database))["PrincipalResourcePermissions"]
    assert {entry["Principal"]["DataLakePrincipalIdentifier"] for entry in explicit} == {
        ADMINISTRATOR
    }
    granted = columns_granted(sandbox, ACCOUNT, "us-east-1", analyst, database, "orders")
    assert granted == set(COLUMNS)


def test_a_principal_is_asked_for_with_a_resource_only(lake, role):
    assert refused(lake.list_permissions, Principal=principal(role())) == (
        "InvalidInputException",
        "Resource is mandatory if Principal is set in the input.",
    )


def test_grants_on_cells_filters_are_listed_with_their_table_when_asked_for(lake, database, role):
    key = {"TableCatalogId": ACCOUNT, "DatabaseName": database, "TableName": "orders"}
    rows = {"AllRowsWildcard": {}}
    lake.create_data_cells_filter(
        TableData={**key, "Name": "some", "RowFilter": rows, "ColumnNames": ["order_id"]}
    )
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst),
        Resource={"DataCellsFilter": {**key, "Name": "some"}},
        Permissions=["SELECT"],
    )
    assert analyst not in str(lake.list_permissions(Resource=on_table(database)))
    related = lake.list_permissions(Resource=on_table(database), IncludeRelated="TRUE")
    assert analyst in str(related)
    code, _ = refused(
        lake.list_permissions,
        Resource=on_table(database),
        Principal=principal(analyst),
        IncludeRelated="TRUE",
    )
    assert code == "InvalidInputException"


def test_listing_takes_no_columns_and_comes_in_pages(lake, database, role):
    code, _ = refused(lake.list_permissions, Resource=on_columns(database, "email"))
    assert code == "InvalidInputException"
    for _ in range(3):
        lake.grant_permissions(
            Principal=principal(role()), Resource=on_table(database), Permissions=["DESCRIBE"]
        )
    seen, token = [], {}
    while True:
        answer = lake.list_permissions(Resource=on_table(database), MaxResults=2, **token)
        seen += answer["PrincipalResourcePermissions"]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert len(seen) == 5
    assert all(
        "Table" in entry["Resource"] or "TableWithColumns" in entry["Resource"] for entry in seen
    )


def test_a_dropped_table_takes_its_grants_along(aws, lake, database, role):
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst), Resource=on_table(database), Permissions=["SELECT"]
    )
    aws("glue").delete_table(DatabaseName=database, Name="orders")
    assert entries(lake, analyst) == []
