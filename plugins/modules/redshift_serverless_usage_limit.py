#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_serverless_usage_limit
short_description: Manage a usage limit of an Amazon Redshift Serverless workgroup
version_added: 0.1.0
description:
  - Creates, changes and deletes a limit to what a workgroup of Amazon Redshift Serverless may use in
    a day, a week or a month.
  - A workgroup has at most one limit of each O(usage_type), O(period) and O(breach_action), so these
    three name the limit. A different one is a second limit, such as a log entry before the end.
author: modern_data.warehouse contributors (@modern-data)
options:
  workgroup_name:
    description: Name of the workgroup, which has to exist.
    type: str
    required: true
  state:
    description:
      - V(present) makes the limit, or changes its amount.
      - V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  usage_type:
    description: What is limited.
    type: str
    choices: [serverless-compute, cross-region-datasharing]
    default: serverless-compute
  period:
    description: The time that the amount is for. A week begins on Sunday.
    type: str
    choices: [daily, weekly, monthly]
    default: monthly
  breach_action:
    description:
      - What happens when the limit is reached.
      - V(log) writes to the system tables, V(emit-metric) gives a metric to set an alarm on,
        V(deactivate) refuses queries until the period is over.
    type: str
    choices: [log, emit-metric, deactivate]
    default: log
  amount:
    description:
      - The limit, in RPU-hours for O(usage_type=serverless-compute), in terabytes for
        O(usage_type=cross-region-datasharing). Needed to create it.
    type: int
seealso:
  - module: modern_data.warehouse.redshift_serverless_workgroup
  - name: Setting usage limits
    description: What a limit counts, and what happens when it is reached.
    link: https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-workgroup-max-rpu.html
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: A runaway query ends with the day's 40 RPU-hours
  modern_data.warehouse.redshift_serverless_usage_limit:
    workgroup_name: shop-dev
    period: daily
    breach_action: deactivate
    amount: 40

- name: Tell of three quarters of them
  modern_data.warehouse.redshift_serverless_usage_limit:
    workgroup_name: shop-dev
    period: daily
    breach_action: emit-metric
    amount: 30

- name: No limit any more
  modern_data.warehouse.redshift_serverless_usage_limit:
    workgroup_name: shop-dev
    period: daily
    breach_action: deactivate
    state: absent
"""

RETURN = r"""
usage_limit:
  description:
    - The limit.
    - In check mode it is what it would be; what only AWS knows, such as its ID, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    amount: {description: RPU-hours or terabytes., type: int, returned: when known, sample: 40}
    breach_action: {description: What happens when it is reached., type: str, returned: always, sample: deactivate}
    period: {description: The time that the amount is for., type: str, returned: always, sample: daily}
    resource_arn:
      description: ARN of the workgroup.
      type: str
      returned: when it exists
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0123abcd-0123-0123-0123-0123456789ab
    usage_limit_arn:
      description: ARN of the limit.
      type: str
      returned: when it exists
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:usagelimit/0123abcd-0123-0123-0123-0123456789ab
    usage_limit_id: {description: ID of the limit., type: str, returned: when it exists, sample: 0123abcd-0123-0123-0123-0123456789ab}
    usage_type: {description: What is limited., type: str, returned: always, sample: serverless-compute}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_serverless_limits import (
    UsageLimit,
)

USAGE_TYPES = ["serverless-compute", "cross-region-datasharing"]


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "workgroup_name": {"type": "str", "required": True},
            "usage_type": {"type": "str", "choices": USAGE_TYPES, "default": USAGE_TYPES[0]},
            "period": {
                "type": "str",
                "choices": ["daily", "weekly", "monthly"],
                "default": "monthly",
            },
            "breach_action": {
                "type": "str",
                "choices": ["log", "emit-metric", "deactivate"],
                "default": "log",
            },
            "amount": {"type": "int"},
            **resource_options(tags=False),
        },
        supports_check_mode=True,
    )
    run_resource(module, UsageLimit)


if __name__ == "__main__":
    main()
