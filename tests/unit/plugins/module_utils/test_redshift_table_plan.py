from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_table_model import (
    PRIMARY_KEY,
    Column,
    Constraint,
    Table,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_table_plan import (
    plan_drop,
    plan_table,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_types import (
    parse_type,
)
from hypothesis import given
from hypothesis import strategies as st

NAMES = ("a", "b", "c", "d")
columns = st.builds(
    Column,
    st.sampled_from(NAMES),
    st.sampled_from(["bigint", "varchar(10)", "varchar(20)", "date"]).map(parse_type),
    st.sampled_from([None, True]),
)


@st.composite
def tables(draw):
    chosen = draw(st.lists(columns, min_size=1, unique_by=lambda column: column.name))
    names = [column.name for column in chosen]
    key = draw(st.none() | st.sampled_from(names))
    style = "key" if key else draw(st.sampled_from([None, "all", "even", "auto"]))
    sort = draw(st.none() | st.lists(st.sampled_from(names), unique=True).map(tuple))
    primary = draw(st.lists(st.sampled_from(names), unique=True, max_size=2).map(tuple))
    return Table("s", "t", tuple(chosen), primary, style, key, sort)


def existing(table: Table) -> Table:
    """As the catalog tells a table: every column says whether it may be null."""
    told = tuple(replace(column, nullable=column.nullable is not False) for column in table.columns)
    constraints = (Constraint("t_pkey", PRIMARY_KEY, table.primary_key),) * bool(table.primary_key)
    return replace(
        table, columns=told, dist_style=table.dist_style or "auto", constraints=constraints
    )


@given(tables(), tables(), st.booleans())
def test_nothing_is_left_to_do_after_a_plan(wanted, other, purge):
    plan = plan_table(wanted, existing(other), purge)
    if not plan.problems:
        assert plan.result is not None
        assert plan_table(wanted, existing(plan.result), purge).statements == []


@given(tables())
def test_nothing_is_left_to_do_after_a_creation(wanted):
    assert plan_table(wanted, existing(wanted)).statements == []


@given(tables(), tables())
def test_no_row_and_no_column_is_lost_unasked(wanted, other):
    plan = plan_table(wanted, existing(other))
    assert not any("DROP COLUMN" in sql for sql in plan.statements)
    assert {column.name for column in other.columns} <= {
        column.name for column in plan.result.columns
    }


def table(**columns: str) -> Table:
    return Table("s", "t", tuple(Column(name, parse_type(of)) for name, of in columns.items()))


def test_widening_is_not_part_of_a_transaction():
    plan = plan_table(table(a="varchar(20)", b="int"), existing(table(a="varchar(10)")))
    assert plan.together == ['ALTER TABLE "s"."t" ADD COLUMN "b" INTEGER']
    assert plan.alone == ['ALTER TABLE "s"."t" ALTER COLUMN "a" TYPE VARCHAR(20)']


def test_a_column_of_the_key_is_not_widened():
    wanted = replace(table(a="varchar(20)"), primary_key=("a",))
    [problem] = plan_table(wanted, existing(table(a="varchar(10)"))).problems
    assert "is in the primary key, so Redshift can't widen it" in problem


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"encode": "text255"}, "is encoded as text255, so Redshift can't widen it"),
        ({"default": "'x'"}, "has a default, so Redshift can't widen it"),
    ],
)
def test_a_column_that_redshift_does_not_widen_is_refused(changed, why):
    current = existing(table(a="varchar(10)"))
    current = replace(current, columns=(replace(current.columns[0], **changed),))
    [problem] = plan_table(table(a="varchar(20)"), current).problems
    assert why in problem


UNIQUE = Constraint("t_a_b_key", "UNIQUE", ("a", "b"))


def test_a_column_of_a_constraint_is_neither_widened_nor_dropped():
    current = replace(existing(table(a="varchar(10)", b="int")), constraints=(UNIQUE,))
    problems = plan_table(table(a="varchar(20)"), current, purge_columns=True).problems
    assert ["is in UNIQUE t_a_b_key" in problems[0], "can't be dropped" in problems[1]] == [
        True,
        True,
    ]


def test_a_column_leaves_a_primary_key_before_it_is_dropped_or_widened():
    key = Constraint("t_pkey", "PRIMARY KEY", ("a", "b"))
    current = existing(table(a="varchar(10)", b="int", c="int"))
    current = replace(current, primary_key=("a", "b"), constraints=(key,))
    wanted = replace(table(a="varchar(20)", c="int"), primary_key=("c",))
    plan = plan_table(wanted, current, purge_columns=True)
    assert plan.problems == []
    assert plan.statements == [
        'ALTER TABLE "s"."t" DROP CONSTRAINT "t_pkey"',
        'ALTER TABLE "s"."t" DROP COLUMN "b"',
        'ALTER TABLE "s"."t" ADD PRIMARY KEY ("c")',
        'ALTER TABLE "s"."t" ALTER COLUMN "a" TYPE VARCHAR(20)',
    ]


def test_a_key_column_is_not_dropped():
    current = replace(existing(table(a="int", b="int")), dist_style="key", dist_key="b")
    [problem] = plan_table(table(a="int"), current, purge_columns=True).problems
    assert "give the table another key first" in problem


def test_dropping_what_is_not_there_is_nothing():
    assert plan_drop(None).statements == []
