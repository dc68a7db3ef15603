# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dynamic data masking of Redshift, as the module of this name wants it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .redshift_masking_catalog import Attachment, Current, read_current, view
from .redshift_masking_plan import Change, Wishes
from .redshift_policies import Policy, absences, disagreements, paths_of, policy_of
from .redshift_policy_task import Ask, Values, refuse
from .redshift_privilege_model import Grantee


class Masking:
    """What a task says of it, by the module's options. Bad input is a ResourceError."""

    nothing = Current()

    def __init__(self, options: dict[str, Any]) -> None:
        self.wishes = _wishes(options)

    def read(self, ask: Ask, database: str) -> Current:
        return read_current(ask, database, self.wishes.tables)

    def change(self, current: Current) -> Change:
        return Change(self.wishes, current)

    def lacking(self, current: Current) -> list[str]:
        attached = self.wishes.attached
        return absences(
            [
                *((path, ()) for path in self.wishes.tables),
                *((one.table, {*one.columns, *one.inputs}) for one in attached),
            ],
            current.columns,
            ({one.grantee.name for one in attached}, current.roles),
        )

    def view(self, state: Current) -> Values:
        return view(state, self.wishes.tables)


def _wishes(options: dict[str, Any]) -> Wishes:
    faults: list[str] = []
    policies: list[Policy] = []
    for at, entry in enumerate(options["policies"] or (), 1):
        policy, wrong = policy_of("MASKING", entry, "input")
        if not entry["input"]:
            wrong.append("input is empty: list the columns that the expression names")
        faults += [f"policies, entry {at}: {fault}" for fault in wrong]
        policies.append(policy)
    faults += disagreements(policies)
    by_name = {policy.base: policy for policy in policies}
    wishes = Wishes({}, paths_of(options["tables"]))
    attached = {}
    ones: list[Attachment] = []
    for at, entry in enumerate(options["attachments"] or (), 1):
        found = by_name.get(entry["policy"].lower())
        one = _attachment(entry, found)
        faults += [
            f"attachments, entry {at}: {fault}"
            for fault in _faults(one, found, entry["policy"], wishes)
        ]
        ones.append(one)
        if found:
            attached[one] = found
    refuse([*faults, *_conflicts(ones)])
    return Wishes(attached, wishes.tables, options["only_attach"])


def _attachment(entry: dict[str, Any], policy: Policy | None) -> Attachment:
    column = entry["column"].lower()
    inputs = [name.lower() for name in entry["input_columns"] or [column]]
    return Attachment(
        policy.name if policy else entry["policy"],
        (entry["schema"].lower(), entry["table"].lower()),
        (column,),
        tuple(inputs),
        Grantee("role", entry["role"]),
        entry["priority"],
    )


def _faults(one: Attachment, policy: Policy | None, name: str, wishes: Wishes) -> Iterator[str]:
    if one.table not in wishes.tables:
        yield (
            f"the table {'.'.join(one.table)} isn't in tables, where all are listed whose masks the"
            " task decides"
        )
    if policy is None:
        yield f"there is no policy {name} in policies"
    elif len(policy.columns) != len(one.inputs):
        yield (
            f"the policy {name} has {len(policy.columns)} columns as input, not {len(one.inputs)}:"
            " say them in input_columns"
        )


def _conflicts(attachments: Iterable[Attachment]) -> Iterator[str]:
    """A column has one policy for each role, and one of each priority."""
    for_role: dict[tuple[Any, ...], Attachment] = {}
    of_priority: dict[tuple[Any, ...], Attachment] = {}
    for one in attachments:
        where = f"the column {'.'.join((*one.table, *one.columns))}"
        place = (one.table, one.columns)
        if for_role.setdefault((*place, one.grantee), one) != one:
            yield f"attachments: {where} has two masks for {one.grantee}"
        other = of_priority.setdefault((*place, one.priority), one)
        if (other.policy, other.inputs) != (one.policy, one.inputs):
            yield (
                f"attachments: {where} has two policies of the priority {one.priority}, also if for"
                " two roles: give each policy its own"
            )
