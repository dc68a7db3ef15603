"""Every principal tries every column at every door; what comes of it is what access.yml says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import yaml
from botocore.exceptions import ClientError

from demo.aws import PLATFORM, client
from tests.access.conftest import INVENTORY
from tests.access.doors import Caller, RefusedError, bucket_name, keys_below

ACCESS = yaml.safe_load((INVENTORY / "group_vars/all/access.yml").read_text())
PRINCIPALS = [principal["name"] for principal in ACCESS["principals"]]
EXACT = re.compile(r"varchar|bigint|integer|smallint")
"""Types whose values are the same text in every engine; of the others the rows are counted."""


@pytest.fixture(params=PRINCIPALS)
def caller(request, callers) -> Caller:
    return callers[request.param]


def comparable(values, of):
    if values is None or not EXACT.match(of):
        return values if values is None else len(values)
    return sorted("" if value is None else str(value) for value in values)


def tried(query: Callable[[str], list], sql: str, refusal: str):
    """The values of a column; None where the door refuses, in the words that it should."""
    try:
        return query(sql)
    except RefusedError as error:
        assert re.search(refusal, str(error)), f"{sql}: {error}"
        return None


def cells(oracle) -> Iterator[tuple[str, str]]:
    for table in oracle.tables:
        for column in oracle.columns(table):
            yield table, column


def differing_in_the_warehouse(oracle, caller, query):
    found = {}
    for table, column in cells(oracle):
        of = oracle.type_of(table, column)
        sql = f"SELECT {column} FROM analytics.{table}"
        seen = tried(query, sql, "permission denied for (relation|schema)")
        wanted = oracle.values(caller.principal, table, column)
        if comparable(seen, of) != comparable(wanted, of):
            found[table, column] = (seen, wanted)
    return found


def test_the_policy_has_three_principals(oracle):
    assert oracle.principals == ["analyst", "support", "finance"]


def test_redshifts_data_api(oracle, caller):
    assert differing_in_the_warehouse(oracle, caller, caller.data_api) == {}


def test_psql_on_the_workgroup(oracle, caller):
    with caller.psql() as query:
        assert differing_in_the_warehouse(oracle, caller, query) == {}


def test_athena_has_what_is_not_masked(oracle, caller):
    found = {}
    for table, column in cells(oracle):
        of = oracle.type_of(table, column)
        sql = f'SELECT "{column}" FROM "{table}"'
        seen = tried(
            caller.athena, sql, "Insufficient|COLUMN_NOT_FOUND|TABLE_NOT_FOUND|AccessDenied"
        )
        masked = column in oracle.seen(caller.principal, table).masks
        wanted = None if masked else oracle.values(caller.principal, table, column)
        if comparable(seen, of) != comparable(wanted, of):
            found[table, column] = (seen, wanted)
    assert found == {}


def test_the_catalog_tells_of_open_columns_alone(oracle, caller):
    for table in oracle.tables:
        seen = oracle.seen(caller.principal, table)
        for name, columns in (
            (table, seen.columns),
            (f"{table}_changes", seen.columns if seen.changes else set()),
        ):
            if columns:
                assert caller.glue_columns(name) == columns
                caller.glue_partitions(name)
                continue
            for ask in (caller.glue_columns, caller.glue_partitions):
                with pytest.raises(RefusedError, match=r"AccessDenied|EntityNotFound"):
                    ask(name)


def test_no_file_of_a_table_can_be_read(oracle, caller):
    for table in oracle.tables.values():
        for prefix in (f"raw/{table['source'].replace('.', '/')}/", f"current/{table['name']}/"):
            key, *_others = keys_below(prefix)
            with pytest.raises(RefusedError, match="AccessDenied"):
                caller.read_object(key)


def test_a_copy_of_a_table_can_not_be_made(oracle, caller):
    with caller.psql() as query:
        for table, column in cells(oracle):
            for kind in ("VIEW analytics.mine", "TABLE analytics.mine", "TEMP TABLE mine"):
                with pytest.raises(RefusedError, match="permission denied"):
                    query(f"CREATE {kind} AS SELECT {column} FROM analytics.{table}")


def test_no_iam_role_carries_data_in_or_out(oracle, caller):
    place = f"s3://{bucket_name()}"
    table, seen = next(
        (name, seen)
        for name in oracle.tables
        if (seen := oracle.seen(caller.principal, name)).columns
    )
    column = min(seen.columns)
    with pytest.raises(RefusedError, match="ASSUMEROLE"):
        caller.data_api(
            f"UNLOAD ('SELECT {column} FROM analytics.{table}') TO '{place}/athena/x/'"
            " IAM_ROLE DEFAULT FORMAT AS PARQUET"
        )
    source = oracle.tables[table]["source"].replace(".", "/")
    with pytest.raises(RefusedError, match=r"ASSUMEROLE|permission denied"):
        caller.data_api(
            f"COPY analytics.{table} FROM '{place}/raw/{source}/' IAM_ROLE DEFAULT FORMAT PARQUET"
        )


def test_a_session_can_not_choose_database_roles(callers, caller):
    for other in callers:
        role = f"reader_{other}"
        with pytest.raises(ClientError, match="sts:TagSession"):
            client("sts").assume_role(
                RoleArn=f"arn:aws:iam::123456789012:role/{PLATFORM}-{caller.principal}",
                RoleSessionName="tagged",
                Tags=[{"Key": "RedshiftDbRoles", "Value": role}],
            )


def test_the_result_of_another_can_not_be_read(callers, caller):
    for other in callers.values():
        statement = other.statement("SELECT 1")
        data = caller.client("redshift-data")
        if other is caller:
            data.describe_statement(Id=statement)
            continue
        for ask in (data.describe_statement, data.get_statement_result):
            with pytest.raises(ClientError, match=r"AccessDenied|not authorized"):
                ask(Id=statement)


def test_roles_and_secrets_of_the_services_are_theirs(caller):
    sts, secrets = caller.client("sts"), caller.client("secretsmanager")
    for role in client("iam").list_roles()["Roles"]:
        with pytest.raises(ClientError, match="AccessDenied"):
            sts.assume_role(RoleArn=role["Arn"], RoleSessionName="other")
    for secret in client("secretsmanager").list_secrets()["SecretList"]:
        with pytest.raises(ClientError, match="AccessDenied"):
            secrets.get_secret_value(SecretId=secret["ARN"])
