# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statements that read the buckets of a table, and the rows of some buckets, on either side."""

from __future__ import annotations

from collections.abc import Callable

from ..contract.model import Column, Table
from ..contract.sql import qualified, render
from .texts import MOMENTS, PRESENCE, SOURCE, WAREHOUSE, Side, at_source, in_warehouse


def moments(table: Table) -> list[Column]:
    """The columns whose newest value is told."""
    return [column for column in table.columns if column.type.warehouse in MOMENTS]


def presence_only(table: Table) -> list[str]:
    """The columns that are compared by whether there is a value."""
    return [column.name for column in table.columns if column.type.warehouse in PRESENCE]


def statements_of(table: Table, schema: str) -> dict[str, dict[str, str]]:
    """By side, source or warehouse, the statements `buckets` and `keys`."""
    source = f"{at_source(table.source_schema)}.{at_source(table.source_table)}"
    return {
        "source": _side(table, SOURCE, source, lambda column: at_source(column.source_name)),
        "warehouse": _side(
            table, WAREHOUSE, _newest(table, schema), lambda column: in_warehouse(column.name)
        ),
    }


def _side(table: Table, side: Side, relation: str, name: Callable[[Column], str]) -> dict[str, str]:
    variables = {
        "relation": relation,
        "key_hash": side.hash(side.text(column, name(column)) for column in table.key),
        "row_hash": side.hash(side.text(column, name(column)) for column in table.columns),
        "moments": [name(column) for column in moments(table)],
        "latest": [
            side.text(column, f"MAX(moment_{number})")
            for number, column in enumerate(moments(table), 1)
        ],
        "shown": " || ', ' || ".join(side.shown(column, name(column)) for column in table.key),
    }
    return {
        what: render(f"reconcile/{what}.sql.j2", **variables)[0] for what in ("buckets", "keys")
    }


def _newest(table: Table, schema: str) -> str:
    """The rows of the warehouse that the source has now, whatever else its history keeps."""
    relation = qualified(schema, table.name)
    if table.history == "append":
        key = ", ".join(in_warehouse(column.name) for column in table.key)
        return (
            "(SELECT * FROM (SELECT changes.*, ROW_NUMBER() OVER"
            f" (PARTITION BY {key} ORDER BY _seq DESC) AS _newness FROM {relation} changes)"
            " numbered WHERE _newness = 1 AND _op <> 'D') newest"
        )
    kept = {"soft_delete": "NOT _deleted", "scd2": "is_current"}.get(table.history)
    return f"(SELECT * FROM {relation} WHERE {kept}) newest" if kept else relation
