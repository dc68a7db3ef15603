#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_endpoint
short_description: Manage an endpoint of AWS Database Migration Service
version_added: 0.1.0
description:
  - Creates, changes and deletes an endpoint, and tests its connection on request.
  - Options, and settings within O(s3_settings) and O(postgre_sql_settings), that are not set are
    left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Name of the endpoint; AWS keeps it in lower case.
    type: str
    required: true
    aliases: [name, endpoint_identifier]
  state:
    description:
      - V(present) makes the endpoint, or changes it to what the options say.
      - V(absent) deletes it. Delete the tasks that use it first.
    type: str
    choices: [present, absent]
    default: present
  endpoint_type:
    description: Whether data come from it or go to it. It can't be changed later. Required to make it.
    type: str
    choices: [source, target]
  engine_name:
    description: Kind of the database or store, such as V(postgres) or V(s3). It can't be changed later. Required to make it.
    type: str
  server_name:
    description: Host of the database. Not with a secret.
    type: str
  port:
    description: Port of the database. Not with a secret.
    type: int
  database_name:
    description: Name of the database.
    type: str
  username:
    description: User of the database. Not with a secret.
    type: str
  password:
    description:
      - Password of the database. A secret is better - see
        O(postgre_sql_settings.secrets_manager_secret_id).
      - AWS does not tell it, so a change of the password alone is not noticed.
    type: str
  ssl_mode:
    description: How the connection is secured.
    type: str
    choices: [none, require, verify-ca, verify-full]
  certificate_arn:
    description: ARN of the certificate of the database's authority.
    type: str
  kms_key_id:
    description: ID or ARN of the KMS key of the connection's parameters. It can't be changed later.
    type: str
  extra_connection_attributes:
    description: Further attributes of the connection, V(name=value;name=value), each compared.
    type: str
  test_connection_from:
    description:
      - Name of a replication instance from which the connection is tested, unless its last test
        there succeeded. The instance is waited for.
      - A test that fails is an error. AWS starts a task only when both its connections were tested.
    type: str
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 1800
seealso:
  - module: modern_data.warehouse.dms_replication_instance
  - module: modern_data.warehouse.dms_replication_task
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.dms_settings
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: A PostgreSQL whose address and password are in a secret
  modern_data.warehouse.dms_endpoint:
    identifier: shop-dev-source
    endpoint_type: source
    engine_name: postgres
    ssl_mode: require
    database_name: shop
    postgre_sql_settings:
      secrets_manager_secret_id: shop-dev-source
      secrets_manager_access_role_arn: arn:aws:iam::123456789012:role/shop-dev-source-secret
      heartbeat_enable: true
    test_connection_from: shop-dev-ingestion

- name: Parquet files in a bucket
  modern_data.warehouse.dms_endpoint:
    identifier: shop-dev-landing
    endpoint_type: target
    engine_name: s3
    s3_settings:
      bucket_name: shop-dev-landing
      bucket_folder: raw
      service_access_role_arn: arn:aws:iam::123456789012:role/shop-dev-ingestion
      data_format: parquet
      include_op_for_full_load: true

- name: Write captured changes every ten seconds
  modern_data.warehouse.dms_endpoint:
    identifier: shop-dev-landing
    s3_settings:
      cdc_max_batch_interval: 10

- name: Delete it
  modern_data.warehouse.dms_endpoint:
    identifier: shop-dev-landing
    state: absent
"""

RETURN = r"""
endpoint:
  description:
    - The endpoint.
    - In check mode it is what it would be; what only AWS knows, such as its ARN, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    certificate_arn:
      description: ARN of the certificate of the database's authority.
      type: str
      returned: when it is set
      sample: "arn:aws:dms:us-east-1:123456789012:cert:ABCDEFGHIJKLMNOP"
    database_name: {description: Name of the database., type: str, returned: when it is set, sample: shop}
    endpoint_arn:
      description: Its ARN, which ends in letters that AWS makes up.
      type: str
      returned: when it exists
      sample: arn:aws:dms:us-east-1:123456789012:endpoint:ABCDEFGHIJKLMNOP
    endpoint_identifier:
      description: Its name.
      type: str
      returned: always
      sample: shop-dev-source
    endpoint_type: {description: Whether data come from it or go to it., type: str, returned: when known, sample: SOURCE}
    engine_display_name: {description: The kind in words., type: str, returned: when it exists, sample: PostgreSQL}
    engine_name:
      description: Kind of the database or store.
      type: str
      returned: when known
      sample: postgres
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
    postgre_sql_settings:
      description: Its settings, when it is a PostgreSQL.
      type: dict
      returned: when it has them
      sample: {"heartbeat_enable": true}
    s3_settings:
      description: Its settings, when it is a bucket.
      type: dict
      returned: when it has them
      sample: {"data_format": "parquet"}
    server_name: {description: Host of the database., type: str, returned: when it is set, sample: shop-dev-source.abcdefghijkl.us-east-1.rds.amazonaws.com}
    service_access_role_arn:
      description: Role with which DMS reaches it.
      type: str
      returned: when it is set
      sample: "arn:aws:iam::123456789012:role/shop-dev-ingestion"
    ssl_mode: {description: How the connection is secured., type: str, returned: when known, sample: require}
    status:
      description: Its status.
      type: str
      returned: when it exists
      sample: active
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Environment": "dev"}
    username: {description: User of the database., type: str, returned: when it is set, sample: shop_admin}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_endpoint import Endpoint
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_settings import (
    POSTGRE_SQL_OPTIONS,
    S3_OPTIONS,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "identifier": {
                "type": "str",
                "required": True,
                "aliases": ["name", "endpoint_identifier"],
            },
            "endpoint_type": {"type": "str", "choices": ["source", "target"]},
            "engine_name": {"type": "str"},
            "server_name": {"type": "str"},
            "port": {"type": "int"},
            "database_name": {"type": "str"},
            "username": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "ssl_mode": {
                "type": "str",
                "choices": ["none", "require", "verify-ca", "verify-full"],
            },
            "certificate_arn": {"type": "str"},
            "kms_key_id": {"type": "str"},
            "extra_connection_attributes": {"type": "str"},
            "postgre_sql_settings": {"type": "dict", "options": POSTGRE_SQL_OPTIONS},
            "s3_settings": {"type": "dict", "options": S3_OPTIONS},
            "test_connection_from": {"type": "str"},
            **resource_options(timeout=1800),
        },
        supports_check_mode=True,
    )
    run_resource(module, Endpoint)


if __name__ == "__main__":
    main()
