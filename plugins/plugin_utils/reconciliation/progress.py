# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a comparison is: which buckets of each table agreed, and which still differ.

A bucket that agreed at some moment is proven. One that differs is read again after another load,
since its rows may have changed between the two readings.

The progress of a table is a dictionary: table (schema.name at the source), name, columns (moments,
presence_only), buckets, chosen, statements, pending (the buckets that differ so far), steady (those
of them that the source read the same twice), readings (by bucket what each side last had).
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from ..contract.model import table_of
from .statements import moments, presence_only, statements_of

Progress = list[dict[str, Any]]
Answers = Mapping[str, list[Mapping[str, Any]]]

SIDES = ("source", "warehouse")


def plan(
    tables: Sequence[Mapping[str, Any]],
    schema: str,
    *,
    only: Sequence[str] = (),
    buckets: int = 256,
    sample: float = 1.0,
    seed: int | None = None,
) -> Progress:
    """What to compare: the tables of tables.yml, or those that `only` names by schema.table.

    Of each, a share `sample` of its buckets, drawn anew each time.
    Raises ValueError for a table that is not in the contract, and for numbers out of range.
    """
    if not 1 <= buckets <= 4096:
        raise ValueError(f"reconcile_buckets: {buckets} is not valid; allowed: 1 to 4096")
    if not 0 < sample <= 1:
        raise ValueError(f"reconcile_sample: {sample} is not valid; allowed: above 0, up to 1")
    known = [table_of(table) for table in tables]
    unknown = sorted(set(only) - {table.source for table in known})
    if unknown:
        raise ValueError(f"reconcile_tables: not in tables.yml: {', '.join(unknown)}")
    draw = random.Random(seed)  # noqa: S311 (a sample, no secret)
    return [
        {
            "table": table.source,
            "name": table.name,
            "moments": [column.name for column in moments(table)],
            "presence_only": presence_only(table),
            "statements": statements_of(table, schema),
            "buckets": buckets,
            "chosen": chosen,
            "pending": chosen,
            "steady": [],
            "readings": {},
        }
        for table in known
        for chosen in [sorted(draw.sample(range(buckets), math.ceil(buckets * sample)))]
        if not only or table.source in only
    ]


def statements(progress: Progress, side: str) -> list[dict[str, str]]:
    """What to ask one side of the buckets that are pending: table by table, name and query."""
    return [
        {"name": entry["table"], "query": filled(entry, side, "buckets", entry["pending"])}
        for entry in progress
        if entry["pending"]
    ]


def filled(entry: Mapping[str, Any], side: str, what: str, chosen: Sequence[int]) -> str:
    """A statement of a table for some of its buckets."""
    statement: str = entry["statements"][side][what]
    return statement.replace("{buckets}", str(entry["buckets"])).replace(
        "{chosen}", ", ".join(map(str, chosen))
    )


def answers(results: Sequence[Mapping[str, Any]]) -> Answers:
    """The rows by name, from the results of a loop over statements of either database."""
    return {
        result["item"]["name"]: list(result.get("rows", result.get("query_result")) or [])
        for result in results
    }


def compare(
    progress: Progress, source: Sequence[Mapping[str, Any]], warehouse: Sequence[Mapping[str, Any]]
) -> Progress:
    """The progress after both sides were read, from the results of the two loops."""
    read = {"source": answers(source), "warehouse": answers(warehouse)}
    return [
        _compared(entry, *(read[side].get(entry["table"], []) for side in SIDES))
        if entry["pending"]
        else entry
        for entry in progress
    ]


def _compared(
    entry: dict[str, Any],
    source: list[Mapping[str, Any]],
    warehouse: list[Mapping[str, Any]],
) -> dict[str, Any]:
    columns = ["row_count", "checksum"]
    columns += [f"latest_{number}" for number, _name in enumerate(entry["moments"], 1)]
    sides = [
        {str(row["bucket"]): [row[column] for column in columns] for row in rows}
        for rows in (source, warehouse)
    ]
    empty = [0, None, *[None for _name in entry["moments"]]]
    before, readings = entry["readings"], dict(entry["readings"])
    pending, steady = [], []
    for bucket in entry["pending"]:
        at = str(bucket)
        here, there = (side.get(at, empty) for side in sides)
        readings[at] = {"source": here, "warehouse": there}
        if here[:2] == there[:2]:
            continue
        pending.append(bucket)
        if at in before and before[at]["source"][:2] == here[:2]:
            steady.append(bucket)
    return {**entry, "pending": pending, "steady": steady, "readings": readings}
