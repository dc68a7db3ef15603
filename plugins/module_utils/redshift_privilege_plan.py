# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be granted and revoked, and the SQL that does it.

https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT-usage-notes.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from .errors import ResourceError
from .redshift_privilege_model import PRIVILEGES, Grantee, Privilege
from .redshift_table_catalog import literal
from .redshift_table_model import quoted

Group = tuple[Grantee, str, tuple[str, ...]]
MOST_OBJECTS = 200
"""Names in one statement: as long as names can be, it stays below the 100 KB of a statement."""


@dataclass(frozen=True)
class Scope:
    """Objects whose privileges are all listed: what isn't there is revoked, except from `kept`.

    Of the kind `every_table`, a schema whose tables are all meant.
    """

    objects: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    kept: frozenset[Grantee] = frozenset()

    def holds(self, privilege: Privilege) -> bool:
        """Whether a privilege that isn't listed is to go."""
        kind, path = privilege.kind, privilege.path
        if kind == "column":
            kind, path = "table", path[:2]
        elif kind == "iam_role":
            path = ()
        elif kind == "default":  # what is for any schema opens the tables of each
            kind, path = next(
                (one for one in self.objects if one[0] == kind and path[0] in ("", one[1][0])),
                (kind, path),
            )
        every = kind == "table" and ("every_table", path[:1]) in self.objects
        return (every or (kind, path) in self.objects) and privilege.grantee not in self.kept


@dataclass(frozen=True)
class Wishes:
    """What is wanted of privileges."""

    granted: frozenset[Privilege] = frozenset()
    revoked: frozenset[Privilege] = frozenset()
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True)
class Change:
    """Privileges to give and to take, and those there are afterwards."""

    grant: frozenset[Privilege]
    revoke: frozenset[Privilege]
    after: frozenset[Privilege]

    @property
    def revokes(self) -> list[str]:
        """They are to come first, so that nobody sees more in between."""
        return render("REVOKE", "FROM", self.revoke)

    @property
    def grants(self) -> list[str]:
        return render("GRANT", "TO", self.grant)


def plan(wishes: Wishes, current: frozenset[Privilege]) -> Change:
    """Compare what is wanted with what there is.

    Raises ResourceError where a column is to be revoked from who keeps the whole table.
    """
    granted = {one for one in wishes.granted if not _within_a_table(one, wishes.granted)}
    # Redshift refuses a privilege on a table to whom has it on a column.
    replaced = {one for one in current if _within_a_table(one, granted)}
    surplus = {one for one in current - granted if wishes.scope.holds(one)}
    # Taking a privilege from a table takes it from each of its columns along, also where it is on
    # these alone. So does taking it from all IAM roles, where PUBLIC may have it on the default one.
    named = {
        one
        for one in current - granted
        if one in wishes.revoked
        or _within_a_table(one, wishes.revoked)
        or (one.kind == "iam_role" and one.on_all in wishes.revoked)
    }
    revoke = replaced | surplus | named
    taken = {one for one in current if _within_a_table(one, revoke)}
    kept = current - revoke - taken
    after = frozenset(kept | granted)
    for one in sorted(wishes.revoked):
        if _within_a_table(one, after):
            raise ResourceError(
                f"{one.name} on the column {'.'.join(one.path)} can't be revoked from"
                f" {one.grantee}, who has it on the whole table: revoke that, and grant the other"
                " columns"
            )
    return Change(frozenset(granted - kept), frozenset(revoke - taken), after)


def _within_a_table(one: Privilege, privileges: Collection[Privilege]) -> bool:
    """Whether it is on a column of a table on all of which there is the same privilege."""
    return one.kind == "column" and one.table in privileges


def render(verb: str, preposition: str, privileges: Iterable[Privilege]) -> list[str]:
    """GRANT … TO or REVOKE … FROM, as few statements as possible."""
    return [
        _statement(verb, kind, rights, paths[first : first + MOST_OBJECTS], grantee, preposition)
        for (grantee, kind, rights), paths in sorted(_grouped(privileges).items())
        for first in range(0, len(paths), MOST_OBJECTS)
    ]


def _grouped(privileges: Iterable[Privilege]) -> dict[Group, list[tuple[str, ...]]]:
    """The objects of each kind on which a grantee has the same privileges."""
    rights: dict[tuple[Grantee, str, tuple[str, ...]], set[str]] = {}
    for one in privileges:
        rights.setdefault((one.grantee, one.kind, one.path), set()).add(one.name)
    groups: dict[Group, list[tuple[str, ...]]] = {}
    for (grantee, kind, path), names in sorted(rights.items()):
        group = (grantee, kind, _ordered(kind, names))
        groups.setdefault(_divided(group, path), []).append(path)
    return groups


def _divided(group: Group, path: tuple[str, ...]) -> Group:
    """Columns of two tables don't fit into one statement, nor do an IAM role and DEFAULT."""
    grantee, kind, rights = group
    if kind not in ("column", "iam_role", "default", "tables"):
        return group
    return (grantee, " ".join((kind, *path[:2])), rights)


def _ordered(kind: str, names: set[str]) -> tuple[str, ...]:
    return tuple(name for name in PRIVILEGES[kind] if name in names)


def _statement(
    verb: str,
    kind: str,
    rights: tuple[str, ...],
    paths: list[tuple[str, ...]],
    who: Grantee,
    to: str,
) -> str:
    if kind.startswith("tables"):
        listed = f"{', '.join(rights)} FOR TABLES IN SCHEMA {quoted(paths[0][0])}"
        return f"{verb} {listed} {to} {who.sql}"
    if not kind.startswith("default"):
        return f"{verb} {_clause(kind, rights, paths, who, to)}"
    schema, owner = paths[0]
    words = (
        f"ALTER DEFAULT PRIVILEGES FOR USER {quoted(owner)}",
        f"IN SCHEMA {quoted(schema)}" if schema else "",
        verb,
        f"{', '.join(rights)} ON TABLES {to} {who.sql}",
    )
    return " ".join(filter(None, words))


def _clause(
    kind: str, rights: tuple[str, ...], paths: list[tuple[str, ...]], who: Grantee, to: str
) -> str:
    if kind.startswith("column"):
        columns = ", ".join(quoted(path[-1]) for path in sorted(paths))
        listed = ", ".join(f"{right} ({columns})" for right in rights)
        return f"{listed} ON {_dotted(paths[0][:2])} {to} {who.sql}"
    if kind.startswith("iam_role"):
        uses = "ALL" if rights == PRIVILEGES["iam_role"] else ", ".join(rights)
        return f"ASSUMEROLE ON {_iam_role(paths[0][0])} {to} {who.sql} FOR {uses}"
    word = {"database": "DATABASE ", "schema": "SCHEMA ", "table": ""}[kind]
    objects = ", ".join(_dotted(path) for path in sorted(paths))
    return f"{', '.join(rights)} ON {word}{objects} {to} {who.sql}"


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(map(quoted, path))


def _iam_role(arn: str) -> str:
    return arn.upper() if arn in ("default", "all") else literal(arn)


def view(privileges: Iterable[Privilege]) -> dict[str, list[str]]:
    """Privileges by grantee, in words."""
    chosen: dict[Grantee, list[Privilege]] = {}
    for one in privileges:
        chosen.setdefault(one.grantee, []).append(one)
    return {
        str(grantee): [
            sql.strip().replace(f" TO {grantee.sql}", "") for sql in render("", "TO", ones)
        ]
        for grantee, ones in sorted(chosen.items())
    }
