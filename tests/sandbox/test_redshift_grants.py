"""Users, roles, groups, and what their grants let them see."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.sandbox.redshift_tools import DATABASE, Desk, opened

ORDERS = """
    create table {schema}.orders (
        order_id bigint not null encode az64, user_id bigint, email varchar(320),
        total_amount numeric(12,2), primary key (order_id)
    ) diststyle key distkey (order_id) sortkey (order_id)
"""
ROWS = "insert into {schema}.orders values (1, 7, 'a@x', 3.5), (2, 8, 'b@x', 4)"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("grants")) as desk:
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema with a table orders of two rows."""
    name = desk.schema()
    desk.run(ORDERS.format(schema=name), ROWS.format(schema=name))
    return name


def grant_columns(desk: Desk, schema: str, role: str, user: str) -> None:
    desk.run(
        f'create user "{user}" password disable',
        f"create role {role}",
        f"grant usage on schema {schema} to role {role}",
        f"grant select (order_id, user_id, total_amount) on {schema}.orders to role {role}",
        f'grant role {role} to "{user}"',
    )


def test_a_reader_of_some_columns_sees_just_these(desk: Desk, schema: str) -> None:
    user = f"IAMR:analyst-{schema}"
    grant_columns(desk, schema, f"reader_{schema}", user)
    for star in ("*", "o.*"):
        (result,) = desk.run(f"select {star} from {schema}.orders o order by order_id", user=user)
        labels = [column.label for column in result.columns or []]
        assert labels == ["order_id", "user_id", "total_amount"]
        assert result.rows == [(1, 7, Decimal("3.50")), (2, 8, Decimal("4.00"))]
    assert desk.rows(f"select count(*) from {schema}.orders", user=user) == [(2,)]
    for forbidden in (
        "select email from {}.orders",
        "delete from {}.orders",
        "select o from {}.orders o",
    ):
        error = desk.error(forbidden.format(schema), user=user)
        assert (error.sqlstate, error.message) == ("42501", "permission denied for relation orders")


def test_a_stranger_is_made_on_first_use_and_sees_nothing(desk: Desk, schema: str) -> None:
    user = f"IAM:{schema}"
    assert desk.value("select current_user", user=user) == user
    error = desk.error(f"select * from {schema}.orders", user=user)
    assert error.message == f"permission denied for schema {schema}"
    assert desk.rows(
        "select usesuper, usecreatedb from pg_user where usename = current_user", user=user
    ) == [(False, False)]


def test_a_view_is_not_narrowed_for_who_has_only_columns(desk: Desk, schema: str) -> None:
    user = f"IAMR:viewer-{schema}"
    grant_columns(desk, schema, f"viewer_{schema}", user)
    desk.run(f"grant create on schema {schema} to role viewer_{schema}")
    error = desk.error(f"create view {schema}.mine as select * from {schema}.orders", user=user)
    assert error.message == "permission denied for relation orders"
    desk.run(f"create view {schema}.mine as select order_id from {schema}.orders", user=user)


def test_a_view_is_made_of_what_its_maker_may_read(desk: Desk, schema: str) -> None:
    user = f"IAMR:maker-{schema}"
    grant_columns(desk, schema, f"maker_{schema}", user)
    desk.run(
        f"grant create on schema {schema} to role maker_{schema}",
        f"create table {schema}.other (id int)",
        f"create view {schema}.shown as select id from {schema}.other",
        f"grant select on {schema}.shown to role maker_{schema}",
    )
    made = f"create or replace view {schema}.mine as"
    for query in (
        f"select email as mail from {schema}.orders",
        f"select id from {schema}.other",
        f"with o as (select id from {schema}.other) select * from o",
    ):
        assert desk.error(f"{made} {query}", user=user).sqlstate == "42501"
    desk.run(f"{made} select id from {schema}.shown", user=user)
    # a view that is bound late asks when it is queried
    late = f"create view {schema}.late as select id from {schema}.other with no schema binding"
    desk.run(late, user=user)
    assert desk.error(f"select * from {schema}.late", user=user).sqlstate == "42501"


def test_a_table_grant_needs_the_column_grants_gone(desk: Desk, schema: str) -> None:
    role, user = f"wide_{schema}", f"IAMR:wide-{schema}"
    grant_columns(desk, schema, role, user)
    assert desk.error(f"grant select on {schema}.orders to role {role}").sqlstate == "0LP01"
    desk.run(f"revoke select on {schema}.orders from role {role}")
    assert desk.error(f"select order_id from {schema}.orders", user=user).sqlstate == "42501"
    desk.run(f"grant select on {schema}.orders to role {role}")
    assert len(desk.rows(f"select * from {schema}.orders", user=user)[0]) == 4


def test_grants_are_shown_with_their_principals(desk: Desk, schema: str) -> None:
    role, user = f"shown_{schema}", f"IAMR:shown-{schema}"
    grant_columns(desk, schema, role, user)
    desk.run(f"grant insert on {schema}.orders to role {role}")
    where = f"where namespace_name = '{schema}'"
    assert desk.rows(
        f"select column_name, identity_name, identity_type from svv_column_privileges {where} order by 1"
    ) == [(name, role, "role") for name in ("order_id", "total_amount", "user_id")]
    assert desk.rows(
        f"select privilege_type, identity_name, identity_type from svv_relation_privileges {where}"
    ) == [("INSERT", role, "role")]
    assert desk.rows(
        f"select privilege_type, identity_name from svv_schema_privileges {where}"
    ) == [("USAGE", role)]
    assert desk.rows(f"select user_name from svv_user_grants where role_name = '{role}'") == [
        (user,)
    ]
    assert (role,) in desk.rows("select role_name from svv_roles")


def test_a_role_and_a_user_may_share_a_name(desk: Desk, schema: str) -> None:
    desk.run(f"create role {schema}", f"create user {schema} password 'Secret-123'")
    desk.run(f"grant role {schema} to {schema}", f"grant usage on schema {schema} to role {schema}")
    desk.run(f"drop user {schema}", f"drop role {schema} force")
    assert desk.error(f"drop role {schema}").message == f'role "{schema}" does not exist'


def test_a_role_that_is_granted_is_dropped_by_force_only(desk: Desk, schema: str) -> None:
    grant_columns(desk, schema, f"kept_{schema}", f"IAMR:kept-{schema}")
    assert desk.error(f"drop role kept_{schema}").sqlstate == "2BP01"
    desk.run(f"drop role kept_{schema} force")


def test_groups_and_default_privileges_give_access_to_later_tables(desk: Desk, schema: str) -> None:
    user = f"member_{schema}"
    desk.run(
        f"create user {user} password disable",
        f"create group {user} with user {user}",
        f"grant usage on schema {schema} to group {user}",
        f"alter default privileges in schema {schema} grant select on tables to group {user}",
        f"create table {schema}.later (a int)",
    )
    assert desk.rows(f"select * from {schema}.later", user=user) == []
    assert desk.error(f"select * from {schema}.orders", user=user).sqlstate == "42501"


def test_users_need_a_good_password(desk: Desk) -> None:
    for clause in ("", "password 'short'", "password 'alllowercase1'", "password 'NoNumbersHere'"):
        assert desk.error(f"create user weak {clause}").sqlstate in {"42601", "22023"}


def test_temporary_tables_can_be_forbidden(desk: Desk, schema: str) -> None:
    user = f"IAMR:temp-{schema}"
    desk.run("create temp table t (a int)", user=user)
    desk.run(f"revoke temp on database {DATABASE} from public")
    try:
        assert desk.error("create temp table t (a int)", user=user).sqlstate == "42501"
        desk.run(f'grant temp on database {DATABASE} to "{user}"')
        desk.run("create temp table t (a int)", user=user)
    finally:
        desk.run(f"grant temp on database {DATABASE} to public")


def test_only_superusers_make_principals(desk: Desk, schema: str) -> None:
    for statement in ("create role r", "create user u password disable", "create database d"):
        error = desk.error(statement, user=f"IAM:{schema}", transaction=False)
        assert error.sqlstate == "42501", statement


def test_a_long_user_name_works(desk: Desk) -> None:
    user = "IAMR:" + "a" * 64
    desk.run(f'create user "{user}" password disable', f'grant create on schema public to "{user}"')
    assert desk.run("select 1", user=user)[0].rows == [(1,)]


def test_a_database_user_has_its_own_password(desk: Desk, schema: str) -> None:
    desk.run(f"create user {schema} password 'Secret-123'")
    assert desk.warehouse.accepts(schema, "Secret-123")
    assert not desk.warehouse.accepts(schema, "Secret-124")
    desk.run(f"alter user {schema} password disable")
    assert not desk.warehouse.accepts(schema, "Secret-123")
    assert not desk.warehouse.accepts("nobody", "Secret-123")
