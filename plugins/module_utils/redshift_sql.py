# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be told of SQL by its words alone: where statements end, which only read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*|/\*.*?\*/)
    | (?P<literal>'(?:[^']|'')*'|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    | (?P<name>"(?:[^"]|"")*")
    | (?P<word>[A-Za-z_]\w*)
    | (?P<cast>::)
    | :(?P<parameter>[A-Za-z_]\w*)
    | (?P<end>;)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.DOTALL | re.VERBOSE,
)
READS = frozenset({"select", "show", "explain", "describe", "desc", "with", "values"})
WRITES = frozenset(
    {"into", "insert", "update", "delete", "merge", "truncate", "create", "alter", "drop", "grant"}
)
TRANSACTION_WORDS = frozenset({"begin", "start", "commit", "end", "rollback", "abort"})


def split_statements(text: str) -> list[str]:
    """Cut a script at its semicolons: not those in quotes, dollar quotes and comments.

    Returns the statements without their semicolons; pieces of nothing but comments are left
    out. Raises ValueError for a quote that isn't closed.
    """
    statements: list[str] = []
    piece, empty = "", True
    for kind, word, start in _tokens(text):
        if kind == "other" and word in "'\"":
            line = text.count("\n", 0, start) + 1
            raise ValueError(f"the quote {word} in line {line} isn't closed")
        if kind == "end":
            statements += [] if empty else [piece.strip()]
            piece, empty = "", True
        else:
            piece += word
            empty = empty and kind in ("space", "comment")
    return statements if empty else [*statements, piece.strip()]


def is_read(sql: str) -> bool:
    """True for a statement that changes nothing: SELECT, SHOW, EXPLAIN, WITH … SELECT.

    SELECT INTO and a WITH or EXPLAIN ANALYZE around a change are changes. What a function
    called by a SELECT does can't be told.
    """
    words = [word.lower() for kind, word, _ in _tokens(sql) if kind == "word"]
    if not words or words[0] not in READS:
        return False
    if words[0] == "explain" and "analyze" not in words[:3]:
        return True
    return not WRITES.intersection(words)


def is_transaction_control(sql: str) -> bool:
    """True for BEGIN, COMMIT and their like."""
    first = next((word.lower() for kind, word, _ in _tokens(sql) if kind == "word"), "")
    return first in TRANSACTION_WORDS


def parameters_in(sql: str) -> set[str]:
    """The names of the `:parameters` in a statement."""
    return {word[1:] for kind, word, _ in _tokens(sql) if kind == "parameter"}


def parameter_texts(parameters: dict[str, Any]) -> dict[str, str]:
    """Parameters as the Data API takes them: text.

    Raises ValueError for what it can't take: NULL and empty text.
    """
    texts = {}
    for name, value in parameters.items():
        if value is None or value == "":
            given = "NULL" if value is None else "empty text"
            raise ValueError(f"parameter {name} is {given}, which the Data API can't take")
        texts[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return texts


def _tokens(sql: str) -> Iterator[tuple[str, str, int]]:
    """Each token's kind (a group of TOKEN), text and position."""
    for match in TOKEN.finditer(sql):
        yield match.lastgroup or "other", match.group(0), match.start()
