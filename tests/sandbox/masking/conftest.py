"""A warehouse with users and roles, and a schema a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.masking.cards import CARD, POLICIES
from tests.sandbox.redshift_tools import Bucket, BucketStorage, Desk, opened


@pytest.fixture(scope="module")
def bucket(aws: Callable[..., Any]) -> Bucket:
    return Bucket(aws("s3"))


@pytest.fixture(scope="module")
def desk(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("masks"), BucketStorage(bucket.s3)) as desk:
        desk.run(
            "create user regular_user password 'Right-12345'",
            "create user analytics_user password disable",
            "create user bob password disable",
            "grant role sys:secadmin to bob",
            "create role analytics_role",
            "create role auditor_role",
            "grant role analytics_role to analytics_user",
        )
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema of the documentation's table, with policies that have its name before theirs."""
    name = desk.schema()
    desk.run(
        f"create table {name}.cards (customer_id int, credit_card text, is_fraud boolean, note varchar(40))",
        f"""insert into {name}.cards values (100, '{CARD}', false, 'a@x.fr'),
            (101, '6011378662059710', true, 'b@y.de'), (102, null, null, null)""",
        f"grant usage on schema {name} to public",
        f"grant select on {name}.cards to public",
        *(each.strip() for each in POLICIES.format(name).split(";")),
    )
    return name
