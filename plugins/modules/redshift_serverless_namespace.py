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
      - Name of the first database. Needed to create the namespace.
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
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: Make a namespace whose administrator's password AWS manages
  modern_data.warehouse.redshift_serverless_namespace:
    name: shop-test
    db_name: analytics
    admin_username: warehouse_admin
    manage_admin_password: true
    log_exports: [userlog, connectionlog]
    tags:
      Environment: dev

- name: Export one log more
  modern_data.warehouse.redshift_serverless_namespace:
    name: shop-test
    log_exports: [userlog, connectionlog, useractivitylog]

- name: Delete it, keeping a snapshot for a month
  modern_data.warehouse.redshift_serverless_namespace:
    name: shop-test
    state: absent
    final_snapshot_name: shop-test-final
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
    admin_username: {description: Name of the administrator., type: str, returned: when known, sample: warehouse_admin}
    catalog_arn:
      description: ARN of its Glue catalog.
      type: str
      returned: when it is registered with one
      sample: "arn:aws:glue:us-east-1:123456789012:catalog/shop-dev"
    creation_date: {description: When it was made., type: str, returned: when known, sample: '2026-01-15T10:00:00+00:00'}
    db_name: {description: Name of the first database., type: str, returned: when known, sample: analytics}
    default_iam_role_arn:
      description: Role that C(IAM_ROLE DEFAULT) stands for.
      type: str
      returned: when there is one
      sample: arn:aws:iam::123456789012:role/shop-dev-copy
    iam_roles:
      description: ARNs of the roles that statements may use.
      type: list
      elements: str
      returned: when known
      sample: ["arn:aws:iam::123456789012:role/shop-dev-copy"]
    kms_key_id: {description: KMS key of the data., type: str, returned: when known, sample: AWS_OWNED_KMS_KEY}
    lakehouse_registration_status:
      description: Status of the registration with a Glue catalog.
      type: str
      returned: when it is registered with one
      sample: Registered
    log_exports:
      description: Logs that are sent to CloudWatch.
      type: list
      elements: str
      returned: when known
      sample: [userlog, connectionlog]
    namespace_arn:
      description: ARN of the namespace.
      type: str
      returned: when it exists
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:namespace/0123abcd-0123-0123-0123-0123456789ab
    namespace_id: {description: ID of the namespace., type: str, returned: when it exists, sample: 0123abcd-0123-0123-0123-0123456789ab}
    namespace_name: {description: Name of the namespace., type: str, returned: always, sample: shop-dev}
    s3_table_publish_status: {description: How far its logs are published as S3 tables., type: dict, returned: when AWS tells it, sample: {}}
    status: {description: Its status., type: str, returned: when it exists, sample: AVAILABLE}
    tags: {description: Its tags., type: dict, returned: always, sample: {Environment: dev}}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_serverless import (
    Namespace,
)


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
