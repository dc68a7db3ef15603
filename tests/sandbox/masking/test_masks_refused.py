"""What masking refuses, what masks our policies are made of, and what is open without any."""

from __future__ import annotations

import hashlib

import pytest

from tests.sandbox.masking.cards import CARD, attach
from tests.sandbox.redshift_tools import DATABASE, Desk


@pytest.mark.parametrize(
    ("statement", "sqlstate"),
    [
        ("create masking policy {0}_full with (a int) using (1)", "42710"),
        ("create masking policy {0}_x with (a int) using (b)", "42703"),
        ("create masking policy {0}_x with (a int) using ((select 1))", "0A000"),
        ("attach masking policy {0}_gone on {0}.cards (note) to public", "42704"),
        ("attach masking policy {0}_full on {0}.gone (note) to public", "42P01"),
        ("attach masking policy {0}_full on {0}.cards (gone) to public", "42703"),
        ("attach masking policy {0}_full on {0}.cards (customer_id) to public", "42804"),
        ("attach masking policy {0}_full on {0}.cards (note, credit_card) to public", "42601"),
        ("attach masking policy {0}_long on {0}.cards (note) to public priority 3", "42804"),
        ("attach masking policy {0}_full on {0}.view (note) to public", "0A000"),
        ("detach masking policy {0}_full on {0}.cards (note) from public", "42704"),
        ("drop masking policy {0}_raw", "2BP01"),
        ("alter masking policy {0}_raw using (1)", "42804"),
        ("alter table {0}.cards drop column credit_card", "2BP01"),
        ("alter table {0}.cards rename column credit_card to x", "2BP01"),
        ("drop user analytics_user", "2BP01"),
    ],
)
def test_what_is_refused(desk: Desk, schema: str, statement: str, sqlstate: str) -> None:
    desk.run(
        f"create masking policy {schema}_long with (a varchar(40)) using (a::varchar(41))",
        f"create view {schema}.view as select note from {schema}.cards",
        attach(schema, "raw", "analytics_user"),
    )
    error = desk.error(statement.format(schema), transaction=False)
    assert (error.sqlstate, error.message) == (sqlstate, error.message)
    assert desk.error(statement.format(schema), user="regular_user", transaction=False)
    desk.run(f"drop masking policy if exists {schema}_raw cascade")


def test_a_dropped_table_leaves_nothing(desk: Desk, schema: str) -> None:
    desk.run(
        attach(schema, "full", "public"),
        f"create rls policy {schema}_none using (false)",
        f"attach rls policy {schema}_none on {schema}.cards to regular_user",
        f"drop table {schema}.cards",
        f"drop masking policy {schema}_full",
        f"drop rls policy {schema}_none",
    )


@pytest.mark.parametrize("behaviour", ["", "restrict", "cascade"])
@pytest.mark.parametrize(
    "policy", ["masking policy {0}_by with (a text)", "rls policy {0}_by with (a text) as t"]
)
def test_no_policy_loses_its_function(desk: Desk, schema: str, policy: str, behaviour: str) -> None:
    desk.run(
        f"create function {schema}.f_same(text) returns text immutable as"
        " $$ select $1 $$ language sql",
        f"create {policy.format(schema)} using ({schema}.F_Same(a) = 'a')",
    )
    error = desk.error(f"drop function {schema}.f_same(text) {behaviour}")
    assert error.sqlstate == "2BP01"
    assert f'policy "{schema}_by" depends on it' in error.message
    desk.run(
        f"drop {policy.split(' with', maxsplit=1)[0].format(schema)}",
        f"drop function {schema}.f_same(text) {behaviour}",
    )


def test_a_mask_that_does_not_fit_is_no_mask(desk: Desk, schema: str) -> None:
    desk.run(attach(schema, "hash", "regular_user", "note"))
    error = desk.error(f"select note from {schema}.cards", user="regular_user")
    assert error.message == "value too long for type character varying(40)"


MASKS = [
    ("note", "varchar(40)", "left(v, 1) || '***' || right(v, 1)", "a***r"),
    ("note", "varchar(40)", "case when strpos(v, '@') > 1 then left(v, 1) || '***' || substring(v, strpos(v, '@')) else '***' end", "a***@x.fr"),
    ("note", "varchar(40)", "'***@' || split_part(v, '@', 2)", "***@x.fr"),
    ("note", "varchar(40)", "regexp_replace(v, '^[^@]*', '***')", "***@x.fr"),
    ("note", "varchar(40)", "null::varchar(40)", None),
    ("customer_id", "integer", "null::integer", None),
    ("is_fraud", "boolean", "null::boolean", None),
    ("note", "varchar(40)", "sha2(v, 256)::varchar(40)", hashlib.sha256(b"a@x.fr").hexdigest()[:40]),
]  # fmt: skip


@pytest.mark.parametrize(("column", "kind", "expression", "value"), MASKS)
def test_masks_of_every_form(
    desk: Desk, schema: str, column: str, kind: str, expression: str, value: str | None
) -> None:
    """What access policies are written in: hash, partial and null."""
    desk.run(
        f"create masking policy {schema}_mask with (v {kind}) using ({expression})",
        attach(schema, "mask", "regular_user", column),
    )
    found = f"select {column} from {schema}.cards where credit_card = '{CARD}'"
    assert desk.value(found, "regular_user") == value
    described = desk.run(found, user="regular_user")[0].columns
    plain = desk.run(found)[0].columns
    assert described is not None
    assert plain is not None
    assert (described[0].type_name, described[0].length) == (plain[0].type_name, plain[0].length)


def test_nothing_is_open_by_itself(desk: Desk, schema: str) -> None:
    """A new table opens nothing, and what is revoked from PUBLIC is gone."""
    desk.run(f"create table {schema}.new (a int)")
    assert desk.error(f"select * from {schema}.new", user="regular_user").sqlstate == "42501"
    desk.run(f"revoke temp on database {DATABASE} from public")
    try:
        assert desk.error("create temp table mine (a int)", user="regular_user").sqlstate == "42501"
        assert (
            desk.error(f"select * into temp t from {schema}.cards", user="regular_user").sqlstate
            == "42501"
        )
    finally:
        desk.run(f"grant temp on database {DATABASE} to public")
    for escape in (
        "set session authorization admin",
        "set role admin",
        "set role none",
        "reset session authorization",
    ):
        assert desk.error(escape, user="regular_user")
