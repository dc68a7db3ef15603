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
      - V(absent) deletes it. AWS lets running executions end first.
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
    type:
      description: The kind of its executions.
      type: str
      returned: always
      sample: STANDARD
"""

import json
import re
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import (
    json_document,
    parse_json,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.resource import Resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.role_propagation import (
    once_role_is_known,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Setting,
    Values,
)


def logged(machine: Values) -> Values:
    """The logging configuration as the option takes it."""
    found = machine.get("logging_configuration") or {}
    destinations = found.get("destinations") or []
    group = next((d.get("cloud_watch_logs_log_group") or {} for d in destinations), {})
    view = {
        "level": found.get("level") or "OFF",
        "include_execution_data": bool(found.get("include_execution_data")),
    }
    arn = (group.get("log_group_arn") or "").removesuffix(":*")
    return {**view, "log_group_arn": arn} if arn else view


class StateMachine(Resource):
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"""

    service = "stepfunctions"
    kind = "state machine"
    result = "state_machine"
    missing_codes = ("StateMachineDoesNotExist",)
    ready_statuses = frozenset({"ACTIVE"})
    required_to_create = ("definition", "role_arn")
    settings = (
        Setting("definition", compare=json_document),
        Setting("role_arn"),
        Setting("type", immutable=True),
        Setting("logging", read=logged),
        Setting(
            "tracing",
            read=lambda machine: bool((machine.get("tracing_configuration") or {}).get("enabled")),
        ),
    )

    def validate(self) -> None:
        if not re.fullmatch(r"[\w-]{1,80}", self.name, re.ASCII):
            raise self.refuse("name must be 1 to 80 letters, digits, - and _")
        definition = self.params["definition"]
        if definition is not None and not isinstance(parse_json(definition), dict):
            raise self.refuse("definition must be a mapping, or the JSON text of one")
        logging = self.params["logging"]
        if logging:
            group = logging["log_group_arn"] = (logging["log_group_arn"] or "").removesuffix(":*")
            if not group:
                logging["log_group_arn"] = None
                if logging["level"] != "OFF":
                    raise self.refuse(
                        f"logging.level is {logging['level']}: log_group_arn is missing"
                    )

    def find(self) -> Values | None:
        found = self.api.maybe(
            "DescribeStateMachine", missing=self.missing_codes, state_machine_arn=self.arn({})
        )
        return found and {**found, "definition": parse_json(found.get("definition"))}

    def wanted(self, given: Values, current: Values | None) -> Values:
        definition = parse_json(given.get("definition"))
        if definition is not None:
            given = {**given, "definition": definition}
            if current is None or definition != current["definition"]:
                self.check_definition(definition)
        return given

    def check_definition(self, definition: Any) -> None:
        """Let the API read the definition, so that a mistake is known before anything changes."""
        answer = self.api.call(
            "ValidateStateMachineDefinition",
            definition=json.dumps(definition),
            type=self.params["type"],
        )
        if answer["result"] != "OK":
            faults = [
                f"{fault.get('location', '')} {fault['message']}".strip()
                for fault in answer.get("diagnostics") or []
                if fault.get("severity") == "ERROR"
            ]
            raise self.refuse("definition: " + "; ".join(faults))

    def create(self, wanted: Values, tags: Any) -> None:
        members = self.members(wanted)
        self.write("CreateStateMachine", {"name": self.name, "tags": tags, **members})

    def update(self, changes: Values, current: Values) -> None:
        arn = current["state_machine_arn"]
        members = self.members(changes)
        self.write("UpdateStateMachine", {"state_machine_arn": arn, **members})

    def write(self, operation: str, members: Values) -> None:
        def call() -> None:
            self.api.call(operation, retry=("ConflictException",), **members)

        once_role_is_known(call, "authorized to assume the provided role", self.what)

    def members(self, values: Values) -> Values:
        """Options as the API takes them."""
        request: Values = {key: values[key] for key in ("role_arn", "type") if key in values}
        if "definition" in values:
            request["definition"] = json.dumps(values["definition"])
        if "tracing" in values:
            request["tracing_configuration"] = {"enabled": values["tracing"]}
        if "logging" in values:
            logging = values["logging"]
            arn = logging.get("log_group_arn")
            group = {"cloud_watch_logs_log_group": {"log_group_arn": f"{arn}:*"}}
            request["logging_configuration"] = {
                "level": logging["level"],
                "include_execution_data": logging["include_execution_data"],
                "destinations": [group] if arn else [],
            }
        return request

    def delete(self, current: Values) -> None:
        self.api.call("DeleteStateMachine", state_machine_arn=current["state_machine_arn"])

    def arn(self, current: Values) -> str:
        return self.build_arn(f"stateMachine:{self.name}")


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
