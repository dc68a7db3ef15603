# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring the grants of Lake Formation to what a list of grants says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .api import Api
from .errors import ResourceError, error_code
from .lakeformation_grants import (
    ALL_TABLES,
    CATALOG,
    DATABASE,
    LOCATION,
    TABLE,
    Atom,
    atoms_of,
    covered,
    grants_of,
    resource_of,
    revokes_of,
    shown,
)
from .principal import caller_arn
from .waiting import wait_until

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]
Entries = dict[str, Values]

MISSING = "EntityNotFoundException"
BATCH = 20
"""Grants that one call may hold."""
MOST_THREADS = 8
THINGS_A_THREAD = 10
GRANT, REVOKE = "BatchGrantPermissions", "BatchRevokePermissions"


class Permissions:
    """https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_GrantPermissions.html"""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.module = module
        self.params: Values = module.params
        self.absent: bool = self.params["state"] == "absent"
        self.purge: Values = self.params["purge"] or {}
        self.wanted = self._wanted()
        self.api = Api(module.client("lakeformation"), "the grants of Lake Formation")

    def ensure(self) -> Values:
        """Returns the module's result."""
        current = self._current()
        if self.absent:
            missing, surplus = set(), self._revoked(current)
        else:
            surplus = self._surplus(current)
            missing = {atom for atom in self.wanted if not covered(atom, current - surplus)}
        result: Values = {
            "changed": bool(missing or surplus),
            "granted": shown(missing),
            "revoked": shown(surplus),
        }
        if self.module._diff:
            concerned = {atom.principal for atom in self.wanted | surplus}
            before = {atom for atom in current if atom.principal in concerned}
            result["diff"] = {
                "before": {"grants": shown(before)},
                "after": {"grants": shown((before - surplus) | missing)},
            }
        if result["changed"] and not self.module.check_mode:
            # What is too much goes first: nobody sees more in between.
            self._write(REVOKE, revokes_of(surplus))
            self._write(GRANT, grants_of(missing))
            self._wait(missing, surplus)
        return result

    def _wanted(self) -> set[Atom]:
        if self.absent and self.purge:
            raise ResourceError("purge goes with state=present: it keeps what grants lists")
        atoms: set[Atom] = set()
        for index, grant in enumerate(self.params["grants"]):
            resource = {kind: r for kind, r in grant["resource"].items() if r is not None}
            if len(resource) != 1:
                raise ResourceError(
                    f"grants[{index}].resource has {', '.join(resource) or 'nothing'}: "
                    "it must have exactly one kind of resource"
                )
            if resource.get("table", {}).get("name") == ALL_TABLES:
                resource["table"] = {**resource["table"], "name": None}
            permissions = {*grant["permissions"], *(grant["permissions_with_grant_option"] or [])}
            if "table_with_columns" in resource and permissions != {"SELECT"}:
                raise ResourceError(
                    f"grants[{index}].permissions is {', '.join(sorted(permissions))}: "
                    "on columns only SELECT can be granted"
                )
            principal = {"data_lake_principal_identifier": grant["principal"]}
            atoms |= atoms_of({**grant, "principal": principal, "resource": resource})
        return atoms

    def _purged(self) -> set[tuple[str, tuple[str, ...]]]:
        """Kinds and names of what is purged; what is granted on all tables is on each of them."""
        if not self.purge:
            return set()
        database = self.purge["database"].lower()
        tables = {ALL_TABLES, *(table.lower() for table in self.purge["tables"])}
        return {(DATABASE, (database,)), *((TABLE, (database, table)) for table in tables)}

    def _current(self) -> set[Atom]:
        """What is granted on everything that the wanted grants, or the purge, name."""
        things = sorted({(atom.kind, atom.names) for atom in self.wanted} | self._purged())
        threads = min(MOST_THREADS, 1 + len(things) // THINGS_A_THREAD)
        with ThreadPoolExecutor(threads) as pool:
            return set().union(*pool.map(self._listed, things))

    def _listed(self, thing: tuple[str, tuple[str, ...]]) -> set[Atom]:
        """What is granted on a thing; one that is not there yet has no grants."""
        kind, names = thing
        request: Values = {"resource": resource_of(kind, names)}
        if kind == CATALOG:
            request = {"resource_type": "CATALOG"}
        try:
            listed = self.api.pages("ListPermissions", "principal_resource_permissions", **request)
        except AnsibleAWSError as error:
            if error_code(error) != MISSING and not self._is_unregistered(thing):
                raise
            return set()
        atoms = {atom for grant in listed for atom in atoms_of(grant)}
        return {atom for atom in atoms if (atom.kind, atom.names) == thing}

    def _is_unregistered(self, thing: tuple[str, tuple[str, ...]]) -> bool:
        """Whether a thing is a location that isn't registered.

        Who is no administrator yet is denied its grants, where other things are not found.
        """
        kind, names = thing
        return kind == LOCATION and not self.api.maybe(
            "DescribeResource", missing=(MISSING,), resource_arn=names[0]
        )

    def _surplus(self, current: set[Atom]) -> set[Atom]:
        """What is granted on the purged things and not listed."""
        purged = self._purged()
        if not purged:
            return set()
        left_alone = {*self.purge["unmanaged"], caller_arn(self.module), *self._administrators()}
        return {
            atom
            for atom in current - self.wanted
            if (atom.kind, atom.names) in purged
            and atom.principal not in left_alone
            # AWS lists the permissions that ALL stands for beside it.
            and replace(atom, permission="ALL", column="") not in self.wanted
        }

    def _revoked(self, current: set[Atom]) -> set[Atom]:
        """What the grants name and is held; with ALL, what it stands for too."""
        hidden = {a for a in self.wanted - current if a.column and covered(a, current)}
        if hidden:
            raise ResourceError(
                f"{'; '.join(shown(hidden))} can't be revoked: it is granted on all columns, "
                "revoke that and grant the others"
            )
        return {
            atom
            for atom in current
            if atom in self.wanted or replace(atom, permission="ALL", column="") in self.wanted
        }

    def _administrators(self) -> list[str]:
        settings = self.api.call("GetDataLakeSettings")["data_lake_settings"]
        return [a["data_lake_principal_identifier"] for a in settings.get("data_lake_admins") or []]

    def _write(self, operation: str, requests: list[Values]) -> None:
        for start in range(0, len(requests), BATCH):
            batch = requests[start : start + BATCH]
            entries = {str(index): {"id": str(index), **r} for index, r in enumerate(batch)}
            wait_until(
                partial(self._write_batch, operation, entries),
                lambda refusals: not refusals,
                timeout=self.params["wait_timeout"],
                what=f"lakeformation:{operation}",
                state=lambda refusals: f"refused {'; '.join(refusals)}",
            )

    def _write_batch(self, operation: str, entries: Entries) -> list[str]:
        """Send the entries, which keep what is to be sent again; returns why that is refused."""
        answer = self.api.call(operation, entries=list(entries.values()))
        failed = {f["request_entry"]["id"]: f["error"] for f in answer.get("failures") or []}
        refusals = []
        for identifier, entry in list(entries.items()):
            error = failed.get(identifier)
            if error is None or is_nothing_to_revoke(operation, error):
                del entries[identifier]
                continue
            what = "; ".join(shown(atoms_of(entry)))
            reason = f"{what}: {error['error_code']}: {error.get('error_message', '')}"
            if not is_passing(error):
                raise ResourceError(f"lakeformation:{operation} failed for {reason}")
            refusals.append(reason)
        return refusals

    def _wait(self, granted: set[Atom], revoked: set[Atom]) -> None:
        """Wait until the listing, which lags behind, shows what was written."""
        wait_until(
            self._current,
            lambda current: all(covered(a, current) for a in granted) and not revoked & current,
            timeout=self.params["wait_timeout"],
            what="Lake Formation to list what was granted and revoked",
            state=lambda _: "behind",
        )


def is_nothing_to_revoke(operation: str, error: Values) -> bool:
    """Whether a revoke failed since what it names is gone already; the listing tells for sure."""
    return operation == REVOKE and "No permissions revoked" in error.get("error_message", "")


def is_passing(error: Values) -> bool:
    """Whether a failure may pass: a concurrent change, or a role made a moment ago."""
    concurrent = error["error_code"] == "ConcurrentModificationException"
    return concurrent or "Invalid principal" in error.get("error_message", "")
