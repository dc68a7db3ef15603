# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a table as readers of the lake find them: columns, types, and what unloads them."""

from __future__ import annotations

from dataclasses import dataclass

from . import history
from .identifiers import quote
from .model import Table
from .names import Names
from .sql import qualified, render

UNPUBLISHED = "0"
"""The folder of the version before the first, which has no files."""

_OF_HISTORY = {"BOOLEAN": "boolean", "TIMESTAMP": "timestamp", "VARCHAR(1)": "string"}


@dataclass(frozen=True)
class PublishedColumn:
    """A column of the published files: its name and type in the catalog, and what it holds."""

    name: str
    type: str
    expression: str


def published_columns(table: Table) -> list[PublishedColumn]:
    """The table's columns, then those that its history adds: all that a reader may be granted."""
    return [
        *(
            PublishedColumn(
                column.name, column.type.published, column.type.unloaded.format(column=column.sql)
            )
            for column in table.columns
        ),
        *(
            PublishedColumn(name, _OF_HISTORY[kind], name)
            for name, kind in history.COLUMNS[table.history].items()
        ),
    ]


def unload_statement(names: Names, table: Table) -> str:
    """Writes all rows to a folder of their own; {version} is put in at run time."""
    [statement] = render(
        "publish/unload.sql.j2",
        columns=published_columns(table),
        source=qualified(names.as_dict()["schema"], table.name),
        folder=f"s3://{names.bucket}/{table.current_prefix}{{version}}/",
        role=names.role_arn("unload"),
        quote=quote,
    )
    return statement
