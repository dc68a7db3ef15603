"""MERGE, as Redshift has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.redshift_tools import Desk, opened, schema_of_orders


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("merge")) as desk:
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    return schema_of_orders(desk)


@pytest.fixture
def changes(desk: Desk, schema: str) -> str:
    """A schema with orders and a table of changes to it."""
    desk.run(
        f"create table {schema}.changes (like {schema}.orders)",
        f"insert into {schema}.changes values (2, 80, 'new@x', 5), (3, 9, 'c@x', 6)",
    )
    return schema


MERGE = """
    merge into {schema}.orders using {schema}.changes s on {schema}.orders.order_id = s.order_id
    when matched then update set user_id = s.user_id, email = s.email
    when not matched then insert (order_id, user_id, email) values (s.order_id, s.user_id, s.email)
"""


def test_merge_updates_and_inserts(desk: Desk, changes: str) -> None:
    (result,) = desk.run(MERGE.format(schema=changes))
    assert result.row_count == 2
    assert desk.rows(f"select order_id, user_id, email from {changes}.orders order by 1") == [
        (1, 7, "a@x"),
        (2, 80, "new@x"),
        (3, 9, "c@x"),
    ]


def test_merge_takes_a_condition_in_parentheses(desk: Desk, changes: str) -> None:
    condition = "{schema}.orders.order_id = s.order_id"
    assert condition in MERGE
    desk.run(MERGE.replace(condition, f"(({condition}) and (1 = 1))").format(schema=changes))
    assert desk.value(f"select email from {changes}.orders where order_id = 2") == "new@x"
    unequal = MERGE.replace(condition, f"({condition} or 1 = 1)").format(schema=changes)
    assert desk.error(unequal).sqlstate == "0A000"


def test_merge_refuses_two_sources_for_one_row(desk: Desk, changes: str) -> None:
    desk.run(f"insert into {changes}.changes values (2, 81, 'again@x', 5)")
    error = desk.error(MERGE.format(schema=changes))
    assert error.message == "Found multiple matches to update the same tuple."


def test_merge_refuses_a_view(desk: Desk, changes: str) -> None:
    desk.run(f"create view {changes}.seen as select * from {changes}.changes")
    error = desk.error(MERGE.format(schema=changes).replace(".changes s", ".seen s"))
    assert error.sqlstate == "42809"


def test_merge_removes_duplicates(desk: Desk, changes: str) -> None:
    desk.run(
        f"insert into {changes}.changes values (3, 9, 'c@x', 6)",
        f"merge into {changes}.orders using {changes}.changes"
        " on orders.order_id = changes.order_id remove duplicates",
    )
    assert desk.rows(f"select order_id, email from {changes}.orders order by 1") == [
        (1, "a@x"),
        (2, "new@x"),
        (3, "c@x"),
    ]
