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
  start_date:
    description:
      - When the schedule begins, such as V(2026-12-24T18:00:00Z), in UTC where no zone is named. Without
        it, when it is made. One that has passed is as good as none.
      - An empty text takes it away, as it does with O(end_date).
    type: str
  end_date:
    description: When the schedule ends, written as O(start_date) is.
    type: str
  action_after_completion:
    description: Whether AWS deletes the schedule once it has run for the last time. V(NONE) keeps it.
    type: str
    choices: [NONE, DELETE]
  kms_key_arn:
    description: ARN of the KMS key that encrypts it; an empty text for AWS's own key.
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
        description:
          - JSON that the target is given, as data or as text; compared by meaning.
          - An empty text takes it away.
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
        description:
          - ARN of the SQS queue that gets what could not be started.
          - An empty text takes it away.
        type: str
      sqs_parameters:
        description: For a FIFO queue as target.
        type: dict
        suboptions:
          message_group_id:
            description: Message group of the messages.
            type: str
            required: true
      event_bridge_parameters:
        description: For an event bus as target.
        type: dict
        suboptions:
          detail_type:
            description: Type of the events.
            type: str
            required: true
          source:
            description: Source of the events.
            type: str
            required: true
      kinesis_parameters:
        description: For a Kinesis stream as target.
        type: dict
        suboptions:
          partition_key:
            description: Partition key of the records.
            type: str
            required: true
seealso:
  - module: modern_data.warehouse.stepfunctions_state_machine
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Start a state machine every quarter of an hour
  modern_data.warehouse.scheduler_schedule:
    name: shop-dev-load
    schedule_expression: rate(15 minutes)
    target:
      arn: arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-load
      role_arn: arn:aws:iam::123456789012:role/shop-dev-scheduler
      input: {}
      retry_policy:
        maximum_event_age_in_seconds: 60
        maximum_retry_attempts: 2

- name: Pause it
  modern_data.warehouse.scheduler_schedule:
    name: shop-dev-load
    enabled: false

- name: Delete it
  modern_data.warehouse.scheduler_schedule:
    name: shop-dev-load
    state: absent
"""

RETURN = r"""
schedule:
  description:
    - The schedule.
    - In check mode it is what it would be.
  returned: when O(state=present)
  type: dict
  contains:
    action_after_completion: {description: What happens when it has started for the last time., type: str, returned: when it exists, sample: NONE}
    arn:
      description: "Its ARN, as AWS tells it."
      type: str
      returned: when it exists
      sample: "arn:aws:scheduler:us-east-1:123456789012:schedule/default/shop-dev-load"
    creation_date: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    description: {description: What it is for., type: str, returned: when it is set, sample: Starts the load}
    end_date: {description: Until when it starts its target., type: str, returned: when it is set, sample: '2026-01-15T10:00:00+00:00'}
    flexible_time_window: {description: How much later than its time it may start., type: dict, returned: when it exists, sample: {"mode": "OFF"}}
    group_name:
      description: Group that it is in.
      type: str
      returned: always
      sample: default
    kms_key_arn:
      description: KMS key that encrypts it.
      type: str
      returned: when it is set
      sample: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    last_modification_date: {description: When it was changed last., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    name:
      description: Its name.
      type: str
      returned: always
      sample: shop-dev-load
    schedule_arn:
      description: Its ARN, in check mode too.
      type: str
      returned: always
      sample: arn:aws:scheduler:us-east-1:123456789012:schedule/default/shop-dev-load
    schedule_expression:
      description: When it starts its target.
      type: str
      returned: when known
      sample: rate(15 minutes)
    schedule_expression_timezone: {description: Time zone of its expression., type: str, returned: when known, sample: UTC}
    start_date: {description: From when it starts its target., type: str, returned: when it is set, sample: '2026-01-15T10:00:00+00:00'}
    state:
      description: Whether it is enabled.
      type: str
      returned: when known
      sample: ENABLED
    target:
      description: What it starts.
      type: dict
      returned: when known
      sample: {"arn": "arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-load"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.scheduler_schedule import (
    Schedule,
)

REQUIRED_TEXT = {"type": "str", "required": True}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "group_name": {"type": "str", "default": "default"},
            "enabled": {"type": "bool"},
            "description": {"type": "str"},
            "schedule_expression": {"type": "str"},
            "schedule_expression_timezone": {"type": "str"},
            "start_date": {"type": "str"},
            "end_date": {"type": "str"},
            "action_after_completion": {"type": "str", "choices": ["NONE", "DELETE"]},
            "kms_key_arn": {"type": "str", "no_log": False},
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
                    "arn": REQUIRED_TEXT,
                    "role_arn": REQUIRED_TEXT,
                    "input": {"type": "json"},
                    "retry_policy": {
                        "type": "dict",
                        "options": {
                            "maximum_event_age_in_seconds": {"type": "int"},
                            "maximum_retry_attempts": {"type": "int"},
                        },
                    },
                    "dead_letter_arn": {"type": "str"},
                    "sqs_parameters": {
                        "type": "dict",
                        "options": {"message_group_id": REQUIRED_TEXT},
                    },
                    "event_bridge_parameters": {
                        "type": "dict",
                        "options": {"detail_type": REQUIRED_TEXT, "source": REQUIRED_TEXT},
                    },
                    "kinesis_parameters": {
                        "type": "dict",
                        "options": {"partition_key": {**REQUIRED_TEXT, "no_log": False}},
                    },
                },
            },
            **resource_options(tags=False),
        },
        supports_check_mode=True,
    )
    run_resource(module, Schedule)


if __name__ == "__main__":
    main()
