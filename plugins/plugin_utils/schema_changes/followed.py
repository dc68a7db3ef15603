# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tables.yml edited in place: its comments, its order and its style stay."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..contract.source_names import split
from .compared import Change, entry

try:
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap
except ImportError:
    YAML = None  # type: ignore[assignment,misc]


class UnfitFileError(ValueError):
    """The file doesn't have the tables of the inventory, or not each with columns of its own."""


def follow(text: str, changes: Sequence[Change]) -> str:
    """The text of a tables.yml with what the changes need, those that have nothing refused.

    Raises ImportError without ruamel.yaml, UnfitFileError where a table is not written in the text,
    or shares columns with another by an alias.
    """
    wanted = {change.source: change for change in changes if change.needed and not change.refused}
    if not wanted:
        return text
    if YAML is None:
        raise ImportError("ruamel.yaml is needed to edit tables.yml")
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.explicit_start = text.startswith("---")
    document = yaml.load(text)
    tables = document.get("tables") if isinstance(document, dict) else None
    entries = tables if isinstance(tables, list) else []
    uses = Counter(id(each) for table in entries for each in (table["columns"], *table["columns"]))
    for table in entries:
        change = wanted.pop(".".join(split(table["source"])), None)
        if change is None:
            continue
        if any(uses[id(each)] > 1 for each in (table["columns"], *table["columns"])):
            raise UnfitFileError(
                f"{change.source} shares columns with another table by an alias: write them out"
            )
        _edit(table["columns"], change)
    if wanted:
        raise UnfitFileError(f"it doesn't have {', '.join(sorted(wanted))}")
    written = io.StringIO()
    yaml.dump(document, written)
    return written.getvalue()


def _edit(columns: Any, change: Change) -> None:
    for column in columns:
        name = column["name"]
        if name in change.widened:
            column["type"] = change.widened[name]
        if name in change.dropped:
            column["dropped"] = True
    for place, found in reversed(change.added):
        column = CommentedMap(entry(found))
        if not columns or columns[0].fa.flow_style():
            column.fa.set_flow_style()
        comment = "; ".join(
            part for part in (found.comment, "review" if found.personal else "") if part
        )
        columns.insert(place, column)
        if comment:
            columns.yaml_add_eol_comment(comment, place)
