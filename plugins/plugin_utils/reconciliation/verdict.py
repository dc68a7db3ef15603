# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift or motion: the rows of buckets that stayed different, and the report of a comparison.

The source is read before a load and after it. A row that it had the same both times has not moved,
and the load has had it: where the warehouse has something else, that is drift.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from .progress import SIDES, Progress, answers, filled

MOST_ROWS = 20_000
"""Of one table, so many rows are read to tell which of them differ, but at least one bucket."""

MOST_KEYS = 10


def examined(entry: Mapping[str, Any]) -> list[int]:
    """The buckets whose rows are worth reading: first those that the source had the same twice."""
    ordered = [*entry["steady"], *[one for one in entry["pending"] if one not in entry["steady"]]]
    chosen: list[int] = []
    rows = 0
    for bucket in ordered:
        rows += max(entry["readings"][str(bucket)][side][0] for side in SIDES)
        if chosen and rows > MOST_ROWS:
            break
        chosen.append(bucket)
    return chosen


def key_statements(progress: Progress, side: str) -> list[dict[str, str]]:
    """What to ask one side for the rows of buckets that are pending."""
    return [
        {"name": entry["table"], "query": filled(entry, side, "keys", examined(entry))}
        for entry in progress
        if entry["pending"]
    ]


def verdict(
    progress: Progress,
    before: Sequence[Mapping[str, Any]] = (),
    warehouse: Sequence[Mapping[str, Any]] = (),
    after: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The report, from the rows of pending buckets: of the source, the warehouse, the source again.

    drift   whether any table differs
    told    a line for each that does
    tables  table, name, rows {source, warehouse} of the compared buckets, buckets {all, compared,
            agreed}, differing (buckets), moving (buckets that changed at each reading), keys (up to
            ten: key, what), latest {column: {source, warehouse}}, presence_only (columns), drift
    """
    read = [answers(results) for results in (before, warehouse, after)]
    tables = [_table(entry, *(each.get(entry["table"], []) for each in read)) for entry in progress]
    drifted = [table for table in tables if table["drift"]]
    return {"drift": bool(drifted), "told": [_told(table) for table in drifted], "tables": tables}


def _told(table: Mapping[str, Any]) -> str:
    """The drift of a table, in a line."""
    keys = "; ".join(f"{each['key']} {each['what']}" for each in table["keys"])
    buckets = ", ".join(map(str, table["differing"]))
    return f"{table['table']}: buckets {buckets} of {table['buckets']['all']}: {keys}"


def _table(entry: Mapping[str, Any], *rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    looked_at = examined(entry)
    found = _drifted(*rows)
    drifted = {bucket for bucket, _key, _what in found}
    differing = [
        bucket
        for bucket in entry["pending"]
        if bucket in drifted or (bucket in entry["steady"] and bucket not in looked_at)
    ]
    readings = list(entry["readings"].values())
    return {
        "table": entry["table"],
        "name": entry["name"],
        "rows": {side: sum(reading[side][0] for reading in readings) for side in SIDES},
        "buckets": {
            "all": entry["buckets"],
            "compared": len(entry["chosen"]),
            "agreed": len(entry["chosen"]) - len(entry["pending"]),
        },
        "differing": differing,
        "moving": [bucket for bucket in entry["pending"] if bucket not in differing],
        "keys": [{"key": key, "what": what} for _bucket, key, what in found[:MOST_KEYS]],
        "latest": {
            name: {side: _latest(readings, side, at) for side in SIDES}
            for at, name in enumerate(entry["moments"], 2)
        },
        "presence_only": entry["presence_only"],
        "drift": bool(differing),
    }


def _drifted(
    before: list[Mapping[str, Any]],
    warehouse: list[Mapping[str, Any]],
    after: list[Mapping[str, Any]],
) -> list[tuple[int, str, str]]:
    """Bucket, key, and what is wrong with it, of rows that the source had the same both times."""
    first, there, second = (_hashes(rows) for rows in (before, warehouse, after))
    shown = {row["key_hash"]: row for rows in (after, warehouse) for row in rows}
    found = []
    for key, row in shown.items():
        if first[key] != second[key] or there[key] == second[key]:
            continue
        if not there[key]:
            what = "missing in the warehouse"
        elif not second[key]:
            what = "not at the source"
        elif len(there[key]) != len(second[key]):
            what = f"{len(there[key])} rows in the warehouse"
        else:
            what = "different"
        found.append((row["bucket"], row["shown"], what))
    return sorted(found)


def _hashes(rows: list[Mapping[str, Any]]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row["key_hash"]] = sorted([*found[row["key_hash"]], row["row_hash"]])
    return found


def _latest(readings: Any, side: str, at: int) -> str | None:
    return max((reading[side][at] for reading in readings if reading[side][at]), default=None)
