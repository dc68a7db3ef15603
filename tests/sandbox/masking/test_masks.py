"""Dynamic data masking: who sees which values, wherever a query names the column.

The outcomes are those of the Redshift documentation's examples and considerations:
https://docs.aws.amazon.com/redshift/latest/dg/ddm-example.html
https://docs.aws.amazon.com/redshift/latest/dg/t_ddm-hierarchy.html
https://docs.aws.amazon.com/redshift/latest/dg/t_ddm-conditional.html
https://docs.aws.amazon.com/redshift/latest/dg/t_ddm-considerations.html
"""

from __future__ import annotations

import hashlib
import io
import json

import psycopg
import pyarrow.parquet as pq
import pytest

from tests.sandbox.masking.cards import CARD, HIDDEN, PARTIAL, attach, card
from tests.sandbox.redshift_tools import DATABASE, Bucket, Desk


def test_the_example_of_the_documentation(desk: Desk, schema: str) -> None:
    desk.run(attach(schema, "full", "public"), user="bob")
    desk.run(attach(schema, "partial", "role analytics_role priority 10"), user="bob")
    assert card(desk, schema, "regular_user") == HIDDEN
    assert card(desk, schema, "analytics_user") == PARTIAL
    seen = f"""select table_name, grantee, grantee_type, priority, input_columns, output_columns
               from svv_attached_masking_policy where schema_name = '{schema}' order by priority"""
    assert desk.rows(seen, user="bob") == [
        ("cards", "public", "public", 0, '["credit_card"]', '["credit_card"]'),
        ("cards", "analytics_role", "role", 10, '["credit_card"]', '["credit_card"]'),
    ]
    assert desk.rows(seen, user="analytics_user") == []
    desk.run(f"alter masking policy {schema}_full using ('00000000000000'::text)", user="bob")
    assert card(desk, schema, "regular_user") == "00000000000000"
    desk.run(
        f"detach masking policy {schema}_full on {schema}.cards (credit_card) from public",
        f"detach masking policy {schema}_partial on {schema}.cards(credit_card) from role analytics_role",
        f"drop masking policy {schema}_full",
        f"drop masking policy {schema}_partial",
        user="bob",
    )
    assert card(desk, schema, "regular_user") == CARD


def test_a_mask_is_for_whom_it_is_attached_to(desk: Desk, schema: str) -> None:
    desk.run(attach(schema, "hash", "regular_user"))
    assert card(desk, schema, "regular_user") == hashlib.sha256(CARD.encode()).hexdigest()
    assert card(desk, schema, "analytics_user") == CARD
    assert card(desk, schema, "admin") == CARD
    desk.run(attach(schema, "full", "admin priority 1"))
    assert card(desk, schema, "admin") == HIDDEN  # superusers too


def test_the_highest_priority_wins_for_each_column(desk: Desk, schema: str) -> None:
    desk.run(
        "grant role auditor_role to analytics_user",
        attach(schema, "hash", "role analytics_role priority 20"),
        attach(schema, "full", "role auditor_role priority 30"),
        attach(schema, "full", "role analytics_role priority 5", "note"),
    )
    assert card(desk, schema, "analytics_user") == HIDDEN
    desk.run("revoke role auditor_role from analytics_user")
    assert card(desk, schema, "analytics_user") == hashlib.sha256(CARD.encode()).hexdigest()
    assert desk.value(f"select max(note) from {schema}.cards", "analytics_user") == HIDDEN
    for again in (
        attach(schema, "raw", "role analytics_role priority 7"),  # the same role
        attach(schema, "raw", "regular_user priority 30"),  # the same priority
    ):
        assert desk.error(again).sqlstate == "42710"
    desk.run(attach(schema, "full", "regular_user priority 30"))  # the same policy too
    assert card(desk, schema, "regular_user") == HIDDEN


def test_a_mask_may_depend_on_other_columns(desk: Desk, schema: str) -> None:
    desk.run(
        f"""create masking policy {schema}_conditional with (is_fraud boolean, pii varchar(256))
            using (case when is_fraud then pii else null::varchar end)""",
        f"""attach masking policy {schema}_conditional on {schema}.cards (credit_card)
            using (is_fraud, credit_card) to public""",
    )
    found = f"select credit_card from {schema}.cards order by customer_id"
    assert desk.rows(found, user="regular_user") == [(None,), ("6011378662059710",), (None,)]
    shown = f"select input_columns, policy_expression from svv_masking_policy where policy_name = '{schema}_hash'"
    ((inputs, expression),) = desk.rows(shown)
    assert json.loads(inputs) == [{"colname": "value", "type": "character varying(256)"}]
    assert json.loads(expression) == [{"expr": 'sha2("masked_table"."value", 256)', "type": "text"}]


@pytest.mark.parametrize(
    "query",
    [
        "select count(*) from {0}.cards where credit_card = '{1}'",
        "select count(*) from {0}.cards c where exists (select 1 from {0}.cards d where d.credit_card = '{1}')",
        "select count(*) from {0}.cards a join {0}.cards b on a.credit_card = '{1}' and b.note is null",
        "select count(*) from (select credit_card from {0}.cards group by 1) as x where credit_card = '{1}'",
        "select count(*) from (select credit_card as c from {0}.cards order by credit_card) x where c = '{1}'",
        "with cards as (select * from {0}.cards) select count(*) from cards where credit_card = '{1}'",
        "select count(*) from {0}.cards as c(a, b) where b = '{1}'",
        "select count(*) from (select a.* from {0}.cards a, {0}.cards b) x where credit_card = '{1}'",
        "select count(*) from {0}.cards where credit_card in (select credit_card from {0}.cards where credit_card like '4532%')",
        "select sum((select count(*) from {0}.cards where credit_card = '{1}'))",
        "select count(*) from {0}.seen where credit_card = '{1}'",
        "select count(*) from {0}.above where credit_card = '{1}'",
        "select count(*) from {0}.cards where {0}.cards.credit_card = '{1}' or cards.credit_card = '{1}'",
        "select count(*) from {0}.later where credit_card = '{1}'",
    ],
)  # fmt: skip
def test_a_masked_value_is_found_nowhere(desk: Desk, schema: str, query: str) -> None:
    """Not by a condition, a join, a group, an order, a subquery, nor through a view."""
    desk.run(
        f"create view {schema}.seen as select c.*, 1 as one from {schema}.cards c where c.credit_card in ('{CARD}', '{HIDDEN}')",
        f"create view {schema}.above as select credit_card from {schema}.seen",
        f"alter table {schema}.cards add column added int",
        attach(schema, "full", "regular_user"),
        f"create or replace view {schema}.later as select * from {schema}.cards",
        f"grant select on {schema}.seen, {schema}.above, {schema}.later to public",
    )
    asked = query.format(schema, CARD)
    assert desk.value(asked, "admin") > 0
    assert not desk.value(asked, "regular_user")
    assert (
        desk.value(
            f"select count(*) from {schema}.seen where credit_card = '{HIDDEN}'", "regular_user"
        )
        == 3
    )
    assert desk.run(f"select * from {schema}.seen")[0].columns[-1].name == "one"  # type: ignore[index]
    desk.run(f"drop masking policy {schema}_full cascade")
    assert desk.value(asked, "regular_user") == desk.value(asked, "admin")


def test_copies_hold_the_mask(desk: Desk, bucket: Bucket, schema: str) -> None:
    desk.run(attach(schema, "partial", "regular_user"))
    unload = f"""unload ('select credit_card from {schema}.cards where customer_id = 100')
                 to '{bucket.url(schema)}/' iam_role default format as parquet"""
    rows = desk.rows(
        f"create temp table mine as select * from {schema}.cards",
        f"select customer_id, credit_card into temp mine2 from {schema}.cards",
        "create temp table mine3 (a text)",
        f"insert into mine3 select credit_card from {schema}.cards",
        unload,
        """select mine.credit_card, mine2.credit_card, a from mine join mine2 using (customer_id)
           join mine3 on a = mine.credit_card where customer_id = 100""",
        user="regular_user",
    )
    assert rows == [(PARTIAL, PARTIAL, PARTIAL)]
    body = bucket.s3.get_object(Bucket=bucket.name, Key=f"{schema}/0000_part_00.parquet")["Body"]
    assert pq.read_table(io.BytesIO(body.read())).to_pylist() == [{"credit_card": PARTIAL}]


def test_a_masked_reader_needs_the_column(desk: Desk, schema: str) -> None:
    """Columns, rows and masks are secured together."""
    desk.run(
        f"revoke select on {schema}.cards from public",
        f"grant select (customer_id, credit_card) on {schema}.cards to regular_user",
        attach(schema, "partial", "regular_user"),
        attach(schema, "full", "regular_user", "note"),
        f"create rls policy {schema}_fr with (note varchar(40)) using (note like '%.fr')",
        f"attach rls policy {schema}_fr on {schema}.cards to regular_user",
        f"alter table {schema}.cards row level security on",
    )
    assert desk.rows(f"select * from {schema}.cards", user="regular_user") == [(100, PARTIAL)]
    for column in ("note", "cards.note", "c.is_fraud"):
        alias = "c" if column.startswith("c.") else "cards"
        error = desk.error(f"select {column} from {schema}.cards {alias}", user="regular_user")
        assert (error.message, error.sqlstate) == ("permission denied for relation cards", "42501")
    assert desk.error(f"select x from {schema}.cards", user="regular_user").sqlstate == "42703"
    error = desk.error(f"select 1 from {schema}.cards", user="analytics_user")
    assert error.message == "permission denied for relation cards"


def test_who_is_masked_changes_nothing(desk: Desk, schema: str) -> None:
    """A change would tell what the mask hides; others change the table as ever."""
    desk.run(
        f"create table {schema}.other (customer_id int, credit_card text)",
        f"grant all on {schema}.cards, {schema}.other to public",
        attach(schema, "full", "regular_user"),
    )
    merge = f"""merge into {schema}.other using {schema}.cards on {schema}.other.customer_id = cards.customer_id
                when matched then update set credit_card = cards.credit_card
                when not matched then insert values (cards.customer_id, cards.credit_card)"""
    for statement in (
        f"update {schema}.cards set note = '' where credit_card = '{CARD}'",
        f"delete from {schema}.cards where credit_card = '{CARD}'",
        merge,
    ):
        assert desk.error(statement, user="regular_user").sqlstate == "0A000"
    desk.run(merge, user="analytics_user")
    assert (
        desk.value(f"select max(credit_card) from {schema}.other", "analytics_user")
        == "6011378662059710"
    )
    desk.run(f"delete from {schema}.other")
    desk.run(f"insert into {schema}.other values (100, '{HIDDEN}')", user="regular_user")
    using = (
        f"delete from {schema}.other using {schema}.cards c where c.credit_card = other.credit_card"
    )
    assert desk.run(using, user="regular_user")[0].row_count == 1
    setting = f"""update {schema}.other set credit_card = c.credit_card from {schema}.cards c
                  where c.customer_id = other.customer_id"""
    desk.run(f"insert into {schema}.other values (100, '')")
    desk.run(setting, user="regular_user")
    assert desk.value(f"select credit_card from {schema}.other") == HIDDEN


def test_a_mask_holds_on_the_wire(desk: Desk, schema: str) -> None:
    desk.run(attach(schema, "partial", "regular_user"))
    server = desk.warehouse.serve(
        "127.0.0.1", 0, desk.warehouse.accepts, lambda _user: desk.storage
    )
    try:
        with psycopg.connect(
            host="127.0.0.1", port=server.port, dbname=DATABASE, user="regular_user",
            password="Right-12345", sslmode="disable",
        ) as connection:  # fmt: skip
            found = connection.execute(
                f"select credit_card from {schema}.cards where customer_id = %s", (100,)
            )
            assert found.fetchall() == [(PARTIAL,)]
            connection.commit()
            # a statement that was prepared before learns of a new mask
            prepared = f"select {schema}.cards.note from {schema}.cards where customer_id = %s"
            asked = connection.execute(prepared, (100,), prepare=True)
            assert asked.fetchall() == [("a@x.fr",)]
            connection.commit()
            desk.run(attach(schema, "full", "regular_user", "note"))
            asked = connection.execute(prepared, (100,), prepare=True)
            assert asked.fetchall() == [(HIDDEN,)]
            with pytest.raises(psycopg.Error, match="EXPLAIN MASKING"):
                connection.execute(f"explain select * from {schema}.cards")
    finally:
        server.close()
