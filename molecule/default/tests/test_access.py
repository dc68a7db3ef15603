"""Each reader sees its columns and rows of its tables, through both doors, and nothing else is open."""

from __future__ import annotations

import pytest

from demo import lake, warehouse
from demo.aws import PLATFORM, client

COLUMNS = {
    ("analyst", "orders"): ["order_id", "user_id", "total_amount"],
    ("support", "customers"): ["customer_id", "email", "country", "newsletter", "created_at"],
    ("finance", "orders"): [
        *("order_id", "user_id", "total_amount", "status", "created_at", "updated_at")
    ],
    ("finance", "order_items"): [
        *("order_id", "line_number", "product", "quantity", "unit_price", "shipped_on")
    ],
    ("finance", "customers"): [
        *("customer_id", "country", "newsletter", "preferences", "created_at")
    ],
}
ROWS = {("support", "customers"): "country = 'FR'"}
MASKED = {
    ("support", "customers", "email"): "LEFT(email, 1) || '***@' || SPLIT_PART(email, '@', 2)"
}
TABLES = ["orders", "order_items", "customers"]


@pytest.mark.parametrize(("reader", "table"), COLUMNS)
def test_everything_is_the_granted_columns_and_rows(reader, table):
    names, rows = warehouse.query(
        f"SELECT * FROM analytics.{table} ORDER BY 1, 2", f"{PLATFORM}-{reader}"
    )
    assert names == COLUMNS[reader, table]
    columns = [MASKED.get((reader, table, name), name) for name in names]
    where = ROWS.get((reader, table), "TRUE")
    sql = f"SELECT {', '.join(columns)} FROM analytics.{table} WHERE {where} ORDER BY {names[0]}, 2"
    assert rows == warehouse.query(sql)[1] != []


@pytest.mark.parametrize(
    ("reader", "sql"),
    [
        ("analyst", "SELECT email FROM analytics.orders"),
        ("analyst", "SELECT order_id FROM analytics.orders WHERE email IS NULL"),
        ("analyst", "SELECT _loaded_at FROM analytics.orders"),
        ("analyst", "SELECT count(*) FROM analytics.order_items"),
        ("analyst", "SELECT * FROM analytics.customers"),
        ("analyst", "SELECT * FROM etl.load_audit"),
        ("analyst", "DELETE FROM analytics.orders"),
        ("analyst", "CREATE TABLE analytics.mine (order_id bigint)"),
        ("support", "SELECT name FROM analytics.customers"),
        ("support", "SELECT * FROM analytics.orders"),
        ("finance", "SELECT name FROM analytics.customers"),
        (
            "finance",
            "SELECT o.order_id FROM analytics.orders o JOIN analytics.customers c ON c.email = o.email",
        ),
    ],
)
def test_a_reader_is_denied_the_rest(reader, sql):
    with pytest.raises(warehouse.QueryFailedError, match="permission denied"):
        warehouse.query(sql, f"{PLATFORM}-{reader}")


@pytest.mark.parametrize("table", TABLES)
def test_lake_formation_grants_exactly_these_columns_and_filters(table):
    formation = client("lakeformation")
    permissions = formation.list_permissions(
        Resource={"Table": {"DatabaseName": lake.DATABASE, "Name": table}}, IncludeRelated="TRUE"
    )["PrincipalResourcePermissions"]
    granted = {}
    for each in permissions:
        reader = _principal(each).rpartition(f"{PLATFORM}-")[2]
        resource = each["Resource"]
        if "DataCellsFilter" in resource:
            place = {
                name: resource["DataCellsFilter"][name]
                for name in ("TableCatalogId", "DatabaseName", "TableName", "Name")
            }
            kept = formation.get_data_cells_filter(**place)["DataCellsFilter"]
            granted[reader] = (kept["RowFilter"]["FilterExpression"], set(kept["ColumnNames"]))
        elif each["Permissions"] == ["SELECT"] and reader in ("analyst", "support", "finance"):
            granted[reader] = (None, set(resource["TableWithColumns"]["ColumnNames"]))
    # there are no masks in the lake, so what is masked is not granted
    assert granted == {
        reader: (
            ROWS.get((reader, of)),
            {name for name in names if (reader, of, name) not in MASKED},
        )
        for (reader, of), names in COLUMNS.items()
        if of == table
    }


def test_nothing_is_open_to_iam_alone():
    formation = client("lakeformation")
    settings = formation.get_data_lake_settings()["DataLakeSettings"]
    assert settings["CreateDatabaseDefaultPermissions"] == []
    assert settings["CreateTableDefaultPermissions"] == []
    for resource in (
        {"Database": {"Name": lake.DATABASE}},
        *(
            {"Table": {"DatabaseName": lake.DATABASE, "Name": name}}
            for table in TABLES
            for name in (table, f"{table}_changes")
        ),
        {"Table": {"DatabaseName": lake.DATABASE, "TableWildcard": {}}},
    ):
        permissions = formation.list_permissions(Resource=resource)["PrincipalResourcePermissions"]
        assert "IAM_ALLOWED_PRINCIPALS" not in {_principal(each) for each in permissions}


def _principal(permission: dict) -> str:
    return permission["Principal"]["DataLakePrincipalIdentifier"]
