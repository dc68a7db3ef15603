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
    description: Whether data come from it or go to it. Required to make it.
    type: str
    choices: [source, target]
  engine_name:
    description: Kind of the database or store, such as V(postgres) or V(s3). Required to make it.
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
    description: KMS key of the connection's parameters. It can't be changed later.
    type: str
  extra_connection_attributes:
    description: Further attributes of the connection, as DMS documents them.
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
  - amazon.aws.boto3
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
"""

RETURN = r"""
endpoint:
  description:
    - The endpoint.
    - In check mode it is what it would be; what only AWS knows, such as its ARN, is missing.
  returned: when O(state=present)
  type: dict
  contains:
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
    engine_name:
      description: Kind of the database or store.
      type: str
      returned: always
      sample: postgres
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
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import (
    last_part,
    subset,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms import DmsResource
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_settings import (
    POSTGRE_SQL_OPTIONS,
    S3_OPTIONS,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.resource import Action
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Plan,
    Setting,
    Values,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.waiting import wait_until

CLEAR_TEXT = ("server_name", "port", "username", "password")


class Endpoint(DmsResource):
    """https://docs.aws.amazon.com/dms/latest/APIReference/API_Endpoint.html"""

    kind = "DMS endpoint"
    result = "endpoint"
    ready_statuses = frozenset({"active"})
    failed_statuses = frozenset({"failed"})
    required_to_create = ("endpoint_type", "engine_name")
    settings = (
        Setting(
            "endpoint_type",
            read=lambda endpoint: str(endpoint.get("endpoint_type") or "").lower() or None,
            immutable=True,
        ),
        Setting("engine_name", immutable=True),
        Setting("server_name"),
        Setting("port"),
        Setting("database_name"),
        Setting("username"),
        Setting("password", create_only=True),
        Setting("ssl_mode"),
        Setting("certificate_arn"),
        Setting("kms_key_id", compare=last_part, immutable=True),
        Setting("extra_connection_attributes"),
        Setting("postgre_sql_settings", compare=subset),
        Setting("s3_settings", compare=subset),
    )

    def validate(self) -> None:
        super().validate()
        settings = self.params["postgre_sql_settings"] or {}
        clear = [option for option in CLEAR_TEXT if self.params[option] is not None]
        if settings.get("secrets_manager_secret_id"):
            if clear:
                raise self.refuse(f"{', '.join(clear)} can't be given with a secret: remove them")
            if not settings.get("secrets_manager_access_role_arn"):
                raise self.refuse(
                    "postgre_sql_settings.secrets_manager_access_role_arn is missing: "
                    "DMS reads the secret with it"
                )
        s3 = self.params["s3_settings"] or {}
        if s3.get("preserve_transactions") and s3.get("data_format") == "parquet":
            raise self.refuse(
                "s3_settings.preserve_transactions writes CSV always: not with data_format parquet"
            )

    def find(self) -> Values | None:
        return self.described("DescribeEndpoints", "endpoints", "endpoint-id")

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call(
            "CreateEndpoint", endpoint_identifier=self.name, tags=tags, **self.request(wanted)
        )

    def update(self, changes: Values, current: Values) -> None:
        # The settings are sent whole: what of them is not sent might be reset.
        for option in ("postgre_sql_settings", "s3_settings"):
            if option in changes:
                known = S3_OPTIONS if option == "s3_settings" else POSTGRE_SQL_OPTIONS
                before = current.get(option) or {}
                kept = {key: value for key, value in before.items() if key in known}
                changes = {**changes, option: {**kept, **changes[option]}}
        self.api.call(
            "ModifyEndpoint",
            retry=("InvalidResourceStateFault",),
            endpoint_arn=current["endpoint_arn"],
            exact_settings=False,
            **self.request(changes),
        )

    def delete(self, current: Values) -> None:
        self.api.call(
            "DeleteEndpoint",
            retry=("InvalidResourceStateFault",),
            endpoint_arn=current["endpoint_arn"],
        )

    def actions(self, current: Values, plan: Plan) -> list[Action]:
        instance = self.params["test_connection_from"]
        if not instance:
            return []
        tested = current.get("endpoint_arn") and self.connection(current["endpoint_arn"], instance)
        status = tested["status"] if tested else "untested"
        if status == "successful" and not plan.changes:
            return []
        return [
            Action(
                {"connection": status},
                {"connection": "successful"},
                lambda: self.test(current["endpoint_arn"], instance),
            )
        ]

    def connection(self, endpoint_arn: str, instance: str) -> Values | None:
        """The last test of the connection from an instance, None when there was none."""
        found = self.lookup_all("DescribeConnections", "connections", "endpoint-arn", endpoint_arn)
        wanted = instance.lower()
        return next((c for c in found if c["replication_instance_identifier"] == wanted), None)

    def test(self, endpoint_arn: str, instance: str) -> None:
        """Wait for the instance, test the connection from it, and wait for the outcome."""
        arn = wait_until(
            lambda: self.instance(instance),
            lambda found: found.get("replication_instance_status") == "available",
            timeout=self.watch.timeout,
            what=f"replication instance {instance} to be available",
            state=lambda found: str(found.get("replication_instance_status") or "absent"),
        )["replication_instance_arn"]
        self.api.call(
            "TestConnection",
            retry=("InvalidResourceStateFault",),
            replication_instance_arn=arn,
            endpoint_arn=endpoint_arn,
        )
        outcome = wait_until(
            lambda: self.connection(endpoint_arn, instance) or {},
            lambda found: found.get("status") in ("successful", "failed"),
            timeout=self.watch.timeout,
            what=f"the test of {self.what}",
            state=lambda found: str(found.get("status")),
        )
        if outcome["status"] == "failed":
            reason = outcome.get("last_failure_message") or "AWS gives no reason"
            raise self.refuse(f"its connection from {instance} failed: {reason}")

    def instance(self, identifier: str) -> Values:
        """A replication instance; empty when there is none."""
        found = self.lookup(
            "DescribeReplicationInstances",
            "replication_instances",
            "replication-instance-id",
            identifier.lower(),
        )
        return found or {}

    def arn(self, current: Values) -> str:
        # It ends in letters that AWS makes up, so it can't be told before the endpoint is there.
        return str(current.get("endpoint_arn") or "")


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
