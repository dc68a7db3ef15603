# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles, users and privileges of Redshift, as the module of this name makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .errors import ResourceError
from .redshift_connection import Connection
from .redshift_privilege_catalog import Current, read_current
from .redshift_privilege_model import Grantee, Privilege, privileges_of
from .redshift_privilege_plan import Change, Scope, Wishes, plan, view
from .redshift_table_model import quoted

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]


class Privileges:
    """What a task says of them. Bad input is a ResourceError, before any call."""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.module = module
        params = module.params
        self.roles: list[str] = list(dict.fromkeys(params["roles"] or ()))
        self.users: list[Values] = params["users"] or []
        self.wishes = _wishes(params)
        self.connection = Connection(module)

    def ensure(self) -> Values:
        """Returns the module's result."""
        current = self._read()
        change = plan(self.wishes, current.privileges)
        revokes = [sql for sql in change.statements if sql.startswith("REVOKE")]
        grants = change.statements[len(revokes) :]
        statements = [*revokes, *self._principals(current), *grants]
        if statements and not self.module.check_mode:
            self.connection.run(statements)
        result: Values = {"changed": bool(statements), "statements": statements}
        if self.module._diff:
            result["diff"] = {
                "before": self._view(current, current.privileges, change, after=False),
                "after": self._view(current, change.after, change, after=True),
            }
        return result

    def _read(self) -> Current:
        listed = {(one.kind, one.path) for one in self.wishes.granted | self.wishes.revoked}
        scope = {(kind, path or ("all",)) for kind, path in self.wishes.scope.objects}
        try:
            return read_current(self.connection.rows, listed | scope)
        except AnsibleAWSError as error:
            if not self.connection.will_exist_later(error):
                raise
            return Current()

    def _principals(self, current: Current) -> list[str]:
        """What makes the roles and users, and gives users their roles."""
        users = [user["name"] for user in self.users]
        gained, lost = self._memberships(current)
        return [
            *(f"REVOKE ROLE {quoted(role)} FROM {quoted(user)}" for user, role in lost),
            *(f"CREATE ROLE {quoted(name)}" for name in self.roles if name not in current.roles),
            *(
                f"CREATE USER {quoted(name)} PASSWORD DISABLE"
                for name in users
                if name not in current.users
            ),
            *(f"GRANT ROLE {quoted(role)} TO {quoted(user)}" for user, role in gained),
        ]

    def _memberships(self, current: Current) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Pairs of user and role to grant and to revoke."""
        gained, lost = [], []
        for user in self.users:
            has = {role for name, role in current.memberships if name == user["name"]}
            wanted = set(user["roles"] or ())
            gained += [(user["name"], role) for role in sorted(wanted - has)]
            if user["purge_roles"] and user["roles"] is not None:
                lost += [(user["name"], role) for role in sorted(has - wanted)]
        return gained, lost

    def _view(
        self, current: Current, privileges: frozenset[Privilege], change: Change, *, after: bool
    ) -> Values:
        """Who there is and has what, of those whom the task changes."""
        touched = {one.grantee for one in change.grant | change.revoke}
        shown: Values = {**view(one for one in privileges if one.grantee in touched)}
        gained, lost = self._memberships(current)
        for user in sorted({name for name, _role in (*gained, *lost)}):
            roles = {role for name, role in current.memberships if name == user}
            if after:
                roles |= {role for name, role in gained if name == user}
                roles -= {role for name, role in lost if name == user}
            shown[f"roles of user {user}"] = sorted(roles)
        made = {
            "roles": set(self.roles) - current.roles,
            "users": {user["name"] for user in self.users} - current.users,
        }
        if after:
            shown |= {f"new {kind}": sorted(names) for kind, names in made.items() if names}
        return shown


def _wishes(params: Values) -> Wishes:
    faults: list[str] = []
    found: dict[str, set[Privilege]] = {"grants": set(), "revokes": set()}
    for option in found:
        for at, entry in enumerate(params[option] or (), 1):
            read, wrong = privileges_of(entry, f"{option}, entry {at}")
            found[option] |= read
            faults += wrong
    both = found["grants"] & found["revokes"]
    faults += [f"{one.name} is both granted to and revoked from {one.grantee}" for one in both]
    if faults:
        raise ResourceError("; ".join(faults))
    return Wishes(frozenset(found["grants"]), frozenset(found["revokes"]), _scope(params["purge"]))


def _scope(purge: Values | None) -> Scope:
    if not purge:
        return Scope()
    objects: set[tuple[str, tuple[str, ...]]] = {
        (kind, (name.lower(),))
        for option, kind in (("databases", "database"), ("schemas", "schema"))
        for name in purge[option] or ()
    }
    for entry in purge["tables"] or ():
        objects |= {("table", (entry["schema"].lower(), name.lower())) for name in entry["names"]}
    if purge["iam_roles"]:
        objects.add(("iam_role", ()))
    keep = purge["keep"] or {}
    kept = {
        Grantee(kind, name)
        for option, kind in (("roles", "role"), ("users", "user"), ("groups", "group"))
        for name in keep.get(option) or ()
    }
    return Scope(frozenset(objects), frozenset(kept))
