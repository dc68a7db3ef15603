# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masks of Redshift: as they are wanted, and the SQL that leads there.

A column has one policy for each role, and one of each priority. So an old one is detached before a
new one is attached, and in between the column is open: both belong into one transaction.

https://docs.aws.amazon.com/redshift/latest/dg/t_ddm-hierarchy.html
https://docs.aws.amazon.com/redshift/latest/dg/r_ATTACH_MASKING_POLICY.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .redshift_masking_catalog import Attachment, Current
from .redshift_policies import PREFIX, Path, Policy, on_table
from .redshift_table_model import listed, quoted


@dataclass(frozen=True)
class Wishes:
    """What is wanted: which masks for whom, and on which tables nothing else.

    With `only_attach` nothing that is there changes: what has a mask keeps it.
    """

    attached: Mapping[Attachment, Policy] = field(default_factory=dict)
    tables: frozenset[Path] = frozenset()
    only_attach: bool = False

    @property
    def policies(self) -> dict[str, Policy]:
        return {policy.name: policy for policy in self.attached.values()}


@dataclass(frozen=True)
class Change:
    """What leads from what there is to what is wanted."""

    wishes: Wishes
    current: Current

    @property
    def gained(self) -> set[Attachment]:
        missing = self.wishes.attached.keys() - self.current.attached
        if not self.wishes.only_attach:
            return missing
        return {
            one
            for one in missing
            if not any(_collide(one, other) for other in self.current.attached)
        }

    @property
    def lost(self) -> set[Attachment]:
        return {
            one
            for one in self.current.attached - self.wishes.attached.keys()
            if one.table in self.wishes.tables and not self.wishes.only_attach
        }

    @property
    def altered(self) -> list[Policy]:
        """Policies of ours that don't say any more what their name stands for."""
        return [
            policy
            for name, policy in sorted(self.wishes.policies.items())
            if name in self.current.policies and not policy.is_kept_as(self.current.policies[name])
        ]

    @property
    def made(self) -> dict[str, Policy]:
        """Policies that are to be attached and aren't there yet."""
        names = {one.policy for one in self.gained} - self.current.policies.keys()
        return {name: self.wishes.policies[name] for name in names}

    @property
    def dropped(self) -> set[str]:
        """Policies of ours that mask nothing."""
        kept = {one.policy for one in (self.current.attached - self.lost) | self.gained}
        return {name for name in self.current.policies.keys() - kept if name.startswith(PREFIX)}

    @property
    def after(self) -> Current:
        """What there is when all is done."""
        policies = {
            **{name: policy.using for name, policy in self.made.items()},
            **self.current.policies,
            **{policy.name: policy.using for policy in self.altered},
        }
        return replace(
            self.current,
            policies={name: using for name, using in policies.items() if name not in self.dropped},
            attached=(self.current.attached - self.lost) | self.gained,
        )

    def groups(self) -> list[list[str]]:
        """The statements in order; those of one group belong into one transaction.

        Wherever a transaction ends, no value is open that neither the old nor the new masks show,
        and going on from there leads to the same end.
        """
        places = [
            ([one for one in ones if one in self.lost], [one for one in ones if one in self.gained])
            for ones in _together(self.lost | self.gained)
        ]
        return [
            *([policy.alter] for policy in self.altered),
            *([policy.create] for name, policy in sorted(self.made.items())),
            *(
                [*map(_detach, lost), *map(_attach, gained)]
                for lost, gained in sorted(places, key=lambda place: not place[1])
            ),
            *([f"DROP MASKING POLICY {quoted(name)}"] for name in sorted(self.dropped)),
        ]


def _together(attachments: Iterable[Attachment]) -> list[list[Attachment]]:
    """Those that mask a column in common, in order."""
    found: list[tuple[set[tuple[Path, str]], list[Attachment]]] = []
    for one in sorted(attachments):
        places, ones = {(one.table, column) for column in one.columns}, [one]
        for other in [other for other in found if other[0] & places]:
            found.remove(other)
            places, ones = places | other[0], other[1] + ones
        found.append((places, ones))
    return [ones for _places, ones in found]


def _collide(one: Attachment, other: Attachment) -> bool:
    """Whether they mask one column for the same role, or with the same priority."""
    same_place = one.table == other.table and bool(set(one.columns) & set(other.columns))
    same_priority = one.priority == other.priority and one.policy != other.policy
    return same_place and (one.grantee == other.grantee or same_priority)


def _attach(one: Attachment) -> str:
    inputs = f" USING {listed(one.inputs)}" if one.inputs != one.columns else ""
    return (
        f"ATTACH MASKING POLICY {quoted(one.policy)} ON {on_table(one.table)}"
        f" {listed(one.columns)}{inputs} TO {one.grantee.sql} PRIORITY {one.priority}"
    )


def _detach(one: Attachment) -> str:
    return (
        f"DETACH MASKING POLICY {quoted(one.policy)} ON {on_table(one.table)}"
        f" {listed(one.columns)} FROM {one.grantee.sql}"
    )
