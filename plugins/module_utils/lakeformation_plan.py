# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be granted and revoked in Lake Formation so that a list of grants holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .errors import ResourceError
from .lakeformation_grants import Atom, covered, shown
from .lakeformation_purge import Purge


@dataclass(frozen=True)
class Plan:
    """missing: to be granted. surplus: to be revoked, which comes first."""

    missing: set[Atom]
    surplus: set[Atom]

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus)

    def applied(self, current: set[Atom]) -> set[Atom]:
        """What is granted once the plan is carried out."""
        return (current - self.surplus) | self.missing

    def fulfilled(self, current: set[Atom]) -> bool:
        """Whether it has been carried out."""
        return not self.surplus & current and all(covered(a, current) for a in self.missing)


def plan_grants(
    wanted: set[Atom], current: set[Atom], purge: Purge, left_alone: Callable[[], set[str]]
) -> Plan:
    """Grant what is wanted and not there; revoke what the purge concerns and is not wanted.

    left_alone tells whose grants are never purged; it is asked only when there is something to purge.
    """
    surplus = {atom for atom in purge.surplus(current) if not _named(atom, wanted)}
    if surplus:
        spared = left_alone()
        surplus = {atom for atom in surplus if atom.principal not in spared}
    return Plan({atom for atom in wanted if not covered(atom, current - surplus)}, surplus)


def plan_revokes(wanted: set[Atom], current: set[Atom]) -> Plan:
    """Revoke what is named and held, whether as a whole or in parts.

    ResourceError for a part of what is granted as a whole, which AWS cannot take out of it.
    """
    hidden = {atom for atom in wanted - current if atom.part and covered(atom, current)}
    if hidden:
        raise ResourceError(
            f"{'; '.join(shown(hidden))} can't be revoked: it is granted on all columns or values, "
            "revoke that and grant the others"
        )
    return Plan(set(), {atom for atom in current if _named(atom, wanted)})


def _named(atom: Atom, wanted: set[Atom]) -> bool:
    """Whether what is wanted says an atom; AWS lists what ALL stands for beside it."""
    return covered(atom, wanted) or replace(atom, permission="ALL", part="") in wanted
