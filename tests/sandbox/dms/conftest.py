"""What the tests of the control plane of DMS share."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.dms_tools import (
    MAPPINGS,
    QUICKLY,
    account_roles,
    create_source,
    create_target,
    instance,
    subnet_group,
)


@pytest.fixture(scope="package")
def dms(aws: Callable[..., Any]) -> Any:
    account_roles(aws)
    return aws("dms")


@pytest.fixture
def name() -> str:
    return f"t-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="package")
def group(aws: Callable[..., Any]) -> str:
    return subnet_group(aws, "dms-tests")


@pytest.fixture(scope="package")
def available(aws: Callable[..., Any], group: str) -> str:
    return instance(aws, "dms-tests", group)


@pytest.fixture(scope="package")
def bucket(aws: Callable[..., Any]) -> str:
    aws("s3").create_bucket(Bucket="dms-tests-landing")
    return "dms-tests-landing"


@pytest.fixture
def target(dms: Any, aws: Callable[..., Any], bucket: str, name: str) -> Iterator[str]:
    arn = create_target(dms, aws, bucket, f"{name}-landing")["EndpointArn"]
    yield arn
    dms.delete_endpoint(EndpointArn=arn)


@pytest.fixture
def source(dms: Any, name: str) -> Iterator[str]:
    arn = create_source(dms, f"{name}-source")["EndpointArn"]
    yield arn
    dms.delete_endpoint(EndpointArn=arn)


@pytest.fixture
def task_request(source: str, target: str, available: str, name: str) -> dict[str, Any]:
    return {
        "ReplicationTaskIdentifier": name,
        "SourceEndpointArn": source,
        "TargetEndpointArn": target,
        "ReplicationInstanceArn": available,
        "MigrationType": "full-load-and-cdc",
        "TableMappings": json.dumps(MAPPINGS),
    }


@pytest.fixture
def task(dms: Any, task_request: dict[str, Any]) -> Iterator[str]:
    arn = dms.create_replication_task(**task_request)["ReplicationTask"]["ReplicationTaskArn"]
    by_arn = [{"Name": "replication-task-arn", "Values": [arn]}]
    dms.get_waiter("replication_task_ready").wait(Filters=by_arn, WaiterConfig=QUICKLY)
    yield arn
    dms.delete_replication_task(ReplicationTaskArn=arn)
    dms.get_waiter("replication_task_deleted").wait(Filters=by_arn, WaiterConfig=QUICKLY)
