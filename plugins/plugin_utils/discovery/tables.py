# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of the source: those that the contract can have, and those that it can't, with advice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from itertools import chain, count, groupby
from typing import Any

from ..contract import column_types, source_names
from ..contract.identifiers import MAX_TABLE, RESERVED
from ..contract.source_names import source_column_error, source_error
from .columns import Found, read

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Rows = list[Mapping[str, Any]]


def discover(rows: Iterable[Mapping[str, Any]], patterns: Iterable[str] = ()) -> dict[str, Any]:
    """What the catalogue's rows become.

    patterns  of schema.table, with * and ?; none takes all tables
    Returns tables, entries as in tables.yml with the keys source, name, key, columns (as Found) and
    leave_out (as Found), and skipped, a list of {table, reason}.
    """
    wanted = list(patterns)
    tables: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    for source, group in groupby(rows, _source):
        columns = list(group)
        if wanted and not any(fnmatchcase(source, pattern) for pattern in wanted):
            continue
        found = _read_columns(columns)
        reason = _unusable(columns, found)
        if reason:
            skipped.append({"table": source, "reason": reason})
            continue
        by_source = {column.source_name: column for column in found}
        key = sorted(
            (row for row in columns if row["key_position"] is not None),
            key=lambda row: row["key_position"],
        )
        tables.append(
            {
                "source": source,
                "key": [by_source[row["column_name"]].name for row in key],
                "columns": [column for column in found if column.type],
                "leave_out": [column for column in found if not column.type],
            }
        )
    names = _names([table["source"] for table in tables])
    return {
        "tables": [{**table, "name": names[table["source"]]} for table in tables],
        "skipped": skipped,
    }


def _source(row: Mapping[str, Any]) -> str:
    """schema.table, each in double quotes where the contract wants them."""
    names = (row["schema_name"], row["table_name"])
    return ".".join(name if _PLAIN.fullmatch(name) else f'"{name}"' for name in names)


def _read_columns(rows: Rows) -> list[Found]:
    seen: set[str] = set()
    columns = []
    for row in rows:
        column = read(row)
        folded = column.source_name.lower()
        if column.type and folded in seen:
            column = Found(column.source_name, column.name, comment="another has this name")
        seen.add(folded)
        columns.append(column)
    return columns


def _unusable(rows: Rows, columns: list[Found]) -> str:
    first = rows[0]
    fault = source_error(_source(first))
    if fault:
        return fault
    if first["kind"] == "p":
        return "partitioned: DMS captures its partitions, each under a name of its own"
    if first["partition_of"]:
        return f"a partition of {first['partition_of']}: list it by hand if its rows are wanted"
    if first["persistence"] == "u":
        return "unlogged: its changes are in no log; ALTER TABLE ... SET LOGGED"
    for column in columns:
        if not column.type and source_column_error(column.source_name):
            return f"DMS can't leave out its column {column.source_name!r}, nor capture it"
    return _unusable_key(rows, columns)


def _unusable_key(rows: Rows, columns: list[Found]) -> str:
    keys = {row["column_name"] for row in rows if row["key_position"] is not None}
    if not keys:
        return "no primary key: DMS would ignore its updates and deletes; add one at the source"
    for column in columns:
        if column.source_name not in keys:
            continue
        if not column.type:
            return f"{column.source_name} of its key can't be captured: {column.comment}"
        if not column_types.parse(column.type).key:
            return f"{column.source_name} of its key is a {column.type}, which can't be compared"
    return ""


def _names(sources: list[str]) -> dict[str, str]:
    """Names for the warehouse: the table's, with its schema where two schemas have one."""
    plain = {source: _plain(source_names.split(source)[1]) for source in sources}
    counts = Counter(plain.values())
    chosen: dict[str, str] = {}
    taken = {name for name, count in counts.items() if count == 1}
    for source in sources:
        name = plain[source]
        if counts[name] > 1:
            longer = _plain("_".join(source_names.split(source)))[: MAX_TABLE - 4]
            numbered = (f"{longer}_{number}" for number in count(2))
            name = next(one for one in chain([longer], numbered) if one not in taken)
            taken.add(name)
        chosen[source] = f'"{name}"' if name in RESERVED else name
    return chosen


def _plain(name: str) -> str:
    folded = re.sub(r"[^a-z0-9_]", "_", name.lower())
    return folded if folded[0].isalpha() else f"t{folded}"
