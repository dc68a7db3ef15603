"""Warehouses and statements for tests: made through the API, waited for, removed again."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_privilege_catalog import (
    read_current,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_privileges import (
    Declaration,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_table_model import (
    table_of,
)
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_privileges import OPTIONS
from botocore.exceptions import ClientError

QUERYING = ("redshift-data:*", "redshift-serverless:GetCredentials")
"""What a user of the Data API is allowed."""
PASSWORD = "Correct-Horse-9"
ADMIN = {"adminUsername": "boss", "adminUserPassword": PASSWORD}
HERE = {"WorkgroupName": "shared", "Database": "analytics"}
ENDED = {"FINISHED", "FAILED", "ABORTED"}


@contextlib.contextmanager
def refused(code: str, words: str = "") -> Iterator[None]:
    """What stands inside is refused with this code, and these words in the message."""
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code
    assert words in caught.value.response["Error"]["Message"]


def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """What a condition gives once it gives something true."""
    limit = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < limit, "the condition did not come true in time"
        time.sleep(0.02)
    return found


def namespace_status(client: Any, name: str) -> str:
    try:
        return client.get_namespace(namespaceName=name)["namespace"]["status"]
    except client.exceptions.ResourceNotFoundException:
        return "GONE"


def workgroup_status(client: Any, name: str) -> str:
    try:
        return client.get_workgroup(workgroupName=name)["workgroup"]["status"]
    except client.exceptions.ResourceNotFoundException:
        return "GONE"


def make(
    client: Any, name: str, tags: dict[str, str] | None = None, **namespace: Any
) -> dict[str, Any]:
    """A namespace and a workgroup of this name; the workgroup, once it serves."""
    client.create_namespace(namespaceName=name, **namespace)
    listed = [{"key": key, "value": value} for key, value in (tags or {}).items()]
    client.create_workgroup(workgroupName=name, namespaceName=name, baseCapacity=8, tags=listed)
    until(lambda: workgroup_status(client, name) == "AVAILABLE")
    return client.get_workgroup(workgroupName=name)["workgroup"]


def remove(client: Any, name: str) -> None:
    """Delete a workgroup and its namespace."""
    until(lambda: workgroup_status(client, name) in {"AVAILABLE", "GONE"})
    if workgroup_status(client, name) != "GONE":
        client.delete_workgroup(workgroupName=name)
        until(lambda: workgroup_status(client, name) == "GONE")
    until(lambda: namespace_status(client, name) in {"AVAILABLE", "GONE"})
    if namespace_status(client, name) != "GONE":
        client.delete_namespace(namespaceName=name)
        until(lambda: namespace_status(client, name) == "GONE")


def trust(**principal: Any) -> str:
    """A trust policy for iam.create_role."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def available(client: Any, name: str) -> None:
    """Wait until a namespace is available."""
    until(lambda: namespace_status(client, name) == "AVAILABLE")


def serving(client: Any, name: str) -> None:
    """Wait until a workgroup is available."""
    until(lambda: workgroup_status(client, name) == "AVAILABLE")


def complete(client: Any, name: str) -> dict[str, Any] | None:
    """A snapshot, once it is taken."""
    snapshot = client.get_snapshot(snapshotName=name)["snapshot"]
    return snapshot if snapshot["status"] == "AVAILABLE" else None


def login(workgroup: dict[str, Any], user: str, password: str) -> psycopg.Connection[Any]:
    """A connection to a workgroup's endpoint."""
    endpoint = workgroup["endpoint"]
    return psycopg.connect(
        host=endpoint["address"],
        port=endpoint["port"],
        user=user,
        password=password,
        dbname="analytics",
        connect_timeout=10,
    )


def submitted(client: Any, **request: Any) -> str:
    """Submit a statement or a batch to the shared warehouse; its identifier."""
    call = client.batch_execute_statement if "Sqls" in request else client.execute_statement
    return call(**(HERE | request))["Id"]


def ended(client: Any, identifier: str) -> dict[str, Any]:
    """A statement's description, once it has ended."""

    def look() -> dict[str, Any] | None:
        found = client.describe_statement(Id=identifier, WaitTimeSeconds=10)
        return found if found["Status"] in ENDED else None

    return until(look)


def run(client: Any, sql: str = "", **request: Any) -> dict[str, Any]:
    """Submit and wait: the description of what has ended, however it ended."""
    if sql:
        request["Sql"] = sql
    return ended(client, submitted(client, **request))


def finished(client: Any, sql: str = "", **request: Any) -> dict[str, Any]:
    """Submit and wait for success."""
    found = run(client, sql, **request)
    assert found["Status"] == "FINISHED", found.get("Error")
    return found


def rows(client: Any, identifier: str) -> list[list[Any]]:
    """The rows of a statement, without their types."""
    answer = client.get_statement_result(Id=identifier)
    return [[next(iter(value.values())) for value in row] for row in answer["Records"]]


def selected(client: Any, sql: str, **request: Any) -> list[list[Any]]:
    """The rows that a query returns."""
    return rows(client, finished(client, sql, **request)["Id"])


def creations(tables: list[dict[str, Any]]) -> list[str]:
    """The DDL of tables as the module redshift_table takes them, and of their schemas."""
    found = [table_of(option, absent=False) for option in tables]
    assert [fault for _table, faults in found for fault in faults] == []
    schemas = sorted({table.schema for table, _faults in found})
    return [
        *(f"CREATE SCHEMA {schema}" for schema in schemas),
        *(table.ddl() for table, _faults in found),
    ]


def changes(client: Any, privileges: dict[str, Any], **where: Any) -> list[str]:
    """The SQL with which the module redshift_privileges brings its options about."""
    validated = ArgumentSpecValidator(OPTIONS).validate(privileges)
    assert validated.error_messages == []
    declaration = Declaration(validated.validated_parameters)

    def ask(queries: list[str]) -> list[list[dict[str, Any]]]:
        asked = finished(client, Sqls=queries, **where)
        return [_records(client, part["Id"]) for part in asked["SubStatements"]]

    return declaration.statements(
        read_current(ask, declaration.objects, declaration.wishes.granted)
    )


def _records(client: Any, identifier: str) -> list[dict[str, Any]]:
    answer = client.get_statement_result(Id=identifier)
    names = [column["name"] for column in answer["ColumnMetadata"]]
    return [
        {
            name: None if "isNull" in value else next(iter(value.values()))
            for name, value in zip(names, row, strict=True)
        }
        for row in answer["Records"]
    ]
