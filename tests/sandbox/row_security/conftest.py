"""A warehouse with users, roles and policies of rows, and a schema a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.redshift_tools import Bucket, BucketStorage, Desk, opened
from tests.sandbox.row_security.category import CATEGORY, CONCERTS, FILLED, NBA, SPORTS


@pytest.fixture(scope="module")
def bucket(aws: Callable[..., Any]) -> Bucket:
    return Bucket(aws("s3"))


@pytest.fixture(scope="module")
def desk(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("rows"), BucketStorage(bucket.s3)) as desk:
        desk.run(
            "create user bob password disable",
            "create user alice password disable",
            "create user joe password disable",
            "create role analyst",
            "create role consumer",
            "grant role sys:secadmin to bob",
            "grant role analyst to alice",
            "grant role consumer to joe",
            *(CONCERTS, SPORTS, NBA),
        )
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema of the documentation's table, which everybody may read and change."""
    name = desk.schema()
    desk.run(
        CATEGORY.format(schema=name),
        FILLED.format(schema=name),
        f"grant usage on schema {name} to public",
        f"grant select, insert, update, delete on {name}.category to public",
    )
    return name
