#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_serverless_usage_limit_info
short_description: List usage limits of Amazon Redshift Serverless
version_added: 0.1.0
description:
  - Tells the usage limits of an account in a region, with their workgroups.
author: modern_data.warehouse contributors (@modern-data)
options:
  workgroup_name:
    description: Name of the workgroup whose limits are listed. Without it, those of all workgroups.
    type: str
seealso:
  - module: modern_data.warehouse.redshift_serverless_usage_limit
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: All usage limits
  modern_data.warehouse.redshift_serverless_usage_limit_info:
  register: found

- name: The limits of one workgroup
  modern_data.warehouse.redshift_serverless_usage_limit_info:
    workgroup_name: shop-dev
"""

RETURN = r"""
usage_limits:
  description: The limits; an empty list when there is none.
  returned: always
  type: list
  elements: dict
  contains:
    amount: {description: RPU-hours or terabytes., type: int, returned: always, sample: 40}
    breach_action: {description: What happens when it is reached., type: str, returned: always, sample: deactivate}
    period: {description: The time that the amount is for., type: str, returned: always, sample: daily}
    resource_arn:
      description: ARN of the workgroup.
      type: str
      returned: always
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0123abcd-0123-0123-0123-0123456789ab
    usage_limit_arn:
      description: ARN of the limit.
      type: str
      returned: always
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:usagelimit/0123abcd-0123-0123-0123-0123456789ab
    usage_limit_id: {description: ID of the limit., type: str, returned: always, sample: 0123abcd-0123-0123-0123-0123456789ab}
    usage_type: {description: What is limited., type: str, returned: always, sample: serverless-compute}
    workgroup_name: {description: Name of the workgroup., type: str, returned: while it exists, sample: shop-dev}
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.info import run_info
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_serverless_limits import (
    listing_of,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"workgroup_name": {"type": "str"}}, supports_check_mode=True
    )
    try:
        listing = listing_of(module)
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    if listing is not None:
        run_info(module, listing)
    module.exit_json(changed=False, usage_limits=[])


if __name__ == "__main__":
    main()
