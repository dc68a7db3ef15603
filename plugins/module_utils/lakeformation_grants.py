# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants of Lake Formation in a normal form, in which they can be compared as sets.

Lake Formation merges grants of columns, answers a grant on a whole table as one on all its
columns, and lists the same grant in other words than it was given in.
https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_ListPermissions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from .lakeformation_resources import (
    ALL_PARTS,
    LF_TAG,
    TABLE,
    Thing,
    Values,
    excluded_of,
    read,
    text,
    write,
    written_option,
)

TAG_VALUES = 50
"""Values of an LF-tag that one request may name."""


@dataclass(frozen=True, order=True)
class Atom:
    """One permission of one principal on one thing, or on one part of it.

    part: for SELECT on a table a column, ALL_PARTS, or ALL_PARTS with what is excluded as JSON;
    for an LF-tag a value or ALL_PARTS; else empty.
    grantable: the right to grant it to others.
    condition: the expression under which alone it holds; empty where it always does.
    """

    principal: str
    thing: Thing
    permission: str
    part: str = ""
    grantable: bool = False
    condition: str = ""

    @property
    def excluded(self) -> frozenset[str] | None:
        """The parts that a grant on all parts leaves out; None for other grants."""
        return excluded_of(self.thing, self.part)


def atoms_of(grant: Values) -> set[Atom]:
    """The atoms of a grant, in the form of the API (snake_case).

    None for a resource of a kind that is not known here.
    """
    found = read(grant["resource"])
    if found is None:
        return set()
    thing, parts = found
    principal = grant["principal"]["data_lake_principal_identifier"]
    condition = (grant.get("condition") or {}).get("expression") or ""
    grantable = set(grant.get("permissions_with_grant_option") or [])
    held = set(grant.get("permissions") or []) | grantable
    atoms = set()
    for permission in held:
        by_column = thing.kind == TABLE and permission == "SELECT"
        for part in parts or ([ALL_PARTS] if by_column else [""]):
            atom = Atom(principal, thing, permission, part, condition=condition)
            atoms.add(atom)
            if permission in grantable:
                atoms.add(replace(atom, grantable=True))
    return atoms


def covered(atom: Atom, held: set[Atom]) -> bool:
    """Whether what is held says this atom: itself, or the same on all parts but others."""
    if atom in held:
        return True
    if not atom.part:
        return False
    needed = atom.excluded
    for wide in held:
        excluded = wide.excluded
        if excluded is None or replace(wide, part=atom.part) != atom:
            continue
        if atom.part not in excluded if needed is None else excluded <= needed:
            return True
    return False


def grants_of(atoms: Iterable[Atom], catalog_id: str | None = None) -> list[Values]:
    """As few grants as say these atoms, in the form of the API."""
    return [_request(group, catalog_id) for group in _groups(_with_held(atoms))]


def revokes_of(atoms: Iterable[Atom], catalog_id: str | None = None) -> list[Values]:
    """As few revokes as take these atoms away and leave what may only not be passed on."""
    return [_request(group, catalog_id) for group in _groups(set(atoms))]


def options_of(atoms: Iterable[Atom]) -> list[Values]:
    """The atoms as the modules' option `grants` takes them."""
    # SELECT on all columns goes together with what else is granted on the table.
    given = {
        replace(atom, part="") if atom.thing.kind == TABLE and atom.part == ALL_PARTS else atom
        for atom in atoms
    }
    return [
        {
            "principal": group.principal,
            "permissions": list(group.held),
            "permissions_with_grant_option": list(group.passed),
            "resource": written_option(group.thing, group.parts),
            **({"condition": group.condition} if group.condition else {}),
        }
        for group in _groups(_with_held(given))
    ]


def shown(atoms: Iterable[Atom]) -> list[str]:
    """The atoms as lines for a diff, one a principal, thing and permission."""
    lines: dict[tuple[str, str, str, str, str], set[str]] = {}
    for atom in atoms:
        option = " with grant option" if atom.grantable else ""
        condition = f" if {atom.condition}" if atom.condition else ""
        key = (atom.principal, atom.thing.kind, text(atom.thing), atom.permission + option)
        lines.setdefault((*key, condition), set()).add(_part_text(atom))
    return [
        f"{principal}: {permission} on {thing}"
        + (f" ({', '.join(sorted(parts))})" if parts != {""} else "")
        + condition
        for (principal, _kind, thing, permission, condition), parts in sorted(lines.items())
    ]


class _Group(NamedTuple):
    principal: str
    condition: str
    thing: Thing
    parts: tuple[str, ...]
    held: tuple[str, ...]
    passed: tuple[str, ...]


def _with_held(atoms: Iterable[Atom]) -> set[Atom]:
    """With the permissions themselves: what may be passed on has to be held as well."""
    given = set(atoms)
    return given | {replace(atom, grantable=False) for atom in given}


def _groups(atoms: set[Atom]) -> Iterator[_Group]:
    """Atoms that one grant or revoke can say."""
    by_part: dict[tuple[str, str, Thing, str], tuple[set[str], set[str]]] = {}
    for atom in atoms:
        key = (atom.principal, atom.condition, atom.thing, atom.part)
        held, passed = by_part.setdefault(key, (set(), set()))
        (passed if atom.grantable else held).add(atom.permission)
    # Parts go together when the same is to be done with all of them.
    alike: dict[tuple[str, str, Thing, str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for (principal, condition, thing, part), (held, passed) in by_part.items():
        which = "some" if part and excluded_of(thing, part) is None else part
        group = (principal, condition, thing, which, tuple(sorted(held)), tuple(sorted(passed)))
        alike.setdefault(group, []).append(part)
    for (principal, condition, thing, _which, may, may_pass_on), parts in sorted(alike.items()):
        named = sorted(part for part in parts if part)
        size = TAG_VALUES if thing.kind == LF_TAG else len(named) or 1
        for first in range(0, len(named) or 1, size):
            some = tuple(named[first : first + size])
            yield _Group(principal, condition, thing, some, may, may_pass_on)


def _request(group: _Group, catalog_id: str | None) -> Values:
    return {
        "principal": {"data_lake_principal_identifier": group.principal},
        "resource": write(group.thing, group.parts, catalog_id),
        "permissions": list(group.held) or None,
        "permissions_with_grant_option": list(group.passed) or None,
        "condition": {"expression": group.condition} if group.condition else None,
    }


def _part_text(atom: Atom) -> str:
    return f"all but {', '.join(sorted(atom.excluded))}" if atom.excluded else atom.part
