"""What the contract declares through the Data API: brought about once, loaded as the load's role."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from tests.sandbox.redshift_services.tools import (
    PASSWORD,
    creations,
    make,
    remove,
    trust,
)
from tests.sandbox.statements import Statements, declared
from tests.unit.plugins.plugin_utils.contract.documents import Documents

LANDED = pa.schema(
    [
        ("Op", pa.string()),
        ("dms_ts", pa.string()),
        ("order_id", pa.int64()),
        ("user_id", pa.int64()),
        ("email", pa.string()),
        ("total_amount", pa.decimal128(12, 2)),
        ("status", pa.string()),
        ("created_at", pa.timestamp("us")),
        ("updated_at", pa.timestamp("us")),
        ("dms_seq", pa.string()),
        ("BI_order_id", pa.int64()),
    ]
)


@pytest.fixture(scope="module")
def derived() -> dict[str, Any]:
    """What the sandbox's inventory of orders derives to, under a name of its own."""
    documents = Documents("sandbox").only("orders")
    documents.platform["platform"]["name"] = "contract"
    return derive(*documents)


@pytest.fixture(scope="module")
def roles(aws: Callable[..., Any], derived: dict[str, Any]) -> Iterator[None]:
    """The IAM roles of the copy, the load and the analyst."""
    iam = aws("iam")
    # the test itself takes the load's role, as Step Functions would
    trusted = trust(AWS=f"arn:aws:iam::{derived['names']['account_id']}:root")
    made = [
        derived["warehouse"]["roles"]["copy"],
        derived["orchestration"]["roles"]["load"] | {"assume_role_policy": json.loads(trusted)},
        *derived["governance"]["roles"].values(),
    ]
    for role in made:
        iam.create_role(
            RoleName=role["name"],
            AssumeRolePolicyDocument=json.dumps(role["assume_role_policy"]),
        )
        iam.put_role_policy(
            RoleName=role["name"],
            PolicyName=role["policy_name"],
            PolicyDocument=json.dumps(role["policy"]),
        )
    yield
    for role in made:
        iam.delete_role_policy(RoleName=role["name"], PolicyName=role["policy_name"])
        iam.delete_role(RoleName=role["name"])


@pytest.fixture(scope="module")
def warehouse(
    aws: Callable[..., Any], derived: dict[str, Any], roles: None
) -> Iterator[Callable[..., Statements]]:
    """A bootstrapped warehouse; called with nothing it speaks as the administrator."""
    name, copy_role = derived["names"]["workgroup"], derived["arns"]["roles"]["copy"]
    make(
        aws("redshift-serverless"),
        name,
        tags=derived["warehouse"]["tags"],
        dbName="analytics",
        adminUsername="boss",
        adminUserPassword=PASSWORD,
        iamRoles=[copy_role],
        defaultIamRoleArn=copy_role,
    )
    aws("s3").create_bucket(Bucket=derived["names"]["bucket"])
    secret = aws("secretsmanager").create_secret(
        Name=name, SecretString=json.dumps({"username": "boss", "password": PASSWORD})
    )["ARN"]

    def statements(**credentials: str) -> Statements:
        who = {} if credentials else {"SecretArn": secret}
        return Statements(aws("redshift-data", **credentials), name, **who)

    administrator = statements()
    for sql in creations(derived["warehouse"]["tables"]):
        administrator.done([sql])
    for privileges in declared(derived):
        administrator.done(administrator.changes(privileges))
    yield statements
    remove(aws("redshift-serverless"), name)


@pytest.fixture
def load(
    aws: Callable[..., Any],
    assume: Callable[[str], dict[str, str]],
    derived: dict[str, Any],
    warehouse: Callable[..., Statements],
) -> Callable[..., list[Any]]:
    """Lands rows, and loads them as the state machine does; returns the counts."""
    bucket = derived["names"]["bucket"]
    configuration = json.loads(derived["orchestration"]["config"][1]["content"])
    loader = warehouse(**assume(derived["arns"]["roles"]["load"]))
    ended = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")[:17]

    def run(key: str, rows: list[tuple[Any, ...]], *, reload: bool = False) -> list[Any]:
        file = io.BytesIO()
        columns = zip(*rows, strict=True)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, LANDED, strict=True)]
        pq.write_table(pa.Table.from_arrays(arrays, schema=LANDED), file)
        landed, manifest = f"{configuration['prefix']}{key}.parquet", f"load/manifests/{key}.json"
        entry = {
            "url": f"s3://{bucket}/{landed}",
            "mandatory": True,
            "meta": {"content_length": len(file.getvalue())},
        }
        s3 = aws("s3")
        s3.put_object(Bucket=bucket, Key=landed, Body=file.getvalue())
        s3.put_object(Bucket=bucket, Key=manifest, Body=json.dumps({"entries": [entry]}))
        values = {
            "{copy_columns}": ", ".join(configuration["shapes"][0]["columns"]),
            "{manifest_key}": manifest,
            "{batch_id}": key,
            "{file_count}": "1",
            "{fence}": "1",
            "{snapshot}": ended,
            "{followed}": "",
        }
        sqls = configuration["sql_reload" if reload else "sql_cdc"]
        for placeholder, value in values.items():
            sqls = [sql.replace(placeholder, value) for sql in sqls]
        outcome = loader.done(sqls)
        [counts] = loader.result(outcome["SubStatements"][-1]["Id"])
        return counts

    return run


def row(op: str, order_id: int, status: str | None, sequence: str, before: int | None = None):
    amount = None if status is None else 10
    return (op, "ts", order_id, 7, "a@b.c", amount, status, None, None, sequence, before)


def test_what_is_declared_is_brought_about_once(warehouse, derived):
    assert [warehouse().changes(each) for each in declared(derived)] == [[], []]


def test_the_load_applies_a_snapshot_and_changes_as_its_own_role(warehouse, load):
    snapshot = [row("I", key, "new", "") for key in (1, 2, 3)]
    assert load("LOAD00000001", snapshot, reload=True) == [1, 3, 3, 0]
    changes = [
        row("U", 1, "paid", "2", before=1),
        row("D", 2, None, "3", before=2),
        row("U", 4, "moved", "4", before=3),
    ]
    assert load("20260115-120000000", changes) == [1, 3, 2, 2]
    rows = warehouse().rows("SELECT order_id, status FROM analytics.orders ORDER BY 1")
    assert rows == [[1, "paid"], [4, "moved"]]
    assert load("20260115-120001000", changes) == [1, 3, 0, 0]


def test_the_analyst_reads_three_columns_and_nothing_else(warehouse, load, assume, derived):
    load("LOAD00000002", [row("I", 9, "new", "")], reload=True)
    [role] = derived["governance"]["roles"].values()
    analyst = warehouse(**assume(role["arn"]))
    columns = "order_id, user_id, total_amount"
    assert analyst.rows(f"SELECT {columns} FROM analytics.orders") == [[9, 7, "10.00"]]
    assert analyst.rows("SELECT * FROM analytics.orders") == [[9, 7, "10.00"]]
    refused = analyst.run(["SELECT email FROM analytics.orders"])
    assert refused["Status"] == "FAILED"
    assert "permission denied" in refused["Error"]


def test_who_is_not_in_the_policy_reads_no_longer(warehouse, derived):
    administrator = warehouse()
    administrator.done(
        [
            'CREATE ROLE "Left Over"',
            "CREATE USER passer_by PASSWORD DISABLE",
            'GRANT SELECT (email) ON analytics.orders TO ROLE "Left Over"',
            'GRANT USAGE ON SCHEMA analytics TO ROLE "Left Over"',
            "GRANT SELECT ON analytics.orders TO passer_by",
            "GRANT SELECT ON analytics.orders TO PUBLIC",
            "GRANT SELECT ON etl.load_audit TO passer_by",
            # tables that are in the contract no longer
            "CREATE TABLE analytics.invoices (amount INTEGER)",
            "CREATE TABLE etl.tomb_invoices (amount INTEGER)",
            "GRANT SELECT (amount) ON analytics.invoices TO ROLE reader_analyst",
            "GRANT SELECT ON analytics.invoices TO ROLE warehouse_load",
            "GRANT SELECT ON etl.tomb_invoices TO passer_by",
            "GRANT ROLE reader_analyst TO passer_by",
            'GRANT ROLE warehouse_load TO ROLE "Left Over"',
            "GRANT ASSUMEROLE ON DEFAULT TO passer_by FOR COPY",
            "GRANT ASSUMEROLE ON DEFAULT TO PUBLIC FOR ALL",
        ]
    )
    load, readers = map(administrator.changes, declared(derived))
    assert load == [
        "REVOKE ASSUMEROLE ON ALL FROM PUBLIC FOR ALL",
        "REVOKE ASSUMEROLE ON DEFAULT FROM PUBLIC FOR ALL",
        'REVOKE ASSUMEROLE ON DEFAULT FROM "passer_by" FOR COPY',
        'REVOKE SELECT ON "etl"."load_audit", "etl"."tomb_invoices" FROM "passer_by"',
        'REVOKE ROLE "warehouse_load" FROM ROLE "Left Over"',
    ]
    assert readers == [
        'REVOKE SELECT ON "analytics"."orders" FROM PUBLIC',
        'REVOKE SELECT ("email") ON "analytics"."orders" FROM ROLE "Left Over"',
        'REVOKE USAGE ON SCHEMA "analytics" FROM ROLE "Left Over"',
        'REVOKE SELECT ("amount") ON "analytics"."invoices" FROM ROLE "reader_analyst"',
        'REVOKE SELECT ON "analytics"."orders" FROM "passer_by"',
        'REVOKE ROLE "reader_analyst" FROM "passer_by"',
    ]
    administrator.done(load + readers)
    assert [administrator.changes(each) for each in declared(derived)] == [[], []]


def test_a_grant_that_left_the_policy_is_revoked(warehouse, derived):
    administrator = warehouse()
    readers = derived["governance"]["redshift"]
    fewer = {**readers, "grants": readers["grants"][:1]}
    columns = '("order_id", "total_amount", "user_id") ON "analytics"."orders"'
    revokes = administrator.changes(fewer)
    assert revokes == [f'REVOKE SELECT {columns} FROM ROLE "reader_analyst"']
    administrator.done(revokes)
    grants = administrator.changes(readers)
    assert grants == [f'GRANT SELECT {columns} TO ROLE "reader_analyst"']
    administrator.done(grants)


def test_the_analyst_cannot_copy_the_landed_files(warehouse, assume, derived):
    [role] = derived["governance"]["roles"].values()
    analyst = warehouse(**assume(role["arn"]))
    outcome = analyst.run(["CREATE TEMP TABLE mine (email VARCHAR(320))"])
    assert (outcome["Status"], "permission denied" in outcome["Error"]) == ("FAILED", True)
    copied = analyst.run(
        [
            f"COPY analytics.orders FROM 's3://{derived['names']['bucket']}/raw/'"
            " IAM_ROLE DEFAULT FORMAT AS PARQUET"
        ]
    )
    assert copied["Status"] == "FAILED"
