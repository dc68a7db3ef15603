"""Who holds which permission: grants add up, revokes take away exactly what is held."""

from __future__ import annotations

import copy
import datetime
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.faults import faults
from sandbox.services.lakeformation import targets
from sandbox.services.lakeformation.columns import Columns
from sandbox.services.lakeformation.targets import Target, invalid

NOBODY = (
    "No permissions revoked. Grantee has no permissions and no grantable permissions on resource."
)


@dataclass
class Grant:
    """All that one principal holds on one resource.

    SELECT on a table is held by column; everything else as a whole.
    """

    principal: str
    target: Target
    permissions: set[str] = field(default_factory=set)
    grantable: set[str] = field(default_factory=set)
    select: Columns = field(default_factory=Columns)
    select_grantable: Columns = field(default_factory=Columns)
    updated: datetime.datetime | None = None
    updated_by: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is held any more."""
        return not (self.permissions or self.grantable or self.select or self.select_grantable)


@dataclass(frozen=True)
class Change:
    """What a grant or a revoke is about; columns say where SELECT on a table applies."""

    principal: str
    target: Target
    permissions: frozenset[str]
    grantable: frozenset[str]
    columns: Columns
    by: str

    def __post_init__(self) -> None:
        if self.target.kind == "TABLE" and not self.columns:
            object.__setattr__(self, "columns", Columns.every())

    def select(self, permissions: Iterable[str]) -> Columns:
        """The columns whose SELECT is among the permissions, none for other resources."""
        selects = self.target.kind == "TABLE" and "SELECT" in permissions
        return self.columns if selects else Columns()

    def whole(self, permissions: Iterable[str]) -> set[str]:
        """The permissions that are not held by column."""
        return set(permissions) - ({"SELECT"} if self.target.kind == "TABLE" else set())


class Grants:
    """All grants of one catalog.

    Where the fault plan delays consistency, listed() shows what was true so many seconds ago.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._held: dict[tuple[str, Target], Grant] = {}
        self._past: list[tuple[float, list[Grant]]] = []

    def add(self, change: Change) -> None:
        """Grant; what is held already stays held."""
        with self._lock:
            self._remember()
            key = (change.principal, change.target)
            grant = self._held.setdefault(key, Grant(*key))
            grant.permissions |= change.whole(change.permissions)
            grant.grantable |= change.whole(change.grantable)
            for name, permissions in _selects(change):
                columns = change.select(permissions)
                held: Columns = getattr(grant, name)
                setattr(grant, name, held.joined(columns) if columns else held)
            self._stamp(grant, change)

    def remove(self, changes: Sequence[Change], table: Iterable[str]) -> None:
        """Revoke all of the changes; table lists the columns of the table concerned.

        InvalidInputException when the grantee does not hold all of it: then nothing is revoked.
        """
        listed = list(table)
        with self._lock:
            for change in changes:
                self._require_held(change, listed)
            self._remember()
            for change in changes:
                self._take(change, listed)

    def _require_held(self, change: Change, listed: list[str]) -> None:
        grant = self._held.get((change.principal, change.target))
        if grant is None:
            raise invalid(NOBODY)
        missing = sorted(_missing(grant, change, listed))
        if missing:
            raise invalid(f"No permissions revoked. Grantee does not have:[{', '.join(missing)}]")

    def _take(self, change: Change, listed: list[str]) -> None:
        grant = self._held[change.principal, change.target]
        whole = change.whole(change.permissions)
        grant.permissions -= whole
        # without the permission there is nothing to pass on
        grant.grantable -= whole | change.whole(change.grantable)
        columns = change.select(change.permissions)
        if columns:
            grant.select = grant.select.without(columns, listed)
        columns = change.select(change.permissions | change.grantable)
        if columns and grant.select_grantable:
            grant.select_grantable = grant.select_grantable.without(columns, listed)
        self._stamp(grant, change)
        if grant.empty:
            del self._held[change.principal, change.target]

    def forget(self, gone: Callable[[Target], bool]) -> None:
        """Drop every grant on resources that are gone."""
        with self._lock:
            self._remember()
            self._held = {key: held for key, held in self._held.items() if not gone(key[1])}

    def current(self, principals: Iterable[str]) -> list[Grant]:
        """What any of the principals holds now; a copy."""
        wanted = set(principals)
        with self._lock:
            return [replace(held) for held in self._held.values() if held.principal in wanted]

    def listed(self) -> list[Grant]:
        """All grants as reads see them; a copy."""
        with self._lock:
            lag, fault = faults.delay("lakeformation")
            if fault is not None:
                # each entry is the state before the change made at its time
                for changed, before in self._past:
                    if changed > time.monotonic() - lag:
                        fault.strike()
                        return before
            return copy.deepcopy(list(self._held.values()))

    def _remember(self) -> None:
        lag, _ = faults.delay("lakeformation")
        now = time.monotonic()
        self._past = [entry for entry in self._past if entry[0] > now - lag]
        if lag:
            self._past.append((now, copy.deepcopy(list(self._held.values()))))

    @staticmethod
    def _stamp(grant: Grant, change: Change) -> None:
        grant.updated = datetime.datetime.now(datetime.UTC)
        grant.updated_by = change.by


def joined(grants: Iterable[Grant]) -> Iterator[Grant]:
    """Grants as they are listed: equal ones on values of one LF-tag as one."""
    groups: dict[Any, list[Grant]] = {}
    for grant in grants:
        alike: Any = id(grant)
        if grant.target.kind == "LF_TAG" and grant.target.parts[1] != ("*",):
            held = frozenset(grant.permissions), frozenset(grant.grantable)
            alike = grant.principal, grant.target.parts[0], held
        groups.setdefault(alike, []).append(grant)
    for group in groups.values():
        first = group[0]
        parts = first.target.parts
        if len(group) > 1:
            values = sorted(one.target.parts[1][0] for one in group)
            parts = parts[0], tuple(values)
        yield replace(first, target=Target(first.target.kind, parts))


def entries(grant: Grant, account: str) -> Iterator[dict[str, Any]]:
    """A grant as PrincipalResourcePermissions: SELECT on a table is an entry of its own."""

    def entry(columns: Columns | None, held: Iterable[str], passed: Iterable[str]) -> Any:
        return {
            "Principal": {"DataLakePrincipalIdentifier": grant.principal},
            "Resource": targets.member(grant.target, columns, account),
            "Permissions": sorted(held),
            "PermissionsWithGrantOption": sorted(passed),
            "LastUpdated": grant.updated,
            "LastUpdatedBy": grant.updated_by,
        }

    if grant.permissions or grant.grantable:
        yield entry(None, grant.permissions, grant.grantable)
    if grant.select == grant.select_grantable:
        if grant.select:
            yield entry(grant.select, ["SELECT"], ["SELECT"])
        return
    if grant.select:
        yield entry(grant.select, ["SELECT"], [])
    if grant.select_grantable:
        yield entry(grant.select_grantable, [], ["SELECT"])


def _selects(change: Change) -> list[tuple[str, frozenset[str]]]:
    return [("select", change.permissions), ("select_grantable", change.grantable)]


def _missing(grant: Grant, change: Change, table: list[str]) -> set[str]:
    missing = change.whole(change.permissions) - grant.permissions
    missing |= change.whole(change.grantable) - grant.grantable
    for name, permissions in _selects(change):
        columns = change.select(permissions)
        held: Columns = getattr(grant, name)
        if columns and not held.covers(columns, table):
            missing.add("SELECT")
    return missing
