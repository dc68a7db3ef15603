#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_role
short_description: Manage an AWS IAM role with its trust and its permissions in one task
version_added: 0.1.0
description:
  - Creates, changes and deletes a role together with its inline policies and the managed policies
    that are attached to it.
  - Policies are compared by meaning, so the order of actions or of keys is no change.
  - Options that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the role, at most 64 letters, digits and C(+=,.@-_).
    type: str
    required: true
    aliases: [role_name]
  state:
    description:
      - V(present) makes the role, or changes it to what the options say.
      - V(absent) deletes it with its inline policies, and detaches its managed policies.
    type: str
    choices: [present, absent]
    default: present
  description:
    description: What the role is for.
    type: str
  assume_role_policy:
    description:
      - The trust policy - who may assume the role.
      - Required to make the role.
    type: dict
  inline_policies:
    description:
      - Inline policies by their names.
      - With O(purge_policies=true) others that the role has are removed.
    type: dict
  managed_policies:
    description:
      - ARNs of the managed policies to attach.
      - With O(purge_policies=true) others that are attached are detached.
    type: list
    elements: str
  purge_policies:
    description: Whether policies that O(inline_policies) or O(managed_policies) do not list go.
    type: bool
    default: true
  max_session_duration:
    description: How many seconds a session of the role may last, 3600 to 43200.
    type: int
  shared:
    description:
      - The role is the account's, not the caller's alone, such as C(dms-vpc-role).
      - With V(true) it is made when it is missing, policies and tags are only ever added, its
        trust policy is left as it is, and O(state=absent) leaves it in place.
    type: bool
    default: false
seealso:
  - module: amazon.aws.iam_role
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: A role with which the scheduler starts one state machine
  modern_data.warehouse.iam_role:
    name: shop-dev-scheduler
    assume_role_policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal: {Service: scheduler.amazonaws.com}
          Action: sts:AssumeRole
    inline_policies:
      start:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: states:StartExecution
            Resource: arn:aws:states:eu-west-1:123456789012:stateMachine:shop-dev-load

- name: The role that DMS needs in every account, made once and never removed
  modern_data.warehouse.iam_role:
    name: dms-vpc-role
    shared: true
    assume_role_policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal: {Service: dms.amazonaws.com}
          Action: sts:AssumeRole
    managed_policies:
      - arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole
"""

RETURN = r"""
role:
  description:
    - The role.
    - In check mode it is what it would be; what only AWS knows, such as its ID, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    arn:
      description: ARN of the role.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:role/shop-dev-scheduler
    assume_role_policy_document:
      description: The trust policy.
      type: dict
      returned: always
      sample: {"Version": "2012-10-17", "Statement": []}
    inline_policies:
      description: Inline policies by name.
      type: dict
      returned: always
      sample: {"start": {"Version": "2012-10-17", "Statement": []}}
    managed_policies:
      description: ARNs of the attached managed policies.
      type: list
      elements: str
      returned: always
      sample: []
    role_id:
      description: ID of the role.
      type: str
      returned: when it exists
      sample: AROAIOSFODNN7EXAMPLE
    role_name:
      description: Name of the role.
      type: str
      returned: always
      sample: shop-dev-scheduler
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Environment": "dev"}
"""

import json
import re
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import (
    parse_json,
    policy_document,
    unordered,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.resource import Resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Setting,
    Values,
)


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
    missing_codes = ("NoSuchEntity",)
    required_to_create = ("assume_role_policy",)
    settings = (
        Setting("description"),
        Setting("max_session_duration"),
        Setting(
            "assume_role_policy", member="assume_role_policy_document", compare=policy_document
        ),
        Setting("inline_policies", compare=policies_by_meaning),
        Setting("managed_policies", compare=unordered),
    )

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        if self.params["shared"]:
            # What others rely on is neither narrowed nor removed.
            self.params["purge_tags"] = False

    def validate(self) -> None:
        if not re.fullmatch(r"[\w+=,.@-]{1,64}", self.name):
            raise self.refuse("name must be 1 to 64 letters, digits and +=,.@-_")
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
        return {
            **role,
            "assume_role_policy_document": parse_json(role.get("assume_role_policy_document")),
            "inline_policies": {name: self.inline_policy(name) for name in names},
            "managed_policies": [policy["policy_arn"] for policy in attached],
        }

    def inline_policy(self, name: str) -> Any:
        """The document of one inline policy."""
        answer = self.api.call("GetRolePolicy", role_name=self.name, policy_name=name)
        return parse_json(answer["policy_document"])

    def wanted(self, given: Values, current: Values | None) -> Values:
        if current is None or (self.params["purge_policies"] and not self.params["shared"]):
            return given
        wanted = dict(given)
        if self.params["shared"]:
            wanted.pop("assume_role_policy", None)
            wanted.pop("description", None)
        if "inline_policies" in given:
            wanted["inline_policies"] = {**current["inline_policies"], **given["inline_policies"]}
        if "managed_policies" in given:
            kept = current["managed_policies"]
            wanted["managed_policies"] = list(dict.fromkeys([*kept, *given["managed_policies"]]))
        return wanted

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call(
            "CreateRole",
            role_name=self.name,
            assume_role_policy_document=json.dumps(wanted["assume_role_policy"]),
            description=wanted.get("description"),
            max_session_duration=wanted.get("max_session_duration"),
            tags=tags,
        )
        self.write_policies(wanted, {"inline_policies": {}, "managed_policies": []})

    def update(self, changes: Values, current: Values) -> None:
        if "assume_role_policy" in changes:
            self.api.call(
                "UpdateAssumeRolePolicy",
                role_name=self.name,
                policy_document=json.dumps(changes["assume_role_policy"]),
            )
        if changes.keys() & {"description", "max_session_duration"}:
            self.api.call(
                "UpdateRole",
                role_name=self.name,
                description=changes.get("description", current.get("description")),
                max_session_duration=changes.get("max_session_duration"),
            )
        self.write_policies(changes, current)

    def write_policies(self, changes: Values, current: Values) -> None:
        """Put, attach, detach and delete policies; what is added comes first."""
        had, attached = current["inline_policies"], current["managed_policies"]
        inline = {"inline_policies": had, **changes}["inline_policies"]
        managed = {"managed_policies": attached, **changes}["managed_policies"]
        for name, document in inline.items():
            before, after = policy_document(document, had.get(name))
            if before != after:
                self.api.call(
                    "PutRolePolicy",
                    role_name=self.name,
                    policy_name=name,
                    policy_document=json.dumps(document),
                )
        for arn in [arn for arn in managed if arn not in attached]:
            self.api.call("AttachRolePolicy", role_name=self.name, policy_arn=arn)
        for arn in [arn for arn in attached if arn not in managed]:
            self.api.call("DetachRolePolicy", role_name=self.name, policy_arn=arn)
        for name in [name for name in had if name not in inline]:
            self.api.call("DeleteRolePolicy", role_name=self.name, policy_name=name)

    def delete(self, current: Values) -> None:
        self.write_policies({"inline_policies": {}, "managed_policies": []}, current)
        self.api.call("DeleteRole", retry=("DeleteConflict",), role_name=self.name)

    def arn(self, current: Values) -> str:
        if current.get("arn"):
            return str(current["arn"])
        partition = self.api.client.meta.partition
        return f"arn:{partition}:iam::{self.account_id}:role/{self.name}"

    def arn_key(self) -> str:
        return "arn"

    def tag_target(self, current: Values) -> str:
        return self.name


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True, "aliases": ["role_name"]},
            "description": {"type": "str"},
            "assume_role_policy": {"type": "dict"},
            "inline_policies": {"type": "dict"},
            "managed_policies": {"type": "list", "elements": "str"},
            "purge_policies": {"type": "bool", "default": True},
            "max_session_duration": {"type": "int"},
            "shared": {"type": "bool", "default": False},
            **resource_options(),
        },
        supports_check_mode=True,
    )
    if module.params["shared"] and module.params["state"] == "absent":
        module.exit_json(changed=False, msg="The role is shared: it is left in place.")
    run_resource(module, Role)


if __name__ == "__main__":
    main()
