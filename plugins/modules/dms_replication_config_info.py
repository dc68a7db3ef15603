#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_replication_config_info
short_description: List serverless replications of AWS Database Migration Service
version_added: 0.1.0
description:
  - Tells the configurations of serverless replications of an account in a region, with what their
    replications do, and their tags.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Name of one, in any case. Without it, all of them.
    type: str
seealso:
  - module: modern_data.warehouse.dms_replication_config
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: All serverless replications
  modern_data.warehouse.dms_replication_config_info:
  register: found

- name: One of the serverless replications
  modern_data.warehouse.dms_replication_config_info:
    identifier: shop-dev
"""

RETURN = r"""
replication_configs:
  description: The configurations; an empty list when there is none.
  returned: always
  type: list
  elements: dict
  contains:
    replication_config_identifier: {description: Its name., type: str, returned: always, sample: shop-dev}
    replication_config_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: arn:aws:dms:us-east-1:123456789012:replication-config:ABCDEFGHIJKLMNOP
    compute_config:
      description: Its capacity and its place, by the options of M(modern_data.warehouse.dms_replication_config).
      type: dict
      returned: always
      sample: {"max_capacity_units": 4, "subnet_group": "shop-dev"}
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
    replication_settings: {description: Its settings., type: dict, returned: when it has them, sample: {"ErrorBehavior": {"DataErrorPolicy": "STOP_TASK"}}}
    replication_stats: {description: How far it is., type: dict, returned: once it was started, sample: {"tables_loaded": 1, "full_load_progress_percent": 100}}
    replication_type: {description: What it does., type: str, returned: always, sample: full-load-and-cdc}
    status: {description: Status of its replication., type: str, returned: always, sample: running}
    stop_reason: {description: Why it has stopped., type: str, returned: when it has stopped, sample: Stop Reason NORMAL}
    supplemental_settings: {description: Its supplemental data., type: dict, returned: when it has them, sample: {}}
    table_mappings: {description: "Which tables it captures, and how.", type: dict, returned: always, sample: {"rules": []}}
    cdc_start_position: {description: From where changes are captured., type: str, returned: when it was set, sample: "2026-01-15T10:00:00"}
    is_read_only: {description: Whether a zero-ETL integration manages it., type: bool, returned: when AWS tells it, sample: false}
    recovery_checkpoint: {description: From where it would go on., type: str, returned: once it was started, sample: "checkpoint:V1#1#00000001/00000000"}
    replication_config_create_time: {description: When it was made., type: str, returned: always, sample: "2026-01-15T10:00:00+00:00"}
    replication_config_update_time: {description: When it was changed last., type: str, returned: always, sample: "2026-01-15T10:00:00+00:00"}
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
    source_endpoint_arn: {description: ARN of its source., type: str, returned: always, sample: "arn:aws:dms:us-east-1:123456789012:endpoint:ABCDEFGHIJKLMNOP"}
    start_replication_type: {description: How it was started last., type: str, returned: once it was started, sample: start-replication}
    target_endpoint_arn: {description: ARN of its target., type: str, returned: always, sample: "arn:aws:dms:us-east-1:123456789012:endpoint:BCDEFGHIJKLMNOPQ"}
    tags: {description: Its tags., type: dict, returned: always, sample: {"environment": "dev"}}
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.api import Api
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_replication_config import (
    CONFIGS,
    NAME,
    REPLICATIONS,
    config_view,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.info import Listing, run_info

KIND = "DMS replication configs"


def with_replications(
    module: AnsibleAWSModule, configs: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The configurations with what their replications do."""
    listed = Api(module.client("dms"), KIND).pages(*REPLICATIONS)
    replications = {replication[NAME]: replication for replication in listed}
    return [config_view(config, replications.get(config[NAME], {})) for config in configs]


# All are listed and one is chosen here: no filter of this listing is documented.
LISTING = Listing(
    service="dms",
    operation=CONFIGS[0],
    items=CONFIGS[1],
    kind=KIND,
    name=NAME,
    result="replication_configs",
    arn=lambda config: config["replication_config_arn"],
    completed=with_replications,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"identifier": {"type": "str"}}, supports_check_mode=True
    )
    run_info(module, LISTING, "identifier")


if __name__ == "__main__":
    main()
