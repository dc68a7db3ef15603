# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tables.yml as an engineer would write it, with a comment where somebody has to decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .columns import Found

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.]*(?:\(\d+\))?(?: [a-z]+)?")
# what YAML 1.1 reads as something else
_WORDS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})


def document(found: Mapping[str, Any]) -> str:
    """The text of a tables.yml for what `discover` found."""
    lines = [
        "---",
        "# Made from the source's catalogue. Look at each comment, and take out what nobody needs.",
    ]
    if found["skipped"]:
        lines += ["# Not here:"]
        lines += [f"#   {each['table']}: {each['reason']}" for each in found["skipped"]]
    if not found["tables"]:
        return "\n".join([*lines, "tables: []", ""])
    lines.append("tables:")
    for table in found["tables"]:
        lines += _table(table)
    return "\n".join([*lines, ""])


def _table(table: Mapping[str, Any]) -> list[str]:
    lines = [
        f"  - source: {_scalar(table['source'])}",
        f"    name: {_scalar(table['name'])}",
        f"    key: [{', '.join(map(_scalar, table['key']))}]",
        "    history: current",
        "    columns:",
        *(f"      - {_column(column)}" for column in table["columns"]),
    ]
    if table["leave_out"]:
        lines.append("    leave_out:")
        lines += [
            f"      - {_scalar(column.source_name)} # {column.comment}"
            for column in table["leave_out"]
        ]
    return lines


def _column(column: Found) -> str:
    pairs = f"name: {_scalar(column.name)}, type: {_scalar(column.type)}"
    comments = [column.comment] if column.comment else []
    if column.personal:
        pairs += ", personal: true"
        comments.append("review")
    return f"{{{pairs}}}" + (f" # {'; '.join(comments)}" if comments else "")


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return "'" + text.replace("'", "''") + "'" if '"' in text else f'"{text}"'
