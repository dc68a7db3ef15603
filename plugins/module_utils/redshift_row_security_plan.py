# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Row-level security of Redshift: as it is, as it is wanted, and the SQL that leads there.

Policies of one table that reach a reader are joined by AND, so a new one is attached before an old
one is detached: in between the reader sees less. What restricts comes before what opens.

https://docs.aws.amazon.com/redshift/latest/dg/t_rls_usage.html
https://docs.aws.amazon.com/redshift/latest/dg/r_ATTACH_RLS_POLICY.html
https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .redshift_policies import PREFIX, Path, Policy, on_table
from .redshift_privilege_model import Grantee
from .redshift_row_security_catalog import Attachment, Current, Stored
from .redshift_table_model import quoted

ALIASES = (None, "", "rls_table")
"""Of a policy that was made without one. All policies on a table have to have the same."""


@dataclass(frozen=True)
class Wishes:
    """What is wanted: for whom which policies, on which tables nothing else, who sees all rows."""

    attached: Mapping[Attachment, Policy] = field(default_factory=dict)
    tables: frozenset[Path] = frozenset()
    ignoring: frozenset[str] = frozenset()
    purge_ignoring: bool = False

    @property
    def policies(self) -> dict[str, Policy]:
        return {policy.name: policy for policy in self.attached.values()}

    @property
    def secured(self) -> set[Path]:
        return {one.table for one in self.attached}


@dataclass(frozen=True)
class Change:
    """What leads from what there is to what is wanted."""

    wishes: Wishes
    current: Current

    @property
    def gained(self) -> set[Attachment]:
        return self.wishes.attached.keys() - self.current.attached

    @property
    def lost(self) -> set[Attachment]:
        return {
            one
            for one in self.current.attached - self.wishes.attached.keys()
            if one.table in self.wishes.tables
        }

    @property
    def altered(self) -> list[Policy]:
        """Policies of ours that don't say any more what their name stands for."""
        return [
            policy
            for name, policy in sorted(self.wishes.policies.items())
            if name in self.current.policies
            and not policy.is_kept_as(self.current.policies[name].using)
        ]

    @property
    def dropped(self) -> set[str]:
        """Policies of ours that filter nothing."""
        kept = {one.policy for one in (self.current.attached - self.lost) | self.gained}
        return {name for name in self.current.policies.keys() - kept if name.startswith(PREFIX)}

    @property
    def no_longer_ignoring(self) -> set[str]:
        """Roles of the system have what they have."""
        if not self.wishes.purge_ignoring:
            return set()
        surplus = self.current.ignoring - self.wishes.ignoring
        return {role for role in surplus if not role.startswith("sys:")}

    @property
    def after(self) -> Current:
        """What there is when all is done."""
        policies = {
            **{name: Stored(policy.using) for name, policy in self.wishes.policies.items()},
            **self.current.policies,
            **{policy.name: Stored(policy.using) for policy in self.altered},
        }
        kept = {
            path: how
            for path, how in self.current.secured.items()
            if path not in self.wishes.tables
        }
        return replace(
            self.current,
            policies={name: one for name, one in policies.items() if name not in self.dropped},
            attached=(self.current.attached - self.lost) | self.gained,
            secured={**kept, **dict.fromkeys(self.wishes.secured, "and")},
            ignoring=(self.current.ignoring | self.wishes.ignoring) - self.no_longer_ignoring,
        )

    def groups(self) -> list[list[str]]:
        """The statements in order; those of one group belong into one transaction.

        Wherever it ends, nobody sees a row that neither the old nor the new state shows, and going
        on from there leads to the same end.
        """
        strange = self._strange()
        odd = {one.table for one in strange}
        usual = {one for one in self.gained if one.table not in odd}
        swaps = [
            [*_detach(_on(strange, path)), *_attach(_on(self.gained, path))] for path in sorted(odd)
        ]
        return [
            *_each(_ignore("GRANT", "TO", self.wishes.ignoring - self.current.ignoring)),
            *_each(
                _secure(path)
                for path in sorted(self.wishes.secured)
                if self.current.secured.get(path) == "or"
            ),
            *_each(policy.alter for policy in self.altered),
            *_each(
                policy.create
                for name, policy in sorted(self.wishes.policies.items())
                if name not in self.current.policies
            ),
            *swaps,
            *_each(_attach(usual)),
            *_each(
                _secure(path) for path in sorted(self.wishes.secured - self.current.secured.keys())
            ),
            *_each(_detach(self.lost - strange)),
            *_each(
                f"ALTER TABLE {on_table(path)} ROW LEVEL SECURITY OFF"
                for path in sorted(self.wishes.tables & self.current.secured.keys())
                if path not in self.wishes.secured
            ),
            *_each(f"DROP RLS POLICY {quoted(name)}" for name in sorted(self.dropped)),
            *_each(_ignore("REVOKE", "FROM", self.no_longer_ignoring)),
        ]

    def _strange(self) -> set[Attachment]:
        """Of what is lost: policies beside which none of ours can be attached, for their alias."""
        paths = {one.table for one in self.gained}
        policies = self.current.policies
        return {
            one
            for one in self.lost
            if one.table in paths
            and one.policy in policies
            and policies[one.policy].alias not in ALIASES
        }


def _each(sqls: Iterable[str]) -> list[list[str]]:
    return [[sql] for sql in sqls]


def _on(attachments: Iterable[Attachment], path: Path) -> set[Attachment]:
    return {one for one in attachments if one.table == path}


def _secure(path: Path) -> str:
    return f"ALTER TABLE {on_table(path)} ROW LEVEL SECURITY ON CONJUNCTION TYPE AND"


def _ignore(verb: str, preposition: str, roles: Iterable[str]) -> list[str]:
    return [f"{verb} IGNORE RLS {preposition} ROLE {quoted(role)}" for role in sorted(roles)]


def _attach(attachments: Iterable[Attachment]) -> list[str]:
    return _attachments("ATTACH", "TO", attachments)


def _detach(attachments: Iterable[Attachment]) -> list[str]:
    return _attachments("DETACH", "FROM", attachments)


def _attachments(verb: str, preposition: str, attachments: Iterable[Attachment]) -> list[str]:
    """One statement for everybody who has the same policy on the same table."""
    grantees: dict[tuple[str, Path], list[Grantee]] = {}
    for one in sorted(attachments):
        grantees.setdefault((one.policy, one.table), []).append(one.grantee)
    return [
        f"{verb} RLS POLICY {quoted(policy)} ON {on_table(path)}"
        f" {preposition} {', '.join(who.sql for who in ones)}"
        for (policy, path), ones in grantees.items()
    ]
