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
  encryption_configuration:
    description: With which key its definition and the history of its executions are encrypted.
    type: dict
    suboptions:
      type:
        description: Whose key it is.
        type: str
        choices: [AWS_OWNED_KEY, CUSTOMER_MANAGED_KMS_KEY]
        required: true
      kms_key_id:
        description:
          - ID, ARN or alias of the KMS key; a key of another account by its ARN.
          - Required with V(CUSTOMER_MANAGED_KMS_KEY), and only for it.
        type: str
      kms_data_key_reuse_period_seconds:
        description:
          - How many seconds a data key is used before KMS is asked for another, 60 to 900. Only for
            V(CUSTOMER_MANAGED_KMS_KEY).
        type: int
  publish:
    description:
      - Publish a version when this task makes the state machine or changes it, tags aside. A state
        machine that is as it should be gets no version.
    type: bool
    default: false
  version_description:
    description: What the version is for, at most 256 characters. Needs O(publish=true).
    type: str
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 600
seealso:
  - module: modern_data.warehouse.stepfunctions_execution
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
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
      log_group_arn: arn:aws:logs:us-east-1:123456789012:log-group:shop-dev-load

- name: Trace its executions, everything else as before
  modern_data.warehouse.stepfunctions_state_machine:
    name: shop-dev-load
    tracing: true

- name: Encrypt it with a key of one's own, and keep it as a version
  modern_data.warehouse.stepfunctions_state_machine:
    name: shop-dev-load
    encryption_configuration:
      type: CUSTOMER_MANAGED_KMS_KEY
      kms_key_id: alias/shop-dev
    publish: true
    version_description: Encrypted with the shop's key

- name: Delete it
  modern_data.warehouse.stepfunctions_state_machine:
    name: shop-dev-load
    state: absent
"""

RETURN = r"""
state_machine:
  description:
    - The state machine.
    - In check mode it is what it would be.
  returned: when O(state=present)
  type: dict
  contains:
    creation_date: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    definition:
      description: Its definition, as data.
      type: dict
      returned: when known
      sample: {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    description: {description: What it is for., type: str, returned: when AWS tells it, sample: Loads the warehouse}
    encryption_configuration: {description: How it is encrypted., type: dict, returned: when it exists, sample: {"type": "AWS_OWNED_KEY"}}
    label: {description: Its label in runs of a distributed map., type: str, returned: for a map, sample: Map}
    logging:
      description: What is logged of its executions.
      type: dict
      returned: when known
      sample: {"level": "OFF", "include_execution_data": false}
    name:
      description: Its name.
      type: str
      returned: always
      sample: shop-dev-load
    revision_id: {description: ID of this revision., type: str, returned: once it was changed, sample: 1234abcd-12ab-34cd-56ef-1234567890ab}
    role_arn:
      description: Role that it acts as.
      type: str
      returned: when known
      sample: arn:aws:iam::123456789012:role/shop-dev-load
    state_machine_arn:
      description: Its ARN, in check mode too.
      type: str
      returned: always
      sample: arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-load
    state_machine_version_arn:
      description: ARN of the version that the task published.
      type: str
      returned: when O(publish=true) and the task changed the state machine
      sample: arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-load:1
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
      returned: when known
      sample: false
    type:
      description: The kind of its executions.
      type: str
      returned: when known
      sample: STANDARD
    variable_references: {description: Variables that its states use., type: dict, returned: when it uses any, sample: {}}
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
            "encryption_configuration": {
                "type": "dict",
                "options": {
                    "type": {
                        "type": "str",
                        "choices": ["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"],
                        "required": True,
                    },
                    "kms_key_id": {"type": "str", "no_log": False},
                    "kms_data_key_reuse_period_seconds": {"type": "int", "no_log": False},
                },
            },
            "publish": {"type": "bool", "default": False},
            "version_description": {"type": "str"},
            **resource_options(timeout=600),
        },
        supports_check_mode=True,
    )
    run_resource(module, StateMachine)


if __name__ == "__main__":
    main()
