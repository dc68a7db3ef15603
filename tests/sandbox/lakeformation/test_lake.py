"""Settings, locations and filters, and what the catalog makes of them."""

from __future__ import annotations

from sandbox.services.lakeformation import columns_granted
from tests.sandbox.lake_tools import (
    ACCOUNT,
    ADMINISTRATOR,
    ALL,
    entries,
    on_columns,
    on_table,
    principal,
    refused,
)


def test_a_fresh_account_leaves_everything_to_iam(sandbox, aws):
    settings = aws("lakeformation", region="eu-west-1").get_data_lake_settings()["DataLakeSettings"]
    assert settings["DataLakeAdmins"] == []
    assert settings["CreateTableDefaultPermissions"] == ALL
    glue = aws("glue", region="eu-west-1")
    glue.create_database(DatabaseInput={"Name": "Open_DB"})
    glue.create_table(DatabaseName="open_db", TableInput={"Name": "T"})
    listed = entries(aws("lakeformation", region="eu-west-1"), "IAM_ALLOWED_PRINCIPALS")
    assert [resource for resource, _, _ in listed] == [
        {"Catalog": {}},
        {"Database": {"CatalogId": ACCOUNT, "Name": "open_db"}},
        {"Table": {"CatalogId": ACCOUNT, "DatabaseName": "open_db", "Name": "t"}},
    ]
    assert columns_granted(sandbox, ACCOUNT, "eu-west-1", "any", "open_db", "t") is None


def test_settings_are_replaced_as_a_whole(aws):
    lake = aws("lakeformation", region="eu-west-2")
    lake.put_data_lake_settings(
        DataLakeSettings={
            "DataLakeAdmins": [principal(ADMINISTRATOR)],
            "Parameters": {"CROSS_ACCOUNT_VERSION": "4"},
        }
    )
    settings = lake.get_data_lake_settings()["DataLakeSettings"]
    assert settings["CreateDatabaseDefaultPermissions"] == []
    assert settings["Parameters"]["CROSS_ACCOUNT_VERSION"] == "4"
    lake.put_data_lake_settings(DataLakeSettings={})
    assert lake.get_data_lake_settings()["DataLakeSettings"]["DataLakeAdmins"] == []
    code, message = refused(
        lake.put_data_lake_settings,
        DataLakeSettings={"DataLakeAdmins": [principal(f"arn:aws:iam::{ACCOUNT}:role/nobody")]},
    )
    assert (code, "Invalid principal" in message) == ("InvalidInputException", True)
    many = {"DataLakeAdmins": [principal(ADMINISTRATOR)] * 31}
    assert refused(lake.put_data_lake_settings, DataLakeSettings=many)[0] == "InvalidInputException"


def test_the_catalog_shows_what_is_granted(aws, lake, database, role, assume):
    analyst = role()
    glue = aws("glue", **assume(analyst))
    code, message = refused(glue.get_table, DatabaseName=database, Name="orders")
    assert (code, message) == (
        "AccessDeniedException",
        "Insufficient Lake Formation permission(s): Required Describe on orders",
    )
    lake.grant_permissions(
        Principal=principal(analyst),
        Resource=on_columns(database, "order_id", "user_id"),
        Permissions=["SELECT"],
    )
    table = glue.get_table(DatabaseName=database, Name="orders")["Table"]
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == [
        "order_id",
        "user_id",
    ]
    assert refused(glue.delete_table, DatabaseName=database, Name="orders")[1].endswith(
        "Required Drop on orders"
    )
    assert refused(glue.create_table, DatabaseName=database, TableInput={"Name": "mine"})[
        1
    ].endswith(f"Required Create Table on {database}")


def test_locations_are_registered_once_and_guard_tables(aws, lake, database, role, assume):
    arn = f"arn:aws:s3:::{database}/raw"
    reader, crawler = role("lake"), role("crawler")
    lake.register_resource(ResourceArn=arn, RoleArn=reader, HybridAccessEnabled=False)
    assert refused(lake.register_resource, ResourceArn=arn, RoleArn=reader)[0] == (
        "AlreadyExistsException"
    )
    info = lake.describe_resource(ResourceArn=arn)["ResourceInfo"]
    assert (info["ResourceArn"], info["RoleArn"], info["HybridAccessEnabled"]) == (
        arn,
        reader,
        False,
    )
    lake.grant_permissions(
        Principal=principal(crawler),
        Resource={"Database": {"Name": database}},
        Permissions=["CREATE_TABLE"],
    )
    table = {"Name": "made", "StorageDescriptor": {"Location": f"s3://{database}/raw/made/"}}
    glue = aws("glue", **assume(crawler))
    code, message = refused(glue.create_table, DatabaseName=database, TableInput=table)
    assert (code, f"s3://{database}/raw/made" in message) == ("AccessDeniedException", True)
    lake.grant_permissions(
        Principal=principal(crawler),
        Resource={"DataLocation": {"ResourceArn": arn}},
        Permissions=["DATA_LOCATION_ACCESS"],
    )
    glue.create_table(DatabaseName=database, TableInput=table)
    made = glue.get_table(DatabaseName=database, Name="made")["Table"]
    assert (made["IsRegisteredWithLakeFormation"], made["VersionId"]) == (True, "0")
    lake.update_resource(ResourceArn=arn, RoleArn=reader, HybridAccessEnabled=True)
    assert lake.describe_resource(ResourceArn=arn)["ResourceInfo"]["HybridAccessEnabled"] is True
    there = lake.get_effective_permissions_for_path(ResourceArn=arn)["Permissions"]
    assert {entry["Principal"]["DataLakePrincipalIdentifier"] for entry in there} == {crawler}
    lake.deregister_resource(ResourceArn=arn)
    assert refused(lake.deregister_resource, ResourceArn=arn)[0] == "EntityNotFoundException"
    assert refused(lake.register_resource, ResourceArn=arn, RoleArn=f"{reader}x")[0] == (
        "InvalidInputException"
    )


def test_a_data_cells_filter_is_granted_as_one(sandbox, lake, database, role):
    data = {
        "TableCatalogId": ACCOUNT,
        "DatabaseName": database,
        "TableName": "orders",
        "Name": "eu",
        "RowFilter": {"FilterExpression": "user_id = '7'"},
        "ColumnNames": ["order_id"],
    }
    lake.create_data_cells_filter(TableData=data)
    assert refused(lake.create_data_cells_filter, TableData=data)[0] == "AlreadyExistsException"
    lake.update_data_cells_filter(TableData=data | {"ColumnNames": ["order_id", "user_id"]})
    key = {name: data[name] for name in ("TableCatalogId", "DatabaseName", "TableName", "Name")}
    assert lake.get_data_cells_filter(**key)["DataCellsFilter"]["ColumnNames"] == [
        "order_id",
        "user_id",
    ]
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst), Resource={"DataCellsFilter": key}, Permissions=["SELECT"]
    )
    granted = columns_granted(sandbox, ACCOUNT, "us-east-1", analyst, database, "orders")
    assert granted == {"order_id", "user_id"}
    listed = lake.list_data_cells_filter(Table=on_table(database)["Table"] | {"CatalogId": ACCOUNT})
    assert [one["Name"] for one in listed["DataCellsFilters"]] == ["eu"]
    lake.delete_data_cells_filter(**key)
    assert refused(lake.get_data_cells_filter, **key)[0] == "EntityNotFoundException"
    assert entries(lake, analyst) == []


def test_a_row_filter_must_fit_its_table(lake, database):
    code, message = refused(
        lake.create_data_cells_filter,
        TableData={
            "TableCatalogId": ACCOUNT,
            "DatabaseName": database,
            "TableName": "orders",
            "Name": "seven",
            "RowFilter": {"FilterExpression": "user_id = 7"},
            "ColumnNames": ["order_id"],
        },
    )
    assert (code, "user_id is string" in message) == ("InvalidInputException", True)
