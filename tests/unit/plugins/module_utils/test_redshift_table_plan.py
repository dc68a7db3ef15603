from __future__ import annotations

from dataclasses import replace

from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_table_model import (
    Column,
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
    return Table("s", "t", tuple(chosen), (), style, key, sort)


def existing(table: Table) -> Table:
    """As the catalog tells a table: every column says whether it may be null."""
    told = tuple(replace(column, nullable=column.nullable is not False) for column in table.columns)
    return replace(table, columns=told, dist_style=table.dist_style or "auto")


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
    assert not any("DROP" in sql for sql in plan.statements)
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


def test_a_key_column_is_not_dropped():
    current = replace(existing(table(a="int", b="int")), dist_style="key", dist_key="b")
    [problem] = plan_table(table(a="int"), current, purge_columns=True).problems
    assert "give the table another key first" in problem


def test_dropping_what_is_not_there_is_nothing():
    assert plan_drop(None).statements == []
