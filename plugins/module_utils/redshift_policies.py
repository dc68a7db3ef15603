# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What row-level security and dynamic data masking of Redshift have in common: policies.

A policy is an expression over columns, with a name. Redshift keeps the expression in a form of its
own, with casts and quotes, so it can't be compared with what a task says. The name tells instead:
a policy of ours is called mdw_, its name in the task, and a digest of its columns and expression.
Another expression is another policy, and the old one isn't touched until the new one is in place.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_RLS_POLICY.html
https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_MASKING_POLICY.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_RLS_POLICY.html (the form of its own)
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .redshift_data import MOST_BYTES, MOST_STATEMENTS
from .redshift_privilege_model import Grantee
from .redshift_sql import tokens
from .redshift_table_catalog import literal
from .redshift_table_model import LONGEST_NAME, quoted
from .redshift_types import parse_type

PREFIX = "mdw_"
"""Of the names of all policies that the modules make, and so may drop."""
DIGITS = 12
"""Of the digest."""
STRAY = {
    "comment": "a comment",
    "open": "a quote or comment that isn't closed",
    "end": "a semicolon",
    "parameter": "a parameter",
}
"""What no expression holds, by its kind of token."""

Path = tuple[str, ...]
"""Schema and table."""


@dataclass(frozen=True, order=True)
class Policy:
    """A policy as a task says it. `kind` is RLS or MASKING, `columns` are names and types."""

    kind: str
    base: str
    columns: tuple[tuple[str, str], ...]
    using: str

    @property
    def name(self) -> str:
        """In the database. The digest covers the whole name, of which the end may be cut off."""
        said = json.dumps([self.base, self.columns, self.using])
        ending = f"_{hashlib.sha256(said.encode()).hexdigest()[:DIGITS]}"
        room = LONGEST_NAME - len(PREFIX) - len(ending)
        return PREFIX + self.base.encode()[:room].decode(errors="ignore") + ending

    @property
    def create(self) -> str:
        columns = ", ".join(f"{quoted(name)} {type_}" for name, type_ in self.columns)
        return (
            f"CREATE {self.kind} POLICY {quoted(self.name)}"
            f"{f' WITH ({columns})' if columns else ''} USING ({self.using})"
        )

    @property
    def alter(self) -> str:
        return f"ALTER {self.kind} POLICY {quoted(self.name)} USING ({self.using})"

    def is_kept_as(self, stored: str) -> bool:
        """False if somebody altered the policy of this name, as far as that can be told.

        Whatever Redshift makes of an expression, it still names its columns, and holds its texts.
        Texts with digits are left out: they may be dates, which can be written in several ways.
        """
        names = {name for name, _type in self.columns}
        return _signs(self.using, names) <= _signs(stored, names)


def _signs(expression: str, columns: Collection[str]) -> set[str]:
    """The columns and the texts in an expression."""
    signs = set()
    for kind, word, _at in tokens(expression):
        name = word[1:-1] if kind == "name" else word.lower()
        if kind in ("word", "name") and name in columns:
            signs.add(name)
        elif kind == "literal" and not re.search(r"[\d\\$]", word):
            signs.add(word)
    return signs


def policy_of(kind: str, option: dict[str, Any], columns: str) -> tuple[Policy, list[str]]:
    """The policy that an entry says, whose columns are in its option of that name, and all faults."""
    name, using = option["name"].lower(), option["using"].strip()
    faults = [f"using {fault}" for fault in _expression_faults(using)]
    if not 1 <= len(name.encode()) <= LONGEST_NAME:
        faults.append(f"the name {name!r} must have 1 to {LONGEST_NAME} bytes")
    found: dict[str, str] = {}
    for column in option[columns] or ():
        if column["name"].lower() in found:
            faults.append(f"{columns} lists {column['name']} twice")
        try:
            found[column["name"].lower()] = str(parse_type(column["type"]))
        except ValueError as error:
            faults.append(f"column {column['name']}: {error}")
    return Policy(kind, name, tuple(found.items()), using), faults


def _expression_faults(using: str) -> Iterator[str]:
    """Why a text can't stand in the parentheses of USING."""
    depth, lowest = 0, 0
    for kind, word, _at in tokens(using):
        if kind in STRAY:
            yield f"holds {STRAY[kind]}: {word[:20]}"
        depth += {"(": 1, ")": -1}.get(word, 0) if kind == "other" else 0
        lowest = min(lowest, depth)
    if depth or lowest < 0:
        yield "has parentheses that don't match"
    if not using:
        yield "is empty: write an SQL expression"


def disagreements(policies: Iterable[Policy]) -> list[str]:
    """Faults: names under which the policies are not one policy."""
    by_name: dict[str, set[Policy]] = {}
    for policy in policies:
        by_name.setdefault(policy.base, set()).add(policy)
    return [
        f"policies: {name} is said in {len(ones)} ways; give each its own name"
        for name, ones in sorted(by_name.items())
        if len(ones) > 1
    ]


def paths_of(tables: Iterable[dict[str, Any]] | None) -> frozenset[Path]:
    """The tables of the option `tables`."""
    return frozenset(
        (entry["schema"].lower(), name.lower()) for entry in tables or () for name in entry["names"]
    )


def grantee(kind: str, name: str) -> Grantee:
    """Who a policy is attached to, as the catalog tells it."""
    return Grantee("public") if kind.lower() == "public" else Grantee(kind.lower(), name)


def on_table(path: Path) -> str:
    """The name of a table in SQL."""
    return ".".join(map(quoted, path))


def columns_query(tables: Iterable[Path]) -> str:
    """Asks which columns the tables have."""
    schemas, names = ({literal(path[at]) for path in tables} or {"''"} for at in (0, 1))
    return (
        "SELECT table_schema, table_name, column_name FROM svv_columns"
        f" WHERE table_schema IN ({', '.join(sorted(schemas))})"
        f" AND table_name IN ({', '.join(sorted(names))})"
    )


def columns_by_table(rows: Iterable[dict[str, Any]]) -> dict[Path, set[str]]:
    found: dict[Path, set[str]] = {}
    for row in rows:
        found.setdefault((row["table_schema"], row["table_name"]), set()).add(row["column_name"])
    return found


def absences(
    needed: Iterable[tuple[Path, Iterable[str]]],
    columns: Mapping[Path, set[str]],
    roles: tuple[Iterable[str], Collection[str]],
) -> list[str]:
    """What there has to be, and isn't: tables, with columns, and roles (needed, existing)."""
    wanted: dict[Path, set[str]] = {}
    for path, names in needed:
        wanted.setdefault(path, set()).update(names)
    faults = [f"there is no table {'.'.join(path)}" for path in sorted(wanted.keys() - columns)]
    for path in sorted(wanted.keys() & columns):
        lacking = sorted(wanted[path] - columns[path])
        faults += [f"the table {'.'.join(path)} has no column {name}" for name in lacking]
    return faults + [f"there is no role {name}" for name in sorted({*roles[0]} - {*roles[1]})]


def batches(groups: Iterable[list[str]]) -> list[list[str]]:
    """Transactions, as few as the Data API allows, none of which ends amid a group."""
    found: list[list[str]] = []
    for group in groups:
        if not found or len(found[-1]) + len(group) > MOST_STATEMENTS:
            found.append([])
        found[-1] += group
    return [batch for batch in found if batch]


def size_faults(groups: Iterable[list[str]]) -> Iterator[str]:
    """What is too large for the Data API."""
    for group in groups:
        if len(group) > MOST_STATEMENTS:
            yield (
                f"{group[0][:120]}… and {len(group) - 1} more statements must be one transaction,"
                f" which has {MOST_STATEMENTS} at most: change fewer roles at a time; another mask on"
                " the same column needs another priority for that"
            )
        for sql in group:
            if len(sql.encode()) > MOST_BYTES:
                yield f"{sql[:60]}…: a statement may have {MOST_BYTES} bytes at most"
