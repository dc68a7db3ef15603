"""The contract's own SQL through the Data API: bootstrapped twice, loaded as the load's role."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from tests.sandbox.redshift_services.tools import PASSWORD, creations, make, remove, trust, until

INVENTORY = Path(__file__).parents[2] / "inventories" / "sandbox" / "group_vars" / "all"
SECTIONS = ("platform", "network", "source", "ingestion", "warehouse", "load")
ACCESS = ("admins", "principals", "unmanaged")
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
    """What the sandbox's inventory derives to, under a name of its own."""
    variables: dict[str, Any] = {}
    for name in ("platform", "tables", "access"):
        variables |= yaml.safe_load((INVENTORY / f"{name}.yml").read_text())
    variables["platform"]["name"] = "contract"
    return derive(
        {name: variables[name] for name in SECTIONS},
        variables["tables"],
        {name: variables[name] for name in ACCESS},
    )


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


class Statements:
    """SQL through the Data API, as one identity."""

    def __init__(self, client: Any, workgroup: str, **who: str) -> None:
        self.client = client
        self.where = {"WorkgroupName": workgroup, "Database": "analytics", **who}

    def run(self, sqls: list[str]) -> dict[str, Any]:
        """Run a batch; returns its description once it has ended."""
        if len(sqls) == 1:
            submitted = self.client.execute_statement(Sql=sqls[0], **self.where)
        else:
            submitted = self.client.batch_execute_statement(Sqls=sqls, **self.where)
        ended = ("FINISHED", "FAILED", "ABORTED")

        def described() -> dict[str, Any] | None:
            found = self.client.describe_statement(Id=submitted["Id"])
            return found if found["Status"] in ended else None

        return until(described)

    def done(self, sqls: list[str]) -> dict[str, Any]:
        outcome = self.run(sqls)
        assert outcome["Status"] == "FINISHED", outcome["Error"]
        return outcome

    def rows(self, sql: str) -> list[list[Any]]:
        outcome = self.done([sql])
        return self.result(outcome["Id"])

    def result(self, statement: str) -> list[list[Any]]:
        records = self.client.get_statement_result(Id=statement)["Records"]
        return [
            [None if field.get("isNull") else next(iter(field.values())) for field in record]
            for record in records
        ]

    def needed(self, steps: list[dict[str, str]]) -> list[str]:
        """The statements whose guard returns no row."""
        return [step["sql"] for step in steps if not self.rows(step["unless"])]


@pytest.fixture(scope="module")
def warehouse(
    aws: Callable[..., Any], derived: dict[str, Any], roles: None
) -> Iterator[Callable[..., Statements]]:
    """A bootstrapped warehouse; called with nothing it speaks as the administrator."""
    name, copy_role = derived["names"]["workgroup"], derived["arns"]["roles"]["copy"]
    make(
        aws("redshift-serverless"),
        name,
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
    for steps in (derived["warehouse"]["bootstrap"], derived["governance"]["redshift"]["steps"]):
        for sql in administrator.needed(steps):
            administrator.done([sql])
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
            "{manifest_key}": manifest,
            "{batch_id}": key,
            "{file_count}": "1",
            "{fence}": "1",
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


def test_a_second_bootstrap_has_nothing_to_do(warehouse, derived):
    administrator = warehouse()
    steps = derived["warehouse"]["bootstrap"] + derived["governance"]["redshift"]["steps"]
    assert administrator.needed(steps) == []


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
    surplus = derived["governance"]["redshift"]["surplus"]
    assert administrator.rows(surplus) == []
    for sql in (
        'CREATE ROLE "Left Over"',
        "CREATE USER passer_by PASSWORD DISABLE",
        'GRANT SELECT (email) ON analytics.orders TO ROLE "Left Over"',
        "GRANT SELECT ON analytics.orders TO passer_by",
        "GRANT SELECT ON analytics.orders TO PUBLIC",
    ):
        administrator.done([sql])
    revokes = [row[0] for row in administrator.rows(surplus)]
    assert revokes == [
        "REVOKE SELECT ON analytics.orders FROM PUBLIC",
        'REVOKE SELECT ON analytics.orders FROM ROLE "Left Over"',
        "REVOKE SELECT ON analytics.orders FROM passer_by",
    ]
    administrator.done(revokes)
    assert administrator.rows(surplus) == []
    assert administrator.needed(derived["governance"]["redshift"]["steps"]) == []


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
