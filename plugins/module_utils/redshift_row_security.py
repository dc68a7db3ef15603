# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Row-level security of Redshift, as the module of this name wants it."""

from __future__ import annotations

from typing import Any

from .redshift_policies import absences, disagreements, paths_of, policy_of
from .redshift_policy_task import Ask, Values, refuse
from .redshift_privilege_model import Grantee
from .redshift_row_security_catalog import Attachment, Current, read_current, view
from .redshift_row_security_plan import Change, Wishes


class RowSecurity:
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
        named = {one.grantee.name for one in attached} | self.wishes.ignoring
        return absences(
            [
                *((path, ()) for path in self.wishes.tables),
                *((one.table, dict(policy.columns)) for one, policy in attached.items()),
            ],
            current.columns,
            (named, current.roles),
        )

    def view(self, state: Current) -> Values:
        return view(state, self.wishes.tables)


def _wishes(options: dict[str, Any]) -> Wishes:
    tables = paths_of(options["tables"])
    attached = {}
    faults: list[str] = []
    for at, entry in enumerate(options["policies"] or (), 1):
        policy, wrong = policy_of("RLS", entry, "columns")
        path = (entry["schema"].lower(), entry["table"].lower())
        if path not in tables:
            wrong.append(
                f"the table {'.'.join(path)} isn't in tables, where all are listed whose row-level"
                " security the task decides"
            )
        faults += [f"policies, entry {at}: {fault}" for fault in wrong]
        attached[Attachment(policy.name, path, Grantee("role", entry["role"]))] = policy
    refuse(faults + disagreements(attached.values()))
    return Wishes(
        attached,
        tables,
        frozenset(options["ignoring"] or ()),
        options["purge_ignoring"] and options["ignoring"] is not None,
    )
