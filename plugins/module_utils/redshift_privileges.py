# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles, users and privileges of Redshift, as the module of this name makes them."""

from __future__ import annotations

from dataclasses import replace
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
PURGED = {
    "databases": ("database",),
    "schemas": ("schema",),
    "default_privileges": ("default", "tables"),
}
"""Kinds of privileges, by the option of purge that lists what they are on."""
Membership = tuple[Grantee, str]
"""Who has a role, and that role."""


class Declaration:
    """What a task says of them, by the module's options. Bad input is a ResourceError."""

    def __init__(self, options: Values) -> None:
        self.roles: list[str] = list(dict.fromkeys(options["roles"] or ()))
        self.users: list[Values] = options["users"] or []
        self.wishes = _wishes(options)
        self.only_revoke: bool = options["only_revoke"]
        self.purged_roles: set[str] = set((options["purge"] or {}).get("roles") or ())

    @property
    def objects(self) -> set[tuple[str, tuple[str, ...]]]:
        """What has to be known: (kind, path) of each object that is listed or purged."""
        listed = {(one.kind, one.path) for one in self.wishes.granted | self.wishes.revoked}
        return listed | {(kind, path or ("all",)) for kind, path in self.wishes.scope.objects}

    def statements(self, current: Current) -> list[str]:
        """The SQL that makes it so: revokes, roles and users, grants."""
        change = self._change(current)
        gained, lost = self._memberships(current)
        return [
            *change.revokes,
            *(f"REVOKE ROLE {quoted(role)} FROM {who.sql}" for who, role in lost),
            *(f"CREATE ROLE {quoted(name)}" for name in self.roles if name not in current.roles),
            *(
                f"CREATE USER {quoted(user['name'])} PASSWORD DISABLE"
                for user in self.users
                if user["name"] not in current.users
            ),
            *(f"GRANT ROLE {quoted(role)} TO {who.sql}" for who, role in gained),
            *change.grants,
        ]

    def diff(self, current: Current) -> Values:
        """Who there is and has what, of those whom it changes, before and after."""
        change = self._change(current)
        touched = {one.grantee for one in change.grant | change.revoke}
        gained, lost = self._memberships(current)
        members = {who for who, _role in (*gained, *lost)}
        before, after = (
            {
                **view(one for one in privileges if one.grantee in touched),
                **{
                    f"roles of {who}": sorted(role for one, role in memberships if one == who)
                    for who in sorted(members)
                },
            }
            for privileges, memberships in (
                (current.privileges, current.memberships),
                (change.after, current.memberships.union(gained).difference(lost)),
            )
        )
        made = {
            "roles": set(self.roles) - current.roles,
            "users": {user["name"] for user in self.users} - current.users,
        }
        after |= {f"new {kind}": sorted(names) for kind, names in made.items() if names}
        return {"before": before, "after": after}

    def _change(self, current: Current) -> Change:
        if not self.only_revoke:
            return plan(self.wishes, current.privileges)
        held = {
            one
            for one in self.wishes.granted
            if one in current.privileges or one.table in current.privileges
        }
        return plan(replace(self.wishes, granted=frozenset(held)), current.privileges)

    def _memberships(self, current: Current) -> tuple[list[Membership], list[Membership]]:
        """Roles to give to users, and to take from users and roles."""
        wanted, purged = set(), set()
        for user in self.users:
            who = Grantee("user", user["name"])
            wanted |= {(who, role) for role in user["roles"] or ()}
            if user["purge_roles"] and user["roles"] is not None:
                purged.add(who)
        lost = {
            (who, role)
            for who, role in current.memberships - wanted
            if who in purged or (role in self.purged_roles and who not in self.wishes.scope.kept)
        }
        gained = set() if self.only_revoke else wanted - current.memberships
        return sorted(gained), sorted(lost)


class Privileges:
    """A declaration at the database that the module's options name."""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.module = module
        self.declaration = Declaration(module.params)
        self.connection = Connection(module)

    def ensure(self) -> Values:
        """Returns the module's result."""
        current = self._read()
        statements = self.declaration.statements(current)
        if statements and not self.module.check_mode:
            self.connection.run(statements)
        result: Values = {"changed": bool(statements), "statements": statements}
        if self.module._diff:
            result["diff"] = self.declaration.diff(current)
        return result

    def _read(self) -> Current:
        try:
            return read_current(
                self.connection.rows, self.declaration.objects, self.declaration.wishes.granted
            )
        except AnsibleAWSError as error:
            if not self.connection.will_exist_later(error):
                raise
            return Current()


def _wishes(options: Values) -> Wishes:
    faults: list[str] = []
    found: dict[str, set[Privilege]] = {"grants": set(), "revokes": set()}
    for name in found:
        for at, entry in enumerate(options[name] or (), 1):
            read, wrong = privileges_of(entry, f"{name}, entry {at}")
            found[name] |= read
            faults += wrong
    both = found["grants"] & found["revokes"]
    faults += [f"{one.name} is both granted to and revoked from {one.grantee}" for one in both]
    if faults:
        raise ResourceError("; ".join(faults))
    return Wishes(frozenset(found["grants"]), frozenset(found["revokes"]), _scope(options["purge"]))


def _scope(purge: Values | None) -> Scope:
    if not purge:
        return Scope()
    objects: set[tuple[str, tuple[str, ...]]] = {
        (kind, (name.lower(),))
        for option, kinds in PURGED.items()
        for name in purge[option] or ()
        for kind in kinds
    }
    for entry in purge["tables"] or ():
        schema, names = entry["schema"].lower(), entry["names"]
        objects |= {("table", (schema, name.lower())) for name in names or ()}
        objects |= {("every_table", (schema,))} if names is None else set()
    if purge["iam_roles"]:
        objects.add(("iam_role", ()))
    keep = purge["keep"] or {}
    kept = {
        Grantee(kind, name)
        for option, kind in (("roles", "role"), ("users", "user"), ("groups", "group"))
        for name in keep.get(option) or ()
    }
    return Scope(frozenset(objects), frozenset(kept))
