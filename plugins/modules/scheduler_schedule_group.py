#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduler_schedule_group
short_description: Manage a group of schedules of Amazon EventBridge Scheduler
version_added: 0.1.0
description:
  - Creates, tags and deletes a group of schedules.
  - Tags of Amazon EventBridge Scheduler are on groups. A single schedule has none.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the group, 1 to 64 letters, digits, C(-), C(_) and C(.).
    type: str
    required: true
    aliases: [group_name]
  state:
    description:
      - V(present) makes the group.
      - V(absent) deletes it together with all of its schedules. The group C(default) can't be deleted.
    type: str
    choices: [present, absent]
    default: present
  wait_timeout:
    description: How many seconds to wait. Schedules that are just running delay the end of a group.
    type: int
    default: 300
seealso:
  - module: modern_data.warehouse.scheduler_schedule
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: A group for the schedules of one platform
  modern_data.warehouse.scheduler_schedule_group:
    name: shop-dev
    tags:
      environment: dev

- name: Remove it, and all schedules in it
  modern_data.warehouse.scheduler_schedule_group:
    name: shop-dev
    state: absent
"""

RETURN = r"""
schedule_group:
  description:
    - The group.
    - In check mode it is what it would be; what only AWS knows, such as its dates, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    creation_date:
      description: When it was made.
      type: str
      returned: when it exists
      sample: "2026-01-15T09:00:00+00:00"
    last_modification_date:
      description: When it was changed last.
      type: str
      returned: when it exists
      sample: "2026-01-15T09:00:00+00:00"
    name:
      description: Its name.
      type: str
      returned: when it exists
      sample: shop-dev
    schedule_group_arn:
      description: Its ARN, in check mode too.
      type: str
      returned: always
      sample: arn:aws:scheduler:us-east-1:123456789012:schedule-group/shop-dev
    state:
      description: V(ACTIVE), or V(DELETING) while it goes.
      type: str
      returned: when it exists
      sample: ACTIVE
    tags:
      description: Its tags.
      type: dict
      returned: when it has tags, or O(tags) is set
      sample: {"environment": "dev"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.scheduler_schedule_group import (
    ScheduleGroup,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True, "aliases": ["group_name"]},
            **resource_options(timeout=300),
        },
        supports_check_mode=True,
    )
    run_resource(module, ScheduleGroup)


if __name__ == "__main__":
    main()
