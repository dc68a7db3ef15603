"""What somebody changes behind access.yml's back is found, told, and taken back."""

from __future__ import annotations

import json

import pytest

from demo import lake
from demo.aws import PLATFORM, client
from tests.access.doors import RefusedError, bucket_name
from tests.site import endpoint

ANALYST = f"arn:aws:iam::123456789012:role/{PLATFORM}-analyst"


def as_administrator(sql: str) -> list:
    with endpoint.connect() as connection:
        found = connection.execute(sql)
        return found.fetchall() if found.description else []


def open_the_warehouse() -> None:
    """A grant by hand, rows of all countries, addresses as they are."""
    as_administrator("GRANT SELECT (email) ON analytics.orders TO ROLE reader_analyst")
    as_administrator("ALTER TABLE analytics.customers ROW LEVEL SECURITY OFF")
    [(policy,)] = as_administrator("SELECT policy_name FROM svv_attached_masking_policy")
    as_administrator(
        f"DETACH MASKING POLICY {policy} ON analytics.customers (email) FROM ROLE reader_support"
    )


def open_the_lake() -> None:
    """A grant of one column to one principal, and a table that IAM alone opens again."""
    formation = client("lakeformation")
    column = {"DatabaseName": lake.DATABASE, "Name": "orders", "ColumnNames": ["status"]}
    formation.grant_permissions(
        Principal={"DataLakePrincipalIdentifier": ANALYST},
        Resource={"TableWithColumns": column},
        Permissions=["SELECT"],
    )
    formation.grant_permissions(
        Principal={"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"},
        Resource={"Table": {"DatabaseName": lake.DATABASE, "Name": "customers"}},
        Permissions=["ALL"],
    )


def open_the_bucket() -> None:
    """Its policy without the statement that closes the files."""
    s3, bucket = client("s3"), bucket_name()
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    policy["Statement"] = [each for each in policy["Statement"] if each["Sid"] != "NoDirectReads"]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


FOUND = (
    "analyst: orders (email) is open through warehouse; access.yml says closed",
    "support: customers (email) is open through warehouse; access.yml says masked: partial",
    "support: rows of customers are all through warehouse; access.yml says country = 'FR'",
    "analyst: orders (status) is open through lake; access.yml says closed",
    "finance: customers (email, name) is open through lake; access.yml says closed",
    "IAM_ALLOWED_PRINCIPALS reads tables of the lake, and access.yml doesn't have it",
    ", without NoDirectReads",
)


def test_drift_is_found_told_and_repaired(platform, callers):
    page = platform.folder / "report.html"
    told = {"report_file": str(page), "strict": True}
    clean = platform.done("access_report", **told)
    assert clean.recap["changed"] == 0
    assert "The account is as access.yml says." in page.read_text()

    open_the_warehouse()
    open_the_lake()
    open_the_bucket()
    assert len(callers["analyst"].data_api("SELECT email FROM analytics.orders")) == 500
    strict = platform.play("access_report", **told)
    assert strict.exit_code != 0
    for line in FOUND:
        assert line in strict.output
    assert "should be masked: partial" in page.read_text()
    assert platform.play("access_report", report_file=str(page)).exit_code == 0

    platform.done("site", "--tags", "landing_zone,catalog,governance")
    platform.done("access_report", **told)
    with pytest.raises(RefusedError, match="permission denied"):
        callers["analyst"].data_api("SELECT email FROM analytics.orders")


def test_each_principal_finds_every_door_as_it_should_be(platform):
    played = platform.done("verify_access")
    assert played.recap["changed"] == 0
    assert "analyst: warehouse orders (email): refused" in played.output
    assert "finance: lake customers (customer_id, country" in played.output


def test_a_door_that_stands_open_is_found_by_trying(platform):
    as_administrator("GRANT SELECT (email) ON analytics.orders TO ROLE reader_analyst")
    played = platform.play("verify_access")
    assert played.exit_code != 0
    assert "analyst: warehouse orders (email): ALLOWED, and should be refused" in played.output
    as_administrator("REVOKE SELECT (email) ON analytics.orders FROM ROLE reader_analyst")
