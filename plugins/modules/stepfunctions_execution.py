#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stepfunctions_execution
short_description: Run an AWS Step Functions state machine and return its output
version_added: 0.1.0
description:
  - Starts an execution of a standard state machine, waits until it has ended, and returns its
    output as data.
  - An execution that fails, is aborted or runs out of time fails the task, with its error and
    cause.
author: modern_data.warehouse contributors (@modern-data)
options:
  state_machine_arn:
    description: ARN of the state machine.
    type: str
    required: true
  input:
    description: Input of the execution.
    type: dict
    default: {}
  name:
    description:
      - Name of the execution.
      - Running the task again with the same name and the same input while that execution runs is
        no second start.
    type: str
  after_running:
    description:
      - Wait until executions that run already have ended, then start.
      - An execution whose output says that a table is busy, since another started in between, is
        repeated after that one.
    type: bool
    default: false
  wait:
    description: Wait until the execution has ended.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait in all.
    type: int
    default: 5400
attributes:
  idempotent:
    support: none
    details: Each run starts an execution.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Load two tables, after a load that runs already
  modern_data.warehouse.stepfunctions_execution:
    state_machine_arn: arn:aws:states:eu-west-1:123456789012:stateMachine:shop-dev-load
    input:
      tables: [public.orders, public.customers]
    after_running: true
  register: load
"""

RETURN = r"""
execution:
  description: The execution.
  returned: when one was started
  type: dict
  contains:
    execution_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: arn:aws:states:eu-west-1:123456789012:execution:shop-dev-load:1f2e3d4c
    output:
      description: Its output, as data.
      type: raw
      returned: when it has succeeded
      sample: {"tables": []}
    status:
      description: Its status.
      type: str
      returned: always
      sample: SUCCEEDED
"""

import json
import time
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.api import Api
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import parse_json
from ansible_collections.modern_data.warehouse.plugins.module_utils.errors import ResourceError
from ansible_collections.modern_data.warehouse.plugins.module_utils.waiting import wait_until

Values = dict[str, Any]


class Executions:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html"""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.params: Values = module.params
        self.machine: str = self.params["state_machine_arn"]
        self.what = f"state machine {self.machine.rsplit(':', 1)[-1]}"
        self.api = Api(module.client("stepfunctions"), self.what)
        self.deadline = time.monotonic() + self.params["wait_timeout"]

    def run(self) -> Values:
        """Start, and wait if asked to; a busy run is repeated after the one that it met."""
        while True:
            if self.params["after_running"]:
                self.wait(self.running, lambda arns: not arns, "running executions to end")
            execution = self.start()
            if not self.params["after_running"] or not is_busy(execution.get("output")):
                return execution

    def start(self) -> Values:
        """Start one execution, and wait for its end if asked to."""
        arn = self.api.call(
            "StartExecution",
            state_machine_arn=self.machine,
            name=self.params["name"],
            input=json.dumps(self.params["input"]),
        )["execution_arn"]
        if not self.params["wait"]:
            return {"execution_arn": arn, "status": "RUNNING"}
        found = self.wait(
            lambda: self.api.call("DescribeExecution", execution_arn=arn),
            lambda execution: execution["status"] not in {"RUNNING", "PENDING_REDRIVE"},
            "its execution to end",
        )
        if found["status"] != "SUCCEEDED":
            reason = ": ".join(found[key] for key in ("error", "cause") if found.get(key))
            raise ResourceError(f"{self.what}: execution {arn} {found['status']}: {reason}")
        output = parse_json(found.get("output"))
        return {"execution_arn": arn, "status": found["status"], "output": output}

    def running(self) -> list[str]:
        """ARNs of the executions that run now."""
        found = self.api.pages(
            "ListExecutions", "executions", state_machine_arn=self.machine, status_filter="RUNNING"
        )
        return [execution["execution_arn"] for execution in found]

    def wait(self, look: Any, done: Any, goal: str) -> Any:
        """Wait within what is left of wait_timeout."""
        left = max(1, int(self.deadline - time.monotonic()))
        return wait_until(look, done, timeout=left, what=f"{self.what}: {goal}", state=str)


def is_busy(output: Any) -> bool:
    """Whether an output says that a table was not loaded since another execution had it."""
    tables = output.get("tables") if isinstance(output, dict) else None
    return any(isinstance(table, dict) and table.get("status") == "busy" for table in tables or [])


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state_machine_arn": {"type": "str", "required": True},
            "input": {"type": "dict", "default": {}},
            "name": {"type": "str"},
            "after_running": {"type": "bool", "default": False},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 5400},
        },
        supports_check_mode=True,
    )
    result: Values = {"changed": True}
    if module._diff:
        result["diff"] = {"before": {}, "after": {"input": module.params["input"]}}
    if not module.check_mode:
        try:
            result["execution"] = Executions(module).run()
        except AnsibleAWSError as error:
            module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
