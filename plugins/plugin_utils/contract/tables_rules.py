# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of tables.yml that concern more than one option."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from .identifiers import unquoted
from .options import Problems, problem, unknown

# What the capture adds to each file; a source column of that name would stand there twice.
CAPTURED = frozenset({"op", "dms_ts", "dms_seq", "seq"})
BEFORE_IMAGE = "bi_"

_MAX_COLUMNS = 1500


def check(tables: Mapping[int, Mapping[str, Any]]) -> Problems:
    """Report the faults of tables whose single options are valid, by their place in the list."""
    yield from _check_unique("name", {at: unquoted(item["name"]) for at, item in tables.items()})
    yield from _check_unique("source", {at: item["source"] for at, item in tables.items()})
    for index, table in tables.items():
        yield from _check_columns(f"tables[{index}]", table)


def _check_unique(option: str, values: Mapping[int, str]) -> Problems:
    counts = Counter(values.values())
    for index, value in values.items():
        if counts[value] > 1:
            yield problem(
                f"tables[{index}].{option}", value, "allowed: a different one for each table"
            )


def _check_columns(path: str, table: Mapping[str, Any]) -> Problems:
    # Redshift and the catalog fold names to lower case
    names = [unquoted(column["name"]).lower() for column in table["columns"]]
    if not names or len(names) > _MAX_COLUMNS:
        yield problem(f"{path}.columns", len(names), f"allowed: 1 to {_MAX_COLUMNS} columns")
    counts = Counter(names)
    for index, name in enumerate(names):
        where = f"{path}.columns[{index}].name"
        if counts[name] > 1:
            yield problem(where, name, "allowed: a different one for each column, in any case")
        if name in CAPTURED or name.startswith(BEFORE_IMAGE):
            yield problem(
                where, name, "the capture adds a column of this name; allowed: another one"
            )
    key = [unquoted(name).lower() for name in table["key"]]
    if not key or len(set(key)) != len(key):
        yield problem(f"{path}.key", table["key"], "allowed: at least one column, each once")
    for index, name in enumerate(key):
        if name not in counts:
            yield unknown(f"{path}.key[{index}]", name, counts)
