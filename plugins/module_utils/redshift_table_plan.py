# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes a table of Redshift as it is wanted: DDL, or why there is none.

https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .redshift_table_model import (
    FIXED_ENCODINGS,
    PRIMARY_KEY,
    Column,
    Table,
    listed,
    quoted,
)


@dataclass
class Plan:
    """The way from one table to another.

    current, result: the table as it is and as it will be, None for none. together: statements for
    one transaction. alone: statements that Redshift takes only outside of one, to be run after.
    problems: what can't be done.
    """

    current: Table | None
    result: Table | None
    together: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def statements(self) -> list[str]:
        return [*self.together, *self.alone]


def plan_table(wanted: Table, current: Table | None, purge_columns: bool = False) -> Plan:
    """Create the table, or change the one that is there."""
    if current is None:
        return Plan(None, wanted, together=[wanted.ddl()])
    plan = Plan(current, None)
    keyed = _without_key(wanted, current, plan)
    columns = _plan_columns(wanted, keyed, purge_columns, plan)
    keyed = _with_key(wanted, replace(keyed, columns=tuple(columns)), plan)
    plan.result = _plan_layout(wanted, keyed, plan)
    return plan


def plan_drop(current: Table | None) -> Plan:
    """Drop the table, if it is there."""
    if current is None:
        return Plan(None, None)
    return Plan(current, None, together=[f"DROP TABLE {current.sql}"])


def _without_key(wanted: Table, current: Table, plan: Plan) -> Table:
    """Drop a primary key of other columns: it would hold on to them."""
    if not wanted.primary_key or set(wanted.primary_key) == set(current.primary_key):
        return current
    kept = tuple(one for one in current.constraints if one.type != PRIMARY_KEY)
    for one in current.constraints:
        if one not in kept:
            plan.together.append(f"ALTER TABLE {wanted.sql} DROP CONSTRAINT {quoted(one.name)}")
    return replace(current, primary_key=(), constraints=kept)


def _with_key(wanted: Table, current: Table, plan: Plan) -> Table:
    """Add the primary key that isn't there."""
    if not wanted.primary_key or current.primary_key:
        return current
    key = listed(wanted.primary_key)
    plan.together.append(f"ALTER TABLE {wanted.sql} ADD PRIMARY KEY {key}")
    return replace(current, primary_key=wanted.primary_key)


def _plan_columns(wanted: Table, current: Table, purge: bool, plan: Plan) -> list[Column]:
    """Add what is missing, widen what may grow. Returns the columns as they will be."""
    columns = []
    for column in current.columns:
        target = wanted.column(column.name)
        if target is None and purge:
            if column.name in (current.dist_key, *(current.sort_key or ())):
                plan.problems.append(
                    f"{wanted.path}: column {column.name} distributes or sorts the table, so it"
                    " can't be dropped: give the table another key first"
                )
            keys = [one for one in current.constraints if column.name in one.columns]
            plan.problems += [
                f"{wanted.path}: column {column.name} can't be dropped, since {one.type} {one.name}"
                " has other columns too: drop that first"
                for one in keys
                if len(one.columns) > 1
            ]
            plan.together.append(f"ALTER TABLE {wanted.sql} DROP COLUMN {quoted(column.name)}")
            continue
        columns.append(_plan_column(wanted, current, column, target, plan) if target else column)
    for target in wanted.columns:
        if current.column(target.name) is None:
            plan.problems += _addition_faults(wanted, target)
            plan.together.append(f"ALTER TABLE {wanted.sql} ADD COLUMN {target.ddl()}")
            columns.append(replace(target, encode=None))
    return columns


def _addition_faults(table: Table, column: Column) -> list[str]:
    where = f"{table.path}: column {column.name} can't be added"
    faults = []
    if column.nullable is False and column.default is None:
        faults.append(f"{where} as NOT NULL without a default: let it be nullable, or give one")
    if column.name in table.primary_key:
        faults.append(f"{where} to the primary key of a table that is there: make the table anew")
    return faults


def _plan_column(table: Table, there: Table, current: Column, target: Column, plan: Plan) -> Column:
    where = f"{table.path}: column {current.name}"
    if target.nullable not in (None, current.nullable):
        change = "NOT NULL" if current.nullable else "nullable"
        plan.problems.append(
            f"{where} can't be made {change} in Redshift: keep it, or make the table anew"
        )
    if target.type.same(current.type):
        return current
    if not target.type.widens(current.type):
        narrower = current.type.widens(target.type)
        why = "is wider, and isn't cut" if narrower else "can't change its type in Redshift"
        advice = "keep the wider type" if narrower else "add a column of another name"
        plan.problems.append(
            f"{where} is {current.type}, not {target.type}; it {why}: {advice},"
            " or make the table anew"
        )
        return current
    plan.problems += [
        f"{where} {what}, so Redshift can't widen it from {current.type} to {target.type}: {advice}"
        for what, advice in _widening_faults(table, there, current)
    ]
    plan.alone.append(
        f"ALTER TABLE {table.sql} ALTER COLUMN {quoted(current.name)} TYPE {target.type}"
    )
    return replace(current, type=target.type)


def _widening_faults(wanted: Table, there: Table, column: Column) -> Iterator[tuple[str, str]]:
    """Why a VARCHAR can't grow, and what helps."""
    if column.name in wanted.primary_key:
        yield "is in the primary key", "make the table anew"
    for one in there.constraints:
        told = one.type == PRIMARY_KEY and column.name in wanted.primary_key
        if column.name in one.columns and not told:
            yield f"is in {one.type} {one.name}", "drop that first"
    if column.default is not None:
        yield "has a default", "make the table anew"
    if column.encode in FIXED_ENCODINGS:
        yield f"is encoded as {column.encode}", "give it another encoding first"


def _plan_layout(wanted: Table, current: Table, plan: Plan) -> Table:
    """Distribution and sort key. Each rewrites the table, so they run alone."""
    alter = f"ALTER TABLE {wanted.sql} ALTER"
    distribution = (wanted.dist_style, wanted.dist_key)
    if wanted.dist_style and distribution != (current.dist_style, current.dist_key):
        if current.sort_style == "interleaved":
            plan.problems.append(
                f"{wanted.path}: Redshift can't change the distribution of a table with an"
                " interleaved sort key: make the table anew"
            )
        key = f" DISTKEY {quoted(wanted.dist_key)}" if wanted.dist_key else ""
        plan.alone.append(f"{alter} DISTSTYLE {wanted.dist_style.upper()}{key}")
        current = replace(current, dist_style=wanted.dist_style, dist_key=wanted.dist_key)
    if wanted.sort_key is not None and wanted.sort_key != (current.sort_key or ()):
        if wanted.sort_style == "interleaved":
            plan.problems.append(
                f"{wanted.path}: Redshift can't give a table that is there an interleaved sort key:"
                " make the table anew, or use a compound one"
            )
        key = listed(wanted.sort_key) if wanted.sort_key else "NONE"
        plan.alone.append(f"{alter} SORTKEY {key}")
        current = replace(current, sort_key=wanted.sort_key, sort_style=None)
    return current
