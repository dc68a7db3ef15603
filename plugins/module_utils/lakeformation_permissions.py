# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring the grants of Lake Formation to what a list of grants says."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from .api import Api
from .errors import ResourceError
from .lakeformation_grants import (
    ALL_COLUMNS,
    CATALOG,
    DATABASE,
    TABLE,
    Atom,
    atoms_of,
    requests_of,
    resource_of,
    shown,
)
from .principal import caller_arn
from .waiting import wait_until

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]

BATCH = 20
"""Grants that one call may hold."""


class Permissions:
    """https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_GrantPermissions.html"""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.module = module
        self.params: Values = module.params
        self.wanted = self._wanted()
        self.api = Api(module.client("lakeformation"), "the grants of Lake Formation")

    def ensure(self) -> Values:
        """Returns the module's result."""
        current = self._current()
        if self.params["state"] == "absent":
            missing, surplus = set(), self.wanted & current
        else:
            missing, surplus = self.wanted - current, self._surplus(current)
        result: Values = {
            "changed": bool(missing or surplus),
            "granted": shown(missing),
            "revoked": shown(surplus),
        }
        if self.module._diff:
            result["diff"] = {
                "before": {"grants": shown(current)},
                "after": {"grants": shown((current - surplus) | missing)},
            }
        if result["changed"] and not self.module.check_mode:
            # What is too much goes first: nobody sees more in between.
            self._write("BatchRevokePermissions", surplus)
            self._write("BatchGrantPermissions", missing)
            self._wait(missing, surplus)
        return result

    def _wanted(self) -> set[Atom]:
        atoms: set[Atom] = set()
        for index, grant in enumerate(self.params["grants"]):
            resource = {kind: r for kind, r in grant["resource"].items() if r is not None}
            if len(resource) != 1:
                raise ResourceError(
                    f"grants[{index}].resource has {', '.join(resource) or 'nothing'}: "
                    "it must have exactly one kind of resource"
                )
            if resource.get("table", {}).get("name") == ALL_COLUMNS:
                resource["table"] = {**resource["table"], "name": None}
            if "table_with_columns" in resource and grant["permissions"] != ["SELECT"]:
                raise ResourceError(
                    f"grants[{index}].permissions is {', '.join(grant['permissions'])}: "
                    "on columns only SELECT can be granted"
                )
            principal = {"data_lake_principal_identifier": grant["principal"]}
            atoms |= atoms_of({**grant, "principal": principal, "resource": resource})
        return atoms

    def _current(self) -> set[Atom]:
        """What is granted on everything that the wanted grants, or the purge, name."""
        things = {(atom.kind, atom.names) for atom in self.wanted}
        purge = self.params["purge"]
        if purge:
            database = purge["database"].lower()
            things.add((DATABASE, (database,)))
            things |= {(TABLE, (database, table.lower())) for table in purge["tables"]}
        atoms: set[Atom] = set()
        for kind, names in sorted(things):
            atoms |= self._listed(kind, names)
        return atoms

    def _listed(self, kind: str, names: tuple[str, ...]) -> set[Atom]:
        request: Values = {"resource": resource_of(kind, names, "", [])}
        if kind == CATALOG:
            request = {"resource_type": "CATALOG"}
        answer = self._pages(request)
        return {atom for grant in answer for atom in atoms_of(grant)}

    def _pages(self, request: Values) -> list[Values]:
        """All pages; what is not there yet has no grants."""
        first = self.api.maybe(
            "ListPermissions",
            missing=("EntityNotFoundException",),
            **request,
        )
        found = list((first or {}).get("principal_resource_permissions") or [])
        token = (first or {}).get("next_token")
        while token:
            page = self.api.call("ListPermissions", **request, next_token=token)
            found += page.get("principal_resource_permissions") or []
            token = page.get("next_token")
        return found

    def _surplus(self, current: set[Atom]) -> set[Atom]:
        """What is granted on the purged things and not listed."""
        purge = self.params["purge"]
        if not purge:
            return set()
        left_alone = {*purge["unmanaged"], caller_arn(self.module), *self._administrators()}
        database = purge["database"].lower()
        tables = {table.lower() for table in purge["tables"]}
        return {
            atom
            for atom in current - self.wanted
            if atom.principal not in left_alone
            and atom.names[:1] == (database,)
            and (atom.kind == DATABASE or (atom.kind == TABLE and atom.names[1] in tables))
        }

    def _administrators(self) -> list[str]:
        settings = self.api.call("GetDataLakeSettings")["data_lake_settings"]
        return [a["data_lake_principal_identifier"] for a in settings.get("data_lake_admins") or []]

    def _write(self, operation: str, atoms: Iterable[Atom]) -> None:
        requests = requests_of(atoms)
        for start in range(0, len(requests), BATCH):
            batch = requests[start : start + BATCH]
            entries = {str(index): {"id": str(index), **r} for index, r in enumerate(batch)}
            wait_until(
                partial(self._write_batch, operation, entries),
                lambda pending: not pending,
                timeout=self.params["wait_timeout"],
                what="grants that others change at the same time",
                state=lambda pending: f"still to do for {len(pending)}",
            )

    def _write_batch(self, operation: str, entries: dict[str, Values]) -> dict[str, Values]:
        """Send one batch; what met a concurrent change stays in `entries`, which is returned."""
        answer = self.api.call(operation, entries=list(entries.values()))
        failed = {f["request_entry"]["id"]: f["error"] for f in answer.get("failures") or []}
        for identifier in list(entries):
            error = failed.get(identifier)
            if error is None:
                del entries[identifier]
            elif error["error_code"] != "ConcurrentModificationException":
                what = shown(atoms_of(entries[identifier]))
                raise ResourceError(
                    f"lakeformation:{operation} failed for {'; '.join(what)}: "
                    f"{error['error_code']}: {error.get('error_message', '')}"
                )
        return entries

    def _wait(self, granted: set[Atom], revoked: set[Atom]) -> None:
        """Wait until the listing, which lags behind, shows what was written."""
        wait_until(
            self._current,
            lambda current: granted <= current and not revoked & current,
            timeout=self.params["wait_timeout"],
            what="Lake Formation to list what was granted and revoked",
            state=lambda _: "behind",
        )
