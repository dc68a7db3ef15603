#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_serverless_namespace_info
short_description: List namespaces of Amazon Redshift Serverless
version_added: 0.1.0
description:
  - Tells the namespaces of an account in a region, with their tags.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of one namespace. Without it, all of them.
    type: str
seealso:
  - module: modern_data.warehouse.redshift_serverless_namespace
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: All namespaces
  modern_data.warehouse.redshift_serverless_namespace_info:
  register: found

- name: One namespace
  modern_data.warehouse.redshift_serverless_namespace_info:
    name: shop-dev
"""

RETURN = r"""
namespaces:
  description: The namespaces; an empty list when there is none.
  returned: always
  type: list
  elements: dict
  contains:
    namespace_name: {description: Its name., type: str, returned: always, sample: shop-dev}
    namespace_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:redshift-serverless:us-east-1:123456789012:namespace/0123abcd-0123-0123-0123-0123456789ab"
    db_name: {description: Its first database., type: str, returned: always, sample: analytics}
    admin_username: {description: Name of its administrator., type: str, returned: always, sample: warehouse_admin}
    admin_password_secret_arn:
      description: ARN of the secret with the administrator's password.
      type: str
      returned: when AWS keeps the password
      sample: "arn:aws:secretsmanager:us-east-1:123456789012:secret:redshift!shop-dev-warehouse_admin-AbCdEf"
    iam_roles: {description: ARNs of its IAM roles., type: list, elements: str, returned: always, sample: ["arn:aws:iam::123456789012:role/shop-dev-copy"]}
    default_iam_role_arn:
      description: ARN of the role that COPY takes by default.
      type: str
      returned: when there is one
      sample: "arn:aws:iam::123456789012:role/shop-dev-copy"
    log_exports: {description: Logs that are exported., type: list, elements: str, returned: always, sample: [userlog]}
    status: {description: Its status., type: str, returned: always, sample: AVAILABLE}
    admin_password_secret_kms_key_id:
      description: KMS key of that secret.
      type: str
      returned: when AWS manages the password
      sample: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    catalog_arn:
      description: ARN of its Glue catalog.
      type: str
      returned: when it is registered with one
      sample: "arn:aws:glue:us-east-1:123456789012:catalog/shop-dev"
    creation_date: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    kms_key_id: {description: KMS key of the data., type: str, returned: when it exists, sample: AWS_OWNED_KMS_KEY}
    lakehouse_registration_status:
      description: Status of the registration with a Glue catalog.
      type: str
      returned: when it is registered with one
      sample: Registered
    namespace_id: {description: Its ID., type: str, returned: when it exists, sample: 0123abcd-0123-0123-0123-0123456789ab}
    s3_table_publish_status: {description: How far its logs are published as S3 tables., type: dict, returned: when AWS tells it, sample: {}}
    tags: {description: Its tags., type: dict, returned: always, sample: {"environment": "dev"}}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.info import Listing, run_info
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_serverless import (
    namespace_view,
)

LISTING = Listing(
    service="redshift-serverless",
    operation="ListNamespaces",
    items="namespaces",
    kind="Redshift Serverless namespaces",
    name="namespace_name",
    result="namespaces",
    arn=lambda namespace: namespace["namespace_arn"],
    shape=namespace_view,
)


def main() -> None:
    module = AnsibleAWSModule(argument_spec={"name": {"type": "str"}}, supports_check_mode=True)
    run_info(module, LISTING, "name")


if __name__ == "__main__":
    main()
