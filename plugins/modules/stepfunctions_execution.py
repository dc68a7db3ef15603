#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stepfunctions_execution
short_description: Run an AWS Step Functions state machine and return its output, or end its executions
version_added: 0.1.0
description:
  - Starts an execution of a standard state machine, waits until it has ended, and returns its
    output as data.
  - An execution that fails, is aborted or runs out of time fails the task, with its error and
    cause.
  - Waits for the executions that run, or stops them, without starting one.
author: modern_data.warehouse contributors (@modern-data)
options:
  state_machine_arn:
    description: ARN of the state machine.
    type: str
    required: true
  state:
    description:
      - V(started) starts an execution.
      - V(ended) starts none, and waits until none runs.
      - V(stopped) starts none, stops those that run, and waits until they have ended.
      - Executions that start in the meantime, such as those of a schedule, are waited for as well.
    type: str
    choices: [started, ended, stopped]
    default: started
  input:
    description: Input of the execution.
    type: dict
    default: {}
  name:
    description:
      - Name of the execution, 1 to 80 letters, digits, C(-) and C(_). By default one is made up.
      - Running the task again with the same name and the same input while that execution runs is
        no second start.
    type: str
  after_running:
    description:
      - Wait until executions that run already have ended, then start.
      - An execution whose output says that a table is busy, since another started in between, is
        repeated after that one; O(name) gets a number then.
    type: bool
    default: false
  wait:
    description: Wait until the execution has ended. V(ended) of O(state) always waits.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait in all, repetitions included. By default 26 hours, as long as a load or a
        publication of this collection may take.
    type: int
    default: 93600
attributes:
  idempotent:
    support: partial
    details: With O(state=started) each run starts an execution.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Load two tables, after a load that runs already
  modern_data.warehouse.stepfunctions_execution:
    state_machine_arn: arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-load
    input:
      tables: [public.orders, public.customers]
    after_running: true
  register: load

- name: Start one by a name, and go on
  modern_data.warehouse.stepfunctions_execution:
    state_machine_arn: arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-load
    name: load-of-2026-01-15
    wait: false

- name: Stop those that run
  modern_data.warehouse.stepfunctions_execution:
    state_machine_arn: arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-load
    state: stopped

- name: Go on once none runs
  modern_data.warehouse.stepfunctions_execution:
    state_machine_arn: arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-load
    state: ended
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
      sample: arn:aws:states:us-east-1:123456789012:execution:shop-dev-load:1f2e3d4c
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
running:
  description: ARNs of the executions that ran when the module looked, which it waits for or stops.
  returned: with O(state=ended) and O(state=stopped)
  type: list
  elements: str
  sample: ["arn:aws:states:us-east-1:123456789012:execution:shop-dev-load:1f2e3d4c"]
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.stepfunctions_execution import (
    Executions,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state_machine_arn": {"type": "str", "required": True},
            "state": {
                "type": "str",
                "choices": ["started", "ended", "stopped"],
                "default": "started",
            },
            "input": {"type": "dict", "default": {}},
            "name": {"type": "str"},
            "after_running": {"type": "bool", "default": False},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 93600},
        },
        supports_check_mode=True,
    )
    act = started if module.params["state"] == "started" else ended
    try:
        result = act(module, Executions(module))
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    if not module._diff:
        result.pop("diff", None)
    module.exit_json(**result)


def started(module: AnsibleAWSModule, executions: Executions) -> dict[str, Any]:
    """The module's result after one was started."""
    result: dict[str, Any] = {
        "changed": True,
        "diff": {"before": {}, "after": {"input": module.params["input"]}},
    }
    if not module.check_mode:
        result["execution"] = executions.run()
    return result


def ended(module: AnsibleAWSModule, executions: Executions) -> dict[str, Any]:
    """The module's result after those that run have ended, by themselves or stopped."""
    stops = module.params["state"] == "stopped"
    running = executions.running()
    if not module.check_mode:
        if stops:
            executions.stop(running)
        if module.params["wait"] or not stops:
            executions.wait_ended()
    return {
        "changed": stops and bool(running),
        "running": running,
        "diff": {"before": {"running": running}, "after": {"running": [] if stops else running}},
    }


if __name__ == "__main__":
    main()
