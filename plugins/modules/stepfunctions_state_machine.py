#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stepfunctions_state_machine
short_description: Manage an AWS Step Functions state machine
version_added: 0.1.0
description:
  - Creates, changes and deletes a state machine.
  - The definition is compared by meaning, and validated by the API before anything is made or
    changed, in check mode too.
  - Options that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the state machine, 1 to 80 letters, digits, C(-) and C(_).
    type: str
    required: true
  state:
    description:
      - V(present) makes the state machine, or changes it to what the options say.
      - V(absent) deletes it once its running executions have ended. With O(wait=false), and for
        V(EXPRESS) machines, AWS ends them at their next state instead.
    type: str
    choices: [present, absent]
    default: present
  definition:
    description:
      - The definition in the Amazon States Language, as data or as JSON text.
      - Required to make it.
    type: json
  role_arn:
    description:
      - ARN of the role that the state machine acts as.
      - Required to make it.
    type: str
  type:
    description: The kind of its executions. It can't be changed later.
    type: str
    choices: [STANDARD, EXPRESS]
  logging:
    description: What is logged of its executions.
    type: dict
    suboptions:
      level:
        description: Which events are logged.
        type: str
        choices: ["ALL", "ERROR", "FATAL", "OFF"]
        required: true
      include_execution_data:
        description: Whether inputs and outputs are logged too.
        type: bool
        default: false
      log_group_arn:
        description: ARN of the CloudWatch log group. Required unless O(logging.level=OFF).
        type: str
  tracing:
    description: Whether AWS X-Ray traces its executions.
    type: bool
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 600
seealso:
  - module: modern_data.warehouse.stepfunctions_execution
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: A state machine that logs its errors
  modern_data.warehouse.stepfunctions_state_machine:
    name: shop-dev-load
    role_arn: arn:aws:iam::123456789012:role/shop-dev-load
    definition:
      StartAt: Done
      States:
        Done: {Type: Succeed}
    logging:
      level: ERROR
      log_group_arn: arn:aws:logs:eu-west-1:123456789012:log-group:shop-dev-load
"""

RETURN = r"""
state_machine:
  description:
    - The state machine.
    - In check mode it is what it would be.
  returned: when O(state=present)
  type: dict
  contains:
    definition:
      description: Its definition, as data.
      type: dict
      returned: always
      sample: {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    logging:
      description: What is logged of its executions.
      type: dict
      returned: when it exists, or is given
      sample: {"level": "OFF", "include_execution_data": false}
    name:
      description: Its name.
      type: str
      returned: always
      sample: shop-dev-load
    role_arn:
      description: Role that it acts as.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:role/shop-dev-load
    state_machine_arn:
      description: Its ARN, in check mode too.
      type: str
      returned: always
      sample: arn:aws:states:eu-west-1:123456789012:stateMachine:shop-dev-load
    status:
      description: Its status.
      type: str
      returned: when it exists
      sample: ACTIVE
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Environment": "dev"}
    tracing:
      description: Whether its executions are traced.
      type: bool
      returned: when it exists, or is given
      sample: false
    type:
      description: The kind of its executions.
      type: str
      returned: when it exists, or is given
      sample: STANDARD
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.stepfunctions_state_machine import (
    StateMachine,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "definition": {"type": "json"},
            "role_arn": {"type": "str"},
            "type": {"type": "str", "choices": ["STANDARD", "EXPRESS"]},
            "logging": {
                "type": "dict",
                "options": {
                    "level": {
                        "type": "str",
                        "choices": ["ALL", "ERROR", "FATAL", "OFF"],
                        "required": True,
                    },
                    "include_execution_data": {"type": "bool", "default": False},
                    "log_group_arn": {"type": "str"},
                },
            },
            "tracing": {"type": "bool"},
            **resource_options(timeout=600),
        },
        supports_check_mode=True,
    )
    run_resource(module, StateMachine)


if __name__ == "__main__":
    main()
