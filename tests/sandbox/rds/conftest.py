"""A client of RDS, an instance to share, and names for instances of one test's own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.rds.client import create, remove, status, wait


@pytest.fixture(scope="package")
def rds(aws: Callable[..., Any]) -> Any:
    return aws("rds")


@pytest.fixture(scope="package")
def shop(rds: Any) -> Iterator[str]:
    """An instance that the tests of this file share, with a parameter group of its own."""
    name = "rds-shop"
    rds.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description="shop"
    )
    create(rds, name, DBParameterGroupName=name)
    wait(rds, name)
    yield name
    remove(rds, name)
    rds.delete_db_parameter_group(DBParameterGroupName=name)


@pytest.fixture
def new_name(rds: Any) -> Iterator[str]:
    """A name for an instance that is deleted after the test."""
    name = f"rds-{uuid.uuid4().hex[:8]}"
    yield name
    if status(rds, name) not in (None, "deleting"):
        remove(rds, name)
