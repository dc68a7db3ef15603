#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_replication_config
short_description: Manage, start, stop and reload a serverless replication of AWS Database Migration Service
version_added: 0.1.0
description:
  - Creates, changes and deletes the configuration of a serverless replication, and starts, stops
    and reloads its replication.
  - It needs no replication instance. AWS tests its connections and gets its capacity at each start,
    which takes the better part of an hour, and takes the capacity back after it has ended.
  - Table mappings and settings are compared by meaning, settings only where they are set, since AWS
    fills in the rest. A running replication is stopped for a change and started again where it was.
  - Options, and settings within O(compute_config), that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Name of the configuration; AWS keeps it in lower case.
    type: str
    required: true
    aliases: [name, replication_config_identifier]
  source_endpoint:
    description: Name of its source endpoint. It can't be changed once it has been started. Required to make it.
    type: str
  target_endpoint:
    description: Name of its target endpoint. It can't be changed once it has been started. Required to make it.
    type: str
  replication_type:
    description: What it does. Required to make it.
    type: str
    choices: [full-load, cdc, full-load-and-cdc]
  compute_config:
    description: Its capacity and its place. Required to make it.
    type: dict
    suboptions:
      max_capacity_units:
        description: The most DMS capacity units, of 2 GB of memory each, that it may have. Required to make it.
        type: int
        choices: [1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384]
      min_capacity_units:
        description: The fewest DMS capacity units that it has. AWS's default is 1.
        type: int
        choices: [1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384]
      multi_az:
        description: Whether a standby runs in another availability zone.
        type: bool
      availability_zone:
        description:
          - Availability zone to run in; not with O(compute_config.multi_az). AWS's default is any.
          - It can't be changed once it has been started.
        type: str
      subnet_group:
        description:
          - Replication subnet group. Its VPC needs VPC endpoints of the AWS services that the
            endpoints use, such as Secrets Manager and S3.
          - It can't be changed once it has been started.
        type: str
      security_group_ids:
        description:
          - IDs of its security groups.
          - The list replaces the one that it has.
        type: list
        elements: str
      kms_key_id:
        description: ID or ARN of the KMS key of its data. It can't be changed once it has been started.
        type: str
      preferred_maintenance_window:
        description: When AWS may work on it, such as V(sun:04:00-sun:04:30), in UTC.
        type: str
      dns_name_servers:
        description:
          - Addresses of up to four name servers to find the databases with.
          - The list replaces the one that it has. It can't be changed once it has been started.
        type: list
        elements: str
  settings:
    description: Settings of the replication, the same as those of a task, as data or as JSON.
    type: json
    aliases: [replication_settings]
  supplemental_settings:
    description: Supplemental data that some endpoints need, as data or as JSON.
    type: json
  resource_identifier:
    description:
      - The end of its ARN, up to 31 letters, digits and single hyphens. Without it AWS makes one up.
      - It is used when the configuration is made, and not looked at later.
    type: str
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 5400
attributes:
  idempotent:
    support: partial
    details: With O(state=reloaded) or O(reload_tables) each run of the task loads tables again.
seealso:
  - module: modern_data.warehouse.dms_endpoint
  - module: modern_data.warehouse.dms_replication_subnet_group
  - module: modern_data.warehouse.dms_replication_task
    description: The same on an instance.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.dms_migration
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: Capture one table without an instance
  modern_data.warehouse.dms_replication_config:
    identifier: shop-dev-serverless
    source_endpoint: shop-dev-source
    target_endpoint: shop-dev-landing
    replication_type: full-load-and-cdc
    compute_config:
      max_capacity_units: 4
      subnet_group: shop-dev-ingestion
    table_mappings:
      rules:
        - rule-type: selection
          rule-id: "1"
          rule-name: orders
          object-locator: {schema-name: public, table-name: orders}
          rule-action: include

- name: Start it, and do not wait for its capacity
  modern_data.warehouse.dms_replication_config:
    identifier: shop-dev-serverless
    state: started
    wait: false

- name: Load one table again while it runs
  modern_data.warehouse.dms_replication_config:
    identifier: shop-dev-serverless
    reload_tables:
      - {schema_name: public, table_name: orders}

- name: Stop it, and give its capacity back
  modern_data.warehouse.dms_replication_config:
    identifier: shop-dev-serverless
    state: stopped

- name: Load all its tables again, and go on with their changes
  modern_data.warehouse.dms_replication_config:
    identifier: shop-dev-serverless
    state: reloaded

- name: Delete it
  modern_data.warehouse.dms_replication_config:
    identifier: shop-dev-serverless
    state: absent
"""

RETURN = r"""
replication_config:
  description:
    - The configuration, with what its replication does.
    - In check mode it is what it would be; what only AWS knows, such as its ARN, is missing.
  returned: when O(state) is not V(absent)
  type: dict
  contains:
    compute_config:
      description: Its capacity and its place, by the options of O(compute_config).
      type: dict
      returned: always
      sample: {"max_capacity_units": 4, "min_capacity_units": 1, "multi_az": false, "subnet_group": "shop-dev-ingestion"}
    failure_messages:
      description: Why it has failed.
      type: list
      elements: str
      returned: when it has failed
      sample: ["Test connection failed for endpoint 'shop-dev-source'"]
    provision_data:
      description: What resources it has.
      type: dict
      returned: once it was started
      sample: {"provision_state": "provisioned", "provisioned_capacity_units": 1}
    replication_config_arn:
      description: Its ARN, which ends in letters that AWS makes up unless O(resource_identifier) is set.
      type: str
      returned: when it exists
      sample: arn:aws:dms:us-east-1:123456789012:replication-config:ABCDEFGHIJKLMNOP
    replication_config_identifier: {description: Its name., type: str, returned: always, sample: shop-dev-serverless}
    replication_settings:
      description: Its settings, as data.
      type: dict
      returned: when it has them
      sample: {"ErrorBehavior": {"DataErrorPolicy": "STOP_TASK"}}
    replication_stats:
      description: How far it is.
      type: dict
      returned: once it was started
      sample: {"tables_loaded": 1, "full_load_progress_percent": 100}
    replication_type: {description: What it does., type: str, returned: always, sample: full-load-and-cdc}
    status: {description: Status of its replication., type: str, returned: when it exists, sample: running}
    stop_reason: {description: Why it has stopped., type: str, returned: when it has stopped, sample: Stop Reason NORMAL}
    supplemental_settings:
      description: Its supplemental data.
      type: dict
      returned: when it has them
      sample: {}
    table_mappings:
      description: Which tables it captures, as data.
      type: dict
      returned: always
      sample: {"rules": []}
    cdc_start_position: {description: From where changes are captured., type: str, returned: when it was set, sample: "2026-01-15T10:00:00"}
    is_read_only: {description: Whether a zero-ETL integration manages it., type: bool, returned: when AWS tells it, sample: false}
    recovery_checkpoint: {description: From where it would go on., type: str, returned: once it was started, sample: "checkpoint:V1#1#00000001/00000000"}
    replication_config_create_time: {description: When it was made., type: str, returned: when it exists, sample: "2026-01-15T10:00:00+00:00"}
    replication_config_update_time: {description: When it was changed last., type: str, returned: when it exists, sample: "2026-01-15T10:00:00+00:00"}
    replication_create_time: {description: When its replication was made., type: str, returned: once it was started, sample: "2026-01-15T10:00:00+00:00"}
    replication_update_time:
      description: When the status of its replication changed last.
      type: str
      returned: once it was started
      sample: "2026-01-15T10:00:00+00:00"
    replication_last_stop_time: {description: When it was stopped last., type: str, returned: once it was stopped, sample: "2026-01-15T10:00:00+00:00"}
    replication_deprovision_time:
      description: When it gives its resources back, or gave them.
      type: str
      returned: once it was stopped
      sample: "2026-01-15T10:00:00+00:00"
    source_endpoint_arn:
      description: ARN of its source.
      type: str
      returned: when it exists
      sample: arn:aws:dms:us-east-1:123456789012:endpoint:ABCDEFGHIJKLMNOP
    start_replication_type: {description: How it was started last., type: str, returned: once it was started, sample: start-replication}
    target_endpoint_arn:
      description: ARN of its target.
      type: str
      returned: when it exists
      sample: arn:aws:dms:us-east-1:123456789012:endpoint:BCDEFGHIJKLMNOPQ
    tags:
      description: Its tags.
      type: dict
      returned: when it exists or O(tags) is set
      sample: {"Environment": "dev"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_compute import (
    COMPUTE_OPTIONS,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_migration import (
    MIGRATION_OPTIONS,
    MIGRATIONS,
    STATES,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_replication_config import (
    ReplicationConfig,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "identifier": {
                "type": "str",
                "required": True,
                "aliases": ["name", "replication_config_identifier"],
            },
            "source_endpoint": {"type": "str"},
            "target_endpoint": {"type": "str"},
            "replication_type": {"type": "str", "choices": list(MIGRATIONS)},
            "compute_config": {"type": "dict", "options": COMPUTE_OPTIONS},
            "settings": {"type": "json", "aliases": ["replication_settings"]},
            "supplemental_settings": {"type": "json"},
            "resource_identifier": {"type": "str"},
            **MIGRATION_OPTIONS,
            **resource_options(states=STATES, timeout=5400),
        },
        supports_check_mode=True,
    )
    run_resource(module, ReplicationConfig)


if __name__ == "__main__":
    main()
