#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_endpoint_info
short_description: List endpoints of AWS Database Migration Service
version_added: 0.1.0
description:
  - Tells the endpoints of an account in a region, with their tags.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Name of one, in any case. Without it, all of them.
    type: str
seealso:
  - module: modern_data.warehouse.dms_endpoint
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: All endpoints
  modern_data.warehouse.dms_endpoint_info:
  register: found

- name: One of the endpoints
  modern_data.warehouse.dms_endpoint_info:
    identifier: shop-dev-source
"""

RETURN = r"""
endpoints:
  description: The endpoints; an empty list when there is none.
  returned: always
  type: list
  elements: dict
  contains:
    endpoint_identifier: {description: Its name., type: str, returned: always, sample: shop-dev}
    endpoint_arn: {description: Its ARN., type: str, returned: always, sample: "arn:aws:dms:us-east-1:123456789012:endpoint:ABCDEFGHIJKLMNOP"}
    endpoint_type: {description: V(SOURCE) or V(TARGET)., type: str, returned: always, sample: SOURCE}
    engine_name: {description: Its kind of database., type: str, returned: always, sample: postgres}
    postgre_sql_settings:
      description: "Settings of a PostgreSQL endpoint, without secrets."
      type: dict
      returned: for V(postgres)
      sample: {"plugin_name": "pglogical"}
    s3_settings: {description: Settings of an S3 endpoint., type: dict, returned: for V(s3), sample: {"bucket_name": "shop-dev-landing"}}
    status: {description: Its status., type: str, returned: always, sample: active}
    certificate_arn:
      description: ARN of the certificate of the database's authority.
      type: str
      returned: when it is set
      sample: "arn:aws:dms:us-east-1:123456789012:cert:ABCDEFGHIJKLMNOP"
    database_name: {description: Name of the database., type: str, returned: when it is set, sample: shop}
    engine_display_name: {description: The kind in words., type: str, returned: when it exists, sample: PostgreSQL}
    external_id: {description: What another account checks the endpoint by., type: str, returned: when AWS made one, sample: shop-dev}
    external_table_definition:
      description: JSON that describes the tables of a source in S3.
      type: str
      returned: when it is set
      sample: '{"TableCount": "1"}'
    extra_connection_attributes: {description: Further attributes of the connection., type: str, returned: when it is set, sample: pluginName=pglogical;}
    is_read_only: {description: Whether it is another service's and can't be changed., type: bool, returned: when AWS tells it, sample: false}
    kms_key_id:
      description: KMS key of the connection's parameters.
      type: str
      returned: when known
      sample: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    port: {description: Port of the database., type: int, returned: when it is set, sample: 5432}
    server_name: {description: Host of the database., type: str, returned: when it is set, sample: shop-dev-source.abcdefghijkl.us-east-1.rds.amazonaws.com}
    service_access_role_arn:
      description: Role with which DMS reaches it.
      type: str
      returned: when it is set
      sample: "arn:aws:iam::123456789012:role/shop-dev-ingestion"
    ssl_mode: {description: How the connection is secured., type: str, returned: when known, sample: require}
    username: {description: User of the database., type: str, returned: when it is set, sample: shop_admin}
    tags: {description: Its tags., type: dict, returned: always, sample: {"environment": "dev"}}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms import (
    filtered,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.info import Listing, run_info

LISTING = Listing(
    service="dms",
    operation="DescribeEndpoints",
    items="endpoints",
    kind="DMS endpoints",
    name="endpoint_identifier",
    result="endpoints",
    arn=lambda endpoint: endpoint["endpoint_arn"],
    request=filtered("endpoint-id"),
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"identifier": {"type": "str"}}, supports_check_mode=True
    )
    run_info(module, LISTING, "identifier")


if __name__ == "__main__":
    main()
