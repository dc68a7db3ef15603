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
      - V(absent) deletes it with its inline policies, detaches its managed policies, and takes it out
        of its instance profiles, which stay.
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
  path:
    description: Path of the role, such as V(/data/). It can't be changed later.
    type: str
  permissions_boundary:
    description:
      - ARN of the managed policy that the role's permissions can't exceed.
      - An empty text takes it away.
    type: str
  inline_policies:
    description:
      - Inline policies by their names, each as data or as JSON text.
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
      - With V(true) it is made when it is missing, and policies that it lacks are added; everything
        else that it has stays as it is, tags are never removed, and O(state=absent) leaves it.
    type: bool
    default: false
seealso:
  - module: amazon.aws.iam_role
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
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
            Resource: arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-load

- name: Let its sessions last two hours, its policies as before
  modern_data.warehouse.iam_role:
    name: shop-dev-scheduler
    max_session_duration: 7200

- name: Delete it with its policies
  modern_data.warehouse.iam_role:
    name: shop-dev-scheduler
    state: absent

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
      returned: when known
      sample: {"Version": "2012-10-17", "Statement": []}
    create_date: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    description: {description: What it is for., type: str, returned: when it is set, sample: Starts the load}
    inline_policies:
      description: Inline policies by name.
      type: dict
      returned: when known
      sample: {"start": {"Version": "2012-10-17", "Statement": []}}
    managed_policies:
      description: ARNs of the attached managed policies.
      type: list
      elements: str
      returned: when known
      sample: []
    max_session_duration:
      description: How many seconds a session may last.
      type: int
      returned: when it exists
      sample: 3600
    path:
      description: Path of the role.
      type: str
      returned: when it exists
      sample: /
    permissions_boundary:
      description: ARN of the policy that bounds it.
      type: str
      returned: when it has one
      sample: arn:aws:iam::123456789012:policy/boundary
    role_id:
      description: ID of the role.
      type: str
      returned: when it exists
      sample: AROAIOSFODNN7EXAMPLE
    role_last_used:
      description: When and where it was used last.
      type: dict
      returned: when AWS tells it
      sample: {"last_used_date": "2026-01-15T10:00:00+00:00", "region": "us-east-1"}
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

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.iam_role import Role
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True, "aliases": ["role_name"]},
            "description": {"type": "str"},
            "assume_role_policy": {"type": "dict"},
            "path": {"type": "str"},
            "permissions_boundary": {"type": "str"},
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
