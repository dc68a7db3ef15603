# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An IAM role with its trust policy, its inline policies and its attached managed policies."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .compare import parse_json, policy_document, text, unordered
from .info import Listing, list_resources
from .resource import Resource
from .role_propagation import once_role_is_known
from .settings import Setting, Values

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

NO_POLICIES: Values = {"inline_policies": {}, "managed_policies": []}
CONFLICT = ("ConcurrentModification",)


def policies_by_meaning(wanted: Values, current: Values | None) -> tuple[Values, Values]:
    """Views of two sets of named policies, each policy compared by meaning."""
    before, after = dict(current or {}), dict(wanted)
    for name in before.keys() & after.keys():
        before[name], after[name] = policy_document(after[name], before[name])
    return before, after


class Role(Resource):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html"""

    service = "iam"
    kind = "IAM role"
    result = "role"
    name_key = "role_name"
    missing_codes = ("NoSuchEntity",)
    required_to_create = ("assume_role_policy",)
    settings = (
        Setting("description", read=lambda role: role.get("description") or ""),
        Setting("path", immutable=True),
        Setting("max_session_duration"),
        Setting("permissions_boundary", compare=text),
        Setting(
            "assume_role_policy", member="assume_role_policy_document", compare=policy_document
        ),
        Setting("inline_policies", compare=policies_by_meaning),
        Setting("managed_policies", compare=unordered),
    )

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        if self.params["shared"]:
            self.params["purge_tags"] = False
        policies = self.params["inline_policies"]
        if policies is not None:
            # A template or a file gives the text of a policy.
            self.params["inline_policies"] = {
                name: parse_json(document) for name, document in policies.items()
            }

    def validate(self) -> None:
        if not re.fullmatch(r"[\w+=,.@-]{1,64}", self.name, re.ASCII):
            raise self.refuse("name must be 1 to 64 letters, digits and +=,.@-_")
        for name, document in (self.params["inline_policies"] or {}).items():
            if not isinstance(document, dict):
                raise self.refuse(
                    f"inline_policies.{name} must be a policy, as a mapping or its JSON text"
                )
        path = self.params["path"]
        if path is not None and not re.fullmatch(r"/([!-~]{1,510}/)?", path):
            raise self.refuse(f"path is {path}: it must begin and end with /")
        duration = self.params["max_session_duration"]
        if duration is not None and not 3600 <= duration <= 43200:
            raise self.refuse(f"max_session_duration is {duration}: it must be 3600 to 43200")

    def find(self) -> Values | None:
        answer = self.api.maybe("GetRole", missing=self.missing_codes, role_name=self.name)
        if answer is None:
            return None
        role = answer["role"]
        names = self.api.pages("ListRolePolicies", "policy_names", role_name=self.name)
        attached = self.api.pages(
            "ListAttachedRolePolicies", "attached_policies", role_name=self.name
        )
        boundary = role.pop("permissions_boundary", {}).get("permissions_boundary_arn")
        return {
            **role,
            **({"permissions_boundary": boundary} if boundary else {}),
            "assume_role_policy_document": parse_json(role.get("assume_role_policy_document")),
            "inline_policies": {name: self.inline_policy(name) for name in names},
            "managed_policies": [policy["policy_arn"] for policy in attached],
        }

    def inline_policy(self, name: str) -> Any:
        """The document of one inline policy."""
        answer = self.api.call("GetRolePolicy", role_name=self.name, policy_name=name)
        return parse_json(answer["policy_document"])

    def wanted(self, given: Values, current: Values | None) -> Values:
        if current is None:
            return given
        if self.params["shared"]:
            # What others rely on is neither narrowed nor rewritten: only policies are added.
            given = {option: value for option, value in given.items() if option in NO_POLICIES}
        elif self.params["purge_policies"]:
            return given
        wanted = dict(given)
        if "inline_policies" in given:
            had, new = current["inline_policies"], given["inline_policies"]
            wanted["inline_policies"] = new | had if self.params["shared"] else had | new
        if "managed_policies" in given:
            kept = current["managed_policies"]
            wanted["managed_policies"] = list(dict.fromkeys([*kept, *given["managed_policies"]]))
        return wanted

    def create(self, wanted: Values, tags: Any) -> None:
        def call() -> None:
            self.api.call(
                "CreateRole",
                role_name=self.name,
                assume_role_policy_document=json.dumps(wanted["assume_role_policy"]),
                description=wanted.get("description"),
                path=wanted.get("path"),
                max_session_duration=wanted.get("max_session_duration"),
                permissions_boundary=wanted.get("permissions_boundary") or None,
                tags=tags,
            )

        self.once_principals_are_known(call)
        # IAM itself may not see the role everywhere for some seconds.
        once_role_is_known(
            lambda: self.write_policies(wanted, NO_POLICIES),
            (f"role with name {self.name} cannot be found",),
            self.what,
        )

    def once_principals_are_known(self, call: Any) -> None:
        """Make a call with a trust policy, which may name a role made a moment ago."""
        once_role_is_known(call, ("Invalid principal in policy",), self.what)

    def update(self, changes: Values, current: Values) -> None:
        if "assume_role_policy" in changes:
            self.once_principals_are_known(
                lambda: self.api.call(
                    "UpdateAssumeRolePolicy",
                    role_name=self.name,
                    policy_document=json.dumps(changes["assume_role_policy"]),
                )
            )
        if changes.keys() & {"description", "max_session_duration"}:
            # A duration that is not sent would become one hour again.
            settings = {**current, **changes}
            self.api.call(
                "UpdateRole",
                role_name=self.name,
                description=settings.get("description"),
                max_session_duration=settings.get("max_session_duration"),
            )
        if "permissions_boundary" in changes:
            self.bound(changes["permissions_boundary"])
        self.write_policies(changes, current)

    def bound(self, boundary: str) -> None:
        """Set the permissions boundary; an empty text takes it away."""
        if boundary:
            self.write("PutRolePermissionsBoundary", permissions_boundary=boundary)
        else:
            self.write("DeleteRolePermissionsBoundary")

    def write_policies(self, changes: Values, current: Values) -> None:
        """Put, attach, detach and delete policies; what is added comes first."""
        had, attached = current["inline_policies"], current["managed_policies"]
        target = {**current, **changes}
        inline, managed = target["inline_policies"], target["managed_policies"]
        for name, document in inline.items():
            before, after = policy_document(document, had.get(name))
            if before != after:
                text = json.dumps(document)
                self.write("PutRolePolicy", policy_name=name, policy_document=text)
        for arn in managed:
            if arn not in attached:
                self.write("AttachRolePolicy", policy_arn=arn)
        for arn in attached:
            if arn not in managed:
                self.write("DetachRolePolicy", policy_arn=arn)
        for name in had:
            if name not in inline:
                self.write("DeleteRolePolicy", policy_name=name)

    def write(self, operation: str, **members: Any) -> None:
        self.api.call(operation, retry=CONFLICT, role_name=self.name, **members)

    def delete(self, current: Values) -> None:
        self.leave_profiles()
        self.write_policies(NO_POLICIES, current)
        # IAM may still see the policies that have just been detached.
        self.api.call("DeleteRole", retry=("DeleteConflict", *CONFLICT), role_name=self.name)

    def leave_profiles(self) -> None:
        """Take the role out of its instance profiles, in which IAM would not delete it.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
        """
        for profile in self.api.pages(
            "ListInstanceProfilesForRole", "instance_profiles", role_name=self.name
        ):
            self.write(
                "RemoveRoleFromInstanceProfile",
                instance_profile_name=profile["instance_profile_name"],
            )

    def arn(self, current: Values) -> str:
        if current.get("arn"):
            return str(current["arn"])
        partition = self.api.client.meta.partition
        path = self.params["path"] or "/"
        return f"arn:{partition}:iam::{self.account_id}:role{path}{self.name}"

    def arn_key(self) -> str:
        return "arn"

    def tag_target(self, current: Values) -> str:
        return self.name


TOLD = ("arn", "description", "path", "role_name")
ROLES = Listing(
    service="iam",
    operation="ListRoles",
    items="roles",
    kind="IAM roles",
    name="role_name",
    result="roles",
    # tags of a role are read by its name; the listing has none
    arn=lambda role: str(role["role_name"]),
    completed=lambda module, roles: [
        role for role in roles if role["role_name"].startswith(module.params["name_prefix"])
    ],
    shape=lambda role: {key: role[key] for key in TOLD if key in role},
)


def roles_with(module: AnsibleAWSModule) -> list[Values]:
    """The roles whose names and tags are those that the options say, by name."""
    wanted = {key: str(value) for key, value in module.params["tags"].items()}.items()
    found = [role for role in list_resources(module, ROLES, None) if wanted <= role["tags"].items()]
    return sorted(found, key=lambda role: str(role["role_name"]))
