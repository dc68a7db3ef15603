"""A desk for procedures: three users, and a table of one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.redshift_tools import Desk, opened


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("procedures")) as desk:
        for user in ("ann", "bob", "cleo"):
            desk.run(f"create user {user} password 'Password1'")
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema with a table t that ann owns; bob may use the schema."""
    name = desk.schema()
    desk.run(
        f"grant usage, create on schema {name} to ann",
        f"grant usage on schema {name} to bob, cleo",
    )
    desk.run(
        f"create table {name}.t (id int, secret varchar(10))",
        f"insert into {name}.t values (1, 'x'), (2, 'y')",
        user="ann",
    )
    return name
