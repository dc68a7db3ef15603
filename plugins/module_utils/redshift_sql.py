# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be told of SQL by its words alone: where statements end, which only read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# A backslash in quotes escapes the next character, as in PostgreSQL 8.
TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*)
    | (?P<block>/\*)
    | (?P<literal>'(?:[^'\\]|\\.|'')*'|\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$)
    | (?P<name>"(?:[^"]|"")*")
    | (?P<open>['"]|\$(?:[^\W\d]\w*)?\$)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<cast>::)
    | :(?P<parameter>[A-Za-z_]\w*)
    | (?P<end>;)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.DOTALL | re.VERBOSE,
)
BLOCK = re.compile(r"/\*|\*/")
READS = frozenset({"select", "show", "explain", "with", "values", "fetch", "declare", "close"})
SESSION = frozenset({"set", "reset", "use"})
"""What lasts no longer than the session, and so than the transaction."""
WRITES = frozenset(
    {"into", "insert", "update", "delete", "merge", "truncate", "create", "alter", "drop", "grant"}
)
ACTS = frozenset({"pg_cancel_backend", "pg_terminate_backend"})
"""Functions of Redshift's own that do something."""
TRANSACTION_WORDS = frozenset({"begin", "start", "commit", "end", "rollback", "abort"})


def split_statements(text: str) -> list[str]:
    """Cut a script at its semicolons: not those in quotes, dollar quotes and comments.

    Returns the statements without their semicolons; pieces of nothing but comments are left
    out. Raises ValueError for a quote or comment that isn't closed.
    """
    statements: list[str] = []
    piece, empty = "", True
    for kind, word, start in tokens(text):
        if kind == "open":
            line = text.count("\n", 0, start) + 1
            what = "comment" if word.startswith("/*") else "quote"
            raise ValueError(f"the {what} {word[:20]} in line {line} isn't closed")
        if kind == "end":
            statements += [] if empty else [piece.strip()]
            piece, empty = "", True
        else:
            piece += word
            empty = empty and kind in ("space", "comment")
    return statements if empty else [*statements, piece.strip()]


def is_read(sql: str) -> bool:
    """True for a statement that changes nothing: SELECT, SHOW, EXPLAIN, WITH … SELECT, SET.

    SELECT INTO, a WITH around a change and the functions that end others' work are changes. What
    a function of the user's own does can't be told.
    """
    words = [word.lower() for kind, word, _at in tokens(sql) if kind == "word"]
    if not words:
        return False
    if words[0] in SESSION or (words[0] == "explain" and "analyze" not in words[:3]):
        return True
    return words[0] in READS and not (WRITES | ACTS).intersection(words)


def is_transaction_control(sql: str) -> bool:
    """True for BEGIN, COMMIT and their like."""
    first = next((word.lower() for kind, word, _at in tokens(sql) if kind == "word"), "")
    return first in TRANSACTION_WORDS


def parameters_in(sql: str) -> set[str]:
    """The names of the `:parameters` in a statement."""
    return {word[1:] for kind, word, _at in tokens(sql) if kind == "parameter"}


def parameter_texts(parameters: dict[str, Any]) -> dict[str, str]:
    """Parameters as the Data API takes them: text.

    Raises ValueError for what it can't take: NULL and empty text.
    """
    texts = {}
    for name, value in parameters.items():
        if value is None or value == "":
            given = "NULL" if value is None else "empty text"
            raise ValueError(f"parameter {name} is {given}, which the Data API can't take")
        if isinstance(value, (dict, list)):
            what = "dictionary" if isinstance(value, dict) else "list"
            raise ValueError(f"parameter {name} is a {what}: a parameter stands for one value")
        texts[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return texts


def tokens(sql: str) -> Iterator[tuple[str, str, int]]:
    """Each token's kind (a group of TOKEN), text and position."""
    position = 0
    while match := TOKEN.match(sql, position):
        kind = match.lastgroup or "other"
        end = match.end()
        if kind == "block":
            end = _block_end(sql, position)
            kind = "open" if end < 0 else "comment"
            end = len(sql) if end < 0 else end
        yield kind, sql[position:end], position
        position = end


def _block_end(sql: str, start: int) -> int:
    """Where a comment ends that may hold others; -1 when it doesn't."""
    depth = 0
    for mark in BLOCK.finditer(sql, start):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    return -1
