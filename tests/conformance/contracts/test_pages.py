"""Lists come in pages: of the size asked for, each entry once, and only with tokens of their own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import DataNotFoundError

from tests.conformance.contracts import requests
from tests.conformance.contracts.services import CONTRACTS, SERVED, missing_faults, model_of
from tests.sandbox.dms_tools import account_roles, subnets

LOADER = botocore.session.get_session().get_component("data_loader")
GARBAGE = "no-token-of-this-service"
# Codes that services have for tokens, beside the one for all that is invalid
OF_TOKENS = {"InvalidInputException", "InvalidPaginationException", "InvalidToken"}


def paginators(service: str) -> dict[str, Any]:
    try:
        return dict(LOADER.load_service_model(service, "paginators-1")["pagination"])
    except DataNotFoundError:
        return {}


PAGED = [
    (service, operation)
    for service in CONTRACTS
    for operation in paginators(service)
    if (service, operation) in SERVED
]


@pytest.mark.parametrize(("service", "operation"), PAGED)
def test_a_token_that_the_service_did_not_give_is_refused(ask, excused, service, operation):
    if excused(f"{service}:{operation}"):
        pytest.skip("exceptions.yml says why")
    model = model_of(service, operation)
    token = paginators(service)[operation]["input_token"]
    answer = ask(service, operation, requests.least(model.input_shape) | {token: GARBAGE})
    if answer.code in missing_faults(service, operation):
        pytest.skip("looks for what is listed before it looks at the token")
    declared = {shape.name for shape in model.error_shapes}
    allowed = OF_TOKENS & declared | {CONTRACTS[service].constraint}
    assert answer.status == 400
    assert answer.code in allowed, answer.parsed.get("Error")


def _namespaces(aws: Any, names: list[str]) -> None:
    for name in names:
        aws("redshift-serverless").create_namespace(namespaceName=name)


def _schedule_groups(aws: Any, names: list[str]) -> None:
    for name in names:
        aws("scheduler").create_schedule_group(Name=name)


def _databases(aws: Any, names: list[str]) -> None:
    for name in names:
        aws("glue").create_database(DatabaseInput={"Name": name})


def _parameter_groups(aws: Any, names: list[str]) -> None:
    for name in names:
        aws("rds").create_db_parameter_group(
            DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description="d"
        )


def _workgroups(aws: Any, names: list[str]) -> None:
    for name in names:
        aws("athena").create_work_group(Name=name)


def _subnet_groups(aws: Any, names: list[str]) -> None:
    account_roles(aws)
    for name in names:
        aws("dms").create_replication_subnet_group(
            ReplicationSubnetGroupIdentifier=name,
            ReplicationSubnetGroupDescription="d",
            SubnetIds=subnets(aws),
        )


# service, operation, the key of an entry's name, the size of a page, and how entries are made
LISTS = [
    ("redshift-serverless", "list_namespaces", "namespaceName", 1, _namespaces),
    ("scheduler", "list_schedule_groups", "Name", 1, _schedule_groups),
    ("glue", "get_databases", "Name", 1, _databases),
    ("rds", "describe_db_parameter_groups", "DBParameterGroupName", 20, _parameter_groups),
    ("athena", "list_work_groups", "Name", 1, _workgroups),
    (
        "dms",
        "describe_replication_subnet_groups",
        "ReplicationSubnetGroupIdentifier",
        20,
        _subnet_groups,
    ),
]


@pytest.mark.parametrize(
    ("service", "operation", "key", "size", "make"), LISTS, ids=[each[1] for each in LISTS]
)
def test_pages_are_as_large_as_asked_for_and_have_each_entry_once(
    aws, service, operation, key, size, make
):
    client = aws(service)
    prefix = f"page{uuid.uuid4().hex[:8]}"
    names = [f"{prefix}-{number:02}" for number in range(size + 2)]
    make(aws, names)
    if client.can_paginate(operation):
        pages = client.get_paginator(operation).paginate(PaginationConfig={"PageSize": size})
    else:
        pages = _turned(getattr(client, operation), size)
    seen: list[str] = []
    for page in pages:
        entries = next(value for value in page.values() if isinstance(value, list))
        assert len(entries) <= size
        seen += [entry[key] for entry in entries]
    assert [name for name in seen if name.startswith(prefix)] == names
    assert len(seen) == len(set(seen))


def _turned(call: Callable[..., dict[str, Any]], size: int) -> Any:
    token: dict[str, str] = {}
    while True:
        page = call(MaxResults=size, **token)
        yield page
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}
