"""What the tests do with instances, told in one word each."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError

PASSWORD = "correct-horse-9"
QUICKLY = {"Delay": 0.1, "MaxAttempts": 600}


def create(rds: Any, name: str, **settings: Any) -> dict[str, Any]:
    request = {
        "Engine": "postgres",
        "EngineVersion": "16.10",
        "DBInstanceClass": "db.t4g.medium",
        "AllocatedStorage": 20,
        "MasterUsername": "shop_admin",
        "DBName": "shop",
        "MasterUserPassword": PASSWORD,
    } | settings
    kept = {member: value for member, value in request.items() if value is not None}
    return rds.create_db_instance(DBInstanceIdentifier=name, **kept)["DBInstance"]


def wait(rds: Any, name: str) -> dict[str, Any]:
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name, WaiterConfig=QUICKLY)
    return describe(rds, name)


def describe(rds: Any, name: str) -> dict[str, Any]:
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def status(rds: Any, name: str) -> str | None:
    try:
        return describe(rds, name)["DBInstanceStatus"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "DBInstanceNotFound"
        return None


def remove(rds: Any, name: str) -> None:
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=name, WaiterConfig=QUICKLY)


def connect(rds: Any, name: str, password: str = PASSWORD, **settings: Any) -> psycopg.Connection:
    endpoint = describe(rds, name)["Endpoint"]
    where = {"host": endpoint["Address"], "port": endpoint["Port"], "dbname": "shop"}
    who = {"user": "shop_admin", "password": password}
    return psycopg.connect(**(where | who | settings), autocommit=True)


def show(rds: Any, name: str, setting: str) -> str:
    with connect(rds, name) as connection:
        return connection.execute(f"show {setting}").fetchone()[0]


def set_parameter(rds: Any, group: str, name: str, value: str, method: str) -> None:
    change = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
    rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[change])


def parameters(rds: Any, group: str, **selection: str) -> dict[str, dict[str, Any]]:
    pages = rds.get_paginator("describe_db_parameters").paginate(
        DBParameterGroupName=group, **selection
    )
    return {shape["ParameterName"]: shape for page in pages for shape in page["Parameters"]}


def refused(operation: Callable[..., Any], **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        operation(**request)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)
