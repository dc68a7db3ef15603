# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as lines of a terminal: a table for each principal, drift marked by !."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .views import CLOSED

Values = dict[str, Any]

_NOTHING = "-"


def text(report: Values) -> list[str]:
    """Lines. Tables of which nothing is seen, and nothing should be, are named together."""
    lines: list[str] = []
    for principal in report["principals"]:
        lines += [f"{principal['name']} ({principal['arn']})", *_tables(principal, report["doors"])]
        lines += [f"  ! can {way['what']}" for way in principal["ways"] if way["open"]]
        lines.append("")
    return [*lines, *_verdict(report)]


def _tables(principal: Values, doors: list[str]) -> Iterator[str]:
    rows = [["", *doors]]
    closed = []
    for table in principal["tables"]:
        shown = [column for column in table["columns"] if _told(column["doors"])]
        if not table["seen"]:
            closed.append(table["name"])
            continue
        rows.append([f"{table['name']}: rows", *map(_written, table["rows"])])
        rows += [[f"  {column['name']}", *map(_written, column["doors"])] for column in shown]
        hidden = [column["name"] for column in table["columns"] if column not in shown]
        if hidden:
            rows.append([f"  closed: {', '.join(hidden)}"])
    if len(rows) > 1:
        widths = [max(len(row[at]) for row in rows if len(row) > 1) for at in range(len(doors) + 1)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
            yield f"  {'  '.join(cells)}".rstrip()
    if closed:
        yield f"  nothing of {', '.join(closed)}"


def _told(cells: list[Values]) -> bool:
    return any(cell["drift"] or cell["found"] != CLOSED for cell in cells)


def _written(cell: Values) -> str:
    if cell["drift"]:
        return f"! {cell['found']} (not {cell['expected']})"
    return _NOTHING if cell["found"] == CLOSED else str(cell["found"])


def _verdict(report: Values) -> list[str]:
    if not report["drift"]:
        return ["The account is as access.yml says."]
    count = len(report["drift"])
    return [f"Drift from access.yml ({count}):", *(f"  {line}" for line in report["drift"])]
