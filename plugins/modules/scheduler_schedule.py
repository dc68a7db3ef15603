#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduler_schedule
short_description: Manage a schedule of Amazon EventBridge Scheduler
version_added: 0.1.0
description:
  - Creates, changes and deletes a schedule.
  - AWS replaces the whole schedule at every change and resets what is left out. This module sends
    what the schedule has together with what changes, so options that are not set are left as they
    are.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the schedule, 1 to 64 letters, digits, C(-), C(_) and C(.).
    type: str
    required: true
  group_name:
    description: Group that the schedule is in.
    type: str
    default: default
  state:
    description:
      - V(present) makes the schedule, or changes it to what the options say.
      - V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  enabled:
    description: Whether the schedule starts its target. A new one does, unless this is V(false).
    type: bool
  description:
    description: What the schedule is for.
    type: str
  schedule_expression:
    description:
      - When it starts its target - V(rate(15 minutes\)), V(cron(0 3 * * ? *\)) or
        V(at(2026-12-24T18:00:00\)).
      - Required to make it.
    type: str
  schedule_expression_timezone:
    description: Time zone of the expression, such as V(Europe/Berlin). AWS takes V(UTC) otherwise.
    type: str
  flexible_time_window:
    description: How much later than its time it may start. Without it, none when it is made.
    type: dict
    suboptions:
      mode:
        description: V(FLEXIBLE) to let AWS choose within the window.
        type: str
        choices: ["OFF", "FLEXIBLE"]
        required: true
      maximum_window_in_minutes:
        description: Length of the window, 1 to 1440. Required with O(flexible_time_window.mode=FLEXIBLE).
        type: int
  target:
    description:
      - What it starts.
      - Required to make it.
    type: dict
    suboptions:
      arn:
        description: ARN of the target, such as a state machine.
        type: str
        required: true
      role_arn:
        description: ARN of the role with which the scheduler starts it.
        type: str
        required: true
      input:
        description: JSON that the target is given, as data or as text; compared by meaning.
        type: json
      retry_policy:
        description: What happens when the target can't be started.
        type: dict
        suboptions:
          maximum_event_age_in_seconds:
            description: For how long it is tried again, 60 to 86400.
            type: int
          maximum_retry_attempts:
            description: How often it is tried again, 0 to 185.
            type: int
      dead_letter_arn:
        description: ARN of the SQS queue that gets what could not be started.
        type: str
seealso:
  - module: modern_data.warehouse.stepfunctions_state_machine
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Start a state machine every quarter of an hour
  modern_data.warehouse.scheduler_schedule:
    name: shop-dev-load
    schedule_expression: rate(15 minutes)
    target:
      arn: arn:aws:states:eu-west-1:123456789012:stateMachine:shop-dev-load
      role_arn: arn:aws:iam::123456789012:role/shop-dev-scheduler
      input: {}
      retry_policy:
        maximum_event_age_in_seconds: 60
        maximum_retry_attempts: 2

- name: Pause it
  modern_data.warehouse.scheduler_schedule:
    name: shop-dev-load
    enabled: false
"""

RETURN = r"""
schedule:
  description:
    - The schedule.
    - In check mode it is what it would be.
  returned: when O(state=present)
  type: dict
  contains:
    group_name:
      description: Group that it is in.
      type: str
      returned: always
      sample: default
    name:
      description: Its name.
      type: str
      returned: always
      sample: shop-dev-load
    schedule_arn:
      description: Its ARN, in check mode too.
      type: str
      returned: always
      sample: arn:aws:scheduler:eu-west-1:123456789012:schedule/default/shop-dev-load
    schedule_expression:
      description: When it starts its target.
      type: str
      returned: always
      sample: rate(15 minutes)
    state:
      description: Whether it is enabled.
      type: str
      returned: always
      sample: ENABLED
    target:
      description: What it starts.
      type: dict
      returned: always
      sample: {"arn": "arn:aws:states:eu-west-1:123456789012:stateMachine:shop-dev-load"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.scheduler_schedule import (
    Schedule,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "group_name": {"type": "str", "default": "default"},
            "enabled": {"type": "bool"},
            "description": {"type": "str"},
            "schedule_expression": {"type": "str"},
            "schedule_expression_timezone": {"type": "str"},
            "flexible_time_window": {
                "type": "dict",
                "options": {
                    "mode": {"type": "str", "choices": ["OFF", "FLEXIBLE"], "required": True},
                    "maximum_window_in_minutes": {"type": "int"},
                },
            },
            "target": {
                "type": "dict",
                "options": {
                    "arn": {"type": "str", "required": True},
                    "role_arn": {"type": "str", "required": True},
                    "input": {"type": "json"},
                    "retry_policy": {
                        "type": "dict",
                        "options": {
                            "maximum_event_age_in_seconds": {"type": "int"},
                            "maximum_retry_attempts": {"type": "int"},
                        },
                    },
                    "dead_letter_arn": {"type": "str"},
                },
            },
            **resource_options(tags=False),
        },
        supports_check_mode=True,
    )
    run_resource(module, Schedule)


if __name__ == "__main__":
    main()
