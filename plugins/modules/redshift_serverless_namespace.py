#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_serverless_namespace
short_description: Manage an Amazon Redshift Serverless namespace
version_added: 0.1.0
description:
  - Creates, changes and deletes a namespace, which holds the databases, users and snapshots of
    Amazon Redshift Serverless.
  - Options that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the namespace, 3 to 64 lower-case letters, digits and hyphens.
    type: str
    required: true
    aliases: [namespace_name]
  state:
    description:
      - V(present) makes the namespace, or changes it to what the options say.
      - V(absent) deletes it with all its databases. Delete its workgroup first.
    type: str
    choices: [present, absent]
    default: present
  db_name:
    description:
      - Name of the first database.
      - It can't be changed later.
    type: str
  admin_username:
    description:
      - Name of the administrator of the first database.
      - AWS takes it together with a password only, so it needs O(manage_admin_password=true).
    type: str
  manage_admin_password:
    description:
      - With V(true) AWS makes the administrator's password, keeps it in AWS Secrets Manager and
        rotates it. The secret's ARN is returned as RV(namespace.admin_password_secret_arn).
      - It can't be turned off again by this module, since AWS would need a password then.
    type: bool
  admin_password_secret_kms_key_id:
    description: ID or ARN of the KMS key that encrypts the secret of O(manage_admin_password=true).
    type: str
  iam_roles:
    description:
      - ARNs of the IAM roles that statements such as C(COPY) may use.
      - The list replaces the one that the namespace has.
    type: list
    elements: str
  default_iam_role_arn:
    description: ARN of the role that C(IAM_ROLE DEFAULT) stands for; one of O(iam_roles).
    type: str
  log_exports:
    description:
      - Logs that are sent to Amazon CloudWatch.
      - The list replaces the one that the namespace has.
    type: list
    elements: str
    choices: [userlog, connectionlog, useractivitylog]
  kms_key_id:
    description: ID or ARN of the KMS key that encrypts the data.
    type: str
  final_snapshot_name:
    description:
      - Name of the snapshot that is made before the namespace is deleted.
      - Without it no snapshot is made, and the data are lost.
    type: str
  final_snapshot_retention_period:
    description: How many days to keep the snapshot of O(final_snapshot_name); V(-1) is for ever.
    type: int
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 900
notes:
  - AWS takes one setting a call (the roles, and the administrator, being one each), so a change of
    several settings takes several calls, with a wait between them, also with O(wait=false).
seealso:
  - module: modern_data.warehouse.redshift_serverless_workgroup
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: Make a namespace whose administrator's password AWS manages
  modern_data.warehouse.redshift_serverless_namespace:
    name: shop-dev
    db_name: analytics
    admin_username: warehouse_admin
    manage_admin_password: true
    log_exports: [userlog, connectionlog]
    tags:
      Environment: dev

- name: Delete it, keeping a snapshot for a month
  modern_data.warehouse.redshift_serverless_namespace:
    name: shop-dev
    state: absent
    final_snapshot_name: shop-dev-final
    final_snapshot_retention_period: 30
"""

RETURN = r"""
namespace:
  description:
    - The namespace.
    - In check mode it is what it would be; what only AWS knows, such as its ID, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    admin_password_secret_arn:
      description: ARN of the secret with the administrator's user name and password.
      type: str
      returned: when AWS manages the password
      sample: arn:aws:secretsmanager:us-east-1:123456789012:secret:redshift!shop-dev-admin-AbCdEf
    admin_password_secret_kms_key_id:
      description: KMS key of that secret.
      type: str
      returned: when AWS manages the password
      sample: arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
    admin_username:
      description: Name of the administrator.
      type: str
      returned: always
      sample: warehouse_admin
    creation_date:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-01-15T10:00:00+00:00"
    db_name:
      description: Name of the first database.
      type: str
      returned: always
      sample: analytics
    default_iam_role_arn:
      description: Role that C(IAM_ROLE DEFAULT) stands for.
      type: str
      returned: when there is one
      sample: arn:aws:iam::123456789012:role/shop-dev-copy
    iam_roles:
      description: ARNs of the roles that statements may use.
      type: list
      elements: str
      returned: always
      sample: ["arn:aws:iam::123456789012:role/shop-dev-copy"]
    kms_key_id:
      description: KMS key of the data.
      type: str
      returned: always
      sample: AWS_OWNED_KMS_KEY
    log_exports:
      description: Logs that are sent to CloudWatch.
      type: list
      elements: str
      returned: always
      sample: [userlog, connectionlog]
    namespace_arn:
      description: ARN of the namespace.
      type: str
      returned: when it exists
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:namespace/0123abcd-0123-0123-0123-0123456789ab
    namespace_id:
      description: ID of the namespace.
      type: str
      returned: when it exists
      sample: 0123abcd-0123-0123-0123-0123456789ab
    namespace_name:
      description: Name of the namespace.
      type: str
      returned: always
      sample: shop-dev
    status:
      description: Its status.
      type: str
      returned: when it exists
      sample: AVAILABLE
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Environment": "dev"}
"""

import re
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import (
    last_part,
    unordered,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.resource import Resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Setting,
    Values,
)

MANAGED = "admin_password_secret_arn"
"""The member of a namespace whose administrator's password AWS manages."""
ADMINISTRATOR = ("admin_username", "manage_admin_password", "admin_password_secret_kms_key_id")
ROLES = ("iam_roles", "default_iam_role_arn")


def role_arn(answer: str) -> str:
    """The ARN in `IamRole(applyStatus=in-sync, iamRoleArn=arn:…)`, as AWS lists a role."""
    match = re.search(r"arn:[^\s,)]+", answer)
    return match.group(0) if match else answer


class Namespace(Resource):
    """https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_Namespace.html"""

    service = "redshift-serverless"
    kind = "Redshift Serverless namespace"
    result = "namespace"
    ready_statuses = frozenset({"AVAILABLE"})
    settings = (
        Setting("db_name", immutable=True),
        Setting("admin_username"),
        Setting(
            "manage_admin_password",
            read=lambda namespace: bool(namespace.get(MANAGED)),
        ),
        Setting("admin_password_secret_kms_key_id", compare=last_part),
        Setting("iam_roles", compare=unordered),
        Setting("default_iam_role_arn"),
        Setting("log_exports", compare=unordered),
        Setting("kms_key_id", compare=last_part),
    )

    def validate(self) -> None:
        if not re.fullmatch(r"[a-z0-9-]{3,64}", self.name):
            raise self.refuse("name must be 3 to 64 lower-case letters, digits and hyphens")
        roles, default = self.params["iam_roles"], self.params["default_iam_role_arn"]
        if default and roles is not None and default not in roles:
            raise self.refuse(f"default_iam_role_arn {default} must be one of iam_roles")

    def find(self) -> Values | None:
        answer = self.api.maybe(
            "GetNamespace", missing=self.missing_codes, namespace_name=self.name
        )
        if answer is None:
            return None
        namespace = answer["namespace"]
        roles = [role_arn(role) for role in namespace.get("iam_roles") or []]
        default = role_arn(namespace.get("default_iam_role_arn") or "")
        return {**namespace, "iam_roles": roles, "default_iam_role_arn": default or None}

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call(
            "CreateNamespace", namespace_name=self.name, tags=tags, **self.request(wanted)
        )

    def wanted(self, given: Values, current: Values | None) -> Values:
        managed = given.get("manage_admin_password", bool((current or {}).get(MANAGED)))
        admin = (current or {}).get("admin_username")
        if not managed and given.get("admin_username", admin) != admin:
            raise self.refuse("admin_username needs manage_admin_password=true")
        if not managed and (current or {}).get(MANAGED):
            raise self.refuse(
                "manage_admin_password can't be turned off: AWS needs a password then"
            )
        return given

    def update(self, changes: Values, current: Values) -> None:
        for step in self.steps(changes, current):
            self.api.call(
                "UpdateNamespace",
                retry=("ConflictException",),
                namespace_name=self.name,
                **step,
            )
            self.watch.wait_ready()

    def steps(self, changes: Values, current: Values) -> list[Values]:
        """The changes as calls: AWS takes the administrator, the roles or one other setting."""
        steps: list[Values] = []
        left = dict(changes)
        admin = {key: left.pop(key) for key in ADMINISTRATOR if key in left}
        if admin:
            steps.append({**admin, "manage_admin_password": True})
        if left.keys() & set(ROLES):
            roles: Values = {key: left.pop(key, current.get(key)) for key in ROLES}
            default = roles["default_iam_role_arn"]
            if default and default not in roles["iam_roles"]:
                raise self.refuse(f"default_iam_role_arn {default} must be one of iam_roles")
            steps.append(roles)
        return [*steps, *({key: value} for key, value in left.items())]

    def delete(self, current: Values) -> None:
        workgroups = self.api.pages("ListWorkgroups", "workgroups")
        mine = [w["workgroup_name"] for w in workgroups if w["namespace_name"] == self.name]
        if mine:
            raise self.refuse(f"can't be deleted while it has workgroup {mine[0]}: delete it first")
        self.api.call(
            "DeleteNamespace",
            retry=("ConflictException",),
            namespace_name=self.name,
            final_snapshot_name=self.params["final_snapshot_name"],
            final_snapshot_retention_period=self.params["final_snapshot_retention_period"],
        )

    def arn(self, current: Values) -> str:
        # It holds the ID that AWS gives, so it can't be told before the namespace is there.
        return current.get("namespace_arn", "")


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True, "aliases": ["namespace_name"]},
            "db_name": {"type": "str"},
            "admin_username": {"type": "str"},
            "manage_admin_password": {"type": "bool", "no_log": False},
            "admin_password_secret_kms_key_id": {"type": "str", "no_log": False},
            "iam_roles": {"type": "list", "elements": "str"},
            "default_iam_role_arn": {"type": "str"},
            "log_exports": {
                "type": "list",
                "elements": "str",
                "choices": ["userlog", "connectionlog", "useractivitylog"],
            },
            "kms_key_id": {"type": "str"},
            "final_snapshot_name": {"type": "str"},
            "final_snapshot_retention_period": {"type": "int"},
            **resource_options(timeout=900),
        },
        required_by={"final_snapshot_retention_period": "final_snapshot_name"},
        supports_check_mode=True,
    )
    run_resource(module, Namespace)


if __name__ == "__main__":
    main()
