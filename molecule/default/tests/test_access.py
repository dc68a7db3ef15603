"""The analyst sees three columns of orders, through every door, and nobody else's are open."""

from __future__ import annotations

import pytest

from demo import warehouse
from demo.aws import PLATFORM, client

ANALYST = f"{PLATFORM}-analyst"
COLUMNS = ["order_id", "user_id", "total_amount"]
DATABASE = "analytics_db"


def test_the_analyst_reads_the_three_columns():
    names, rows = warehouse.query(f"SELECT {', '.join(COLUMNS)} FROM analytics.orders", ANALYST)
    assert names == COLUMNS
    assert rows == warehouse.query(f"SELECT {', '.join(COLUMNS)} FROM analytics.orders")[1]


def test_everything_is_three_columns_for_the_analyst():
    names, _ = warehouse.query("SELECT * FROM analytics.orders", ANALYST)
    assert names == COLUMNS


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT email FROM analytics.orders",
        "SELECT order_id FROM analytics.orders WHERE email IS NULL",
        "SELECT _loaded_at FROM analytics.orders",
        "SELECT * FROM etl.load_audit",
        "DELETE FROM analytics.orders",
        "CREATE TABLE analytics.mine (order_id bigint)",
    ],
)
def test_the_analyst_is_denied_the_rest(sql):
    with pytest.raises(warehouse.QueryFailedError, match="permission denied"):
        warehouse.query(sql, ANALYST)


def test_lake_formation_grants_the_analyst_exactly_these_columns():
    permissions = client("lakeformation").list_permissions(
        Resource={"Table": {"DatabaseName": DATABASE, "Name": "orders"}}
    )["PrincipalResourcePermissions"]
    granted = [each for each in permissions if _principal(each).endswith(f":role/{ANALYST}")]
    assert [each["Permissions"] for each in granted] == [["SELECT"]]
    assert sorted(granted[0]["Resource"]["TableWithColumns"]["ColumnNames"]) == sorted(COLUMNS)


def test_nothing_is_open_to_iam_alone():
    lake = client("lakeformation")
    settings = lake.get_data_lake_settings()["DataLakeSettings"]
    assert settings["CreateDatabaseDefaultPermissions"] == []
    assert settings["CreateTableDefaultPermissions"] == []
    for resource in (
        {"Database": {"Name": DATABASE}},
        {"Table": {"DatabaseName": DATABASE, "Name": "orders"}},
        {"Table": {"DatabaseName": DATABASE, "TableWildcard": {}}},
    ):
        permissions = lake.list_permissions(Resource=resource)["PrincipalResourcePermissions"]
        assert "IAM_ALLOWED_PRINCIPALS" not in {_principal(each) for each in permissions}


def _principal(permission: dict) -> str:
    return permission["Principal"]["DataLakePrincipalIdentifier"]
