# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Executions of a state machine of AWS Step Functions: started, waited for, repeated, stopped."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from .api import Api
from .compare import parse_json
from .errors import ResourceError
from .waiting import wait_until

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]
T = TypeVar("T")

LONGEST_NAME = 80
GOING_ON = frozenset({"RUNNING", "PENDING_REDRIVE"})


class Executions:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html"""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.params: Values = module.params
        self.machine: str = self.params["state_machine_arn"]
        self.what = f"state machine {self.machine.rsplit(':', 1)[-1]}"
        if not re.fullmatch(r"arn:[^:]+:states:[^:]+:\d{12}:stateMachine:.+", self.machine):
            raise ResourceError(f"state_machine_arn is {self.machine}: it must be an ARN of one")
        name = self.params["name"]
        if name is not None and not re.fullmatch(r"[\w-]{1,80}", name, re.ASCII):
            raise ResourceError(f"name is {name}: it must be 1 to 80 letters, digits, - and _")
        self.api = Api(module.client("stepfunctions"), self.what)
        self.deadline = time.monotonic() + self.params["wait_timeout"]
        self.started = 0

    def run(self) -> Values:
        """Start, and wait if asked to; a busy run is repeated after the one that it met."""
        if not self.params["after_running"]:
            return self.start()
        return self.wait(
            self.start_alone,
            lambda execution: not is_busy(execution.get("output")),
            "an execution that finds no table busy",
            lambda execution: "busy",
        )

    def start_alone(self) -> Values:
        """Start once the executions that run already have ended."""
        self.wait_ended()
        return self.start()

    def wait_ended(self) -> None:
        """Wait until no execution runs."""
        self.wait(
            self.running,
            lambda arns: not arns,
            "running executions to end",
            lambda arns: f"running {len(arns)}",
        )

    def stop(self, arns: list[str]) -> None:
        """Stop executions; one that has ended meanwhile is left as it is."""
        for arn in arns:
            self.api.call("StopExecution", execution_arn=arn)

    def start(self) -> Values:
        """Start one execution, and wait for its end if asked to."""
        arn = self.api.call(
            "StartExecution",
            state_machine_arn=self.machine,
            name=self.next_name(),
            input=json.dumps(self.params["input"]),
        )["execution_arn"]
        if not self.params["wait"]:
            return {"execution_arn": arn, "status": "RUNNING"}
        found = self.wait(
            lambda: self.api.call("DescribeExecution", execution_arn=arn),
            lambda execution: execution["status"] not in GOING_ON,
            f"execution {arn} to end",
            lambda execution: str(execution["status"]),
        )
        if found["status"] != "SUCCEEDED":
            reason = ": ".join(found[key] for key in ("error", "cause") if found.get(key))
            text = " ".join(reason.split()) or "AWS gives no reason"
            raise ResourceError(f"{self.what}: execution {arn} {found['status']}: {text}")
        output = parse_json(found.get("output"))
        return {"execution_arn": arn, "status": found["status"], "output": output}

    def next_name(self) -> str:
        """A name of its own for each start: a start that is sent twice then starts once."""
        self.started += 1
        name: str = self.params["name"] or str(uuid.uuid4())
        suffix = f"-{self.started}" if self.params["name"] and self.started > 1 else ""
        return name[: LONGEST_NAME - len(suffix)] + suffix

    def running(self) -> list[str]:
        """ARNs of the executions that run now."""
        found = self.api.pages(
            "ListExecutions", "executions", state_machine_arn=self.machine, status_filter="RUNNING"
        )
        return [execution["execution_arn"] for execution in found]

    def wait(
        self,
        look: Callable[[], T],
        done: Callable[[T], bool],
        goal: str,
        state: Callable[[T], str],
    ) -> T:
        """Wait within what is left of wait_timeout."""
        left = max(0.0, round(self.deadline - time.monotonic(), 1))
        return wait_until(look, done, timeout=left, what=f"{self.what}: {goal}", state=state)


def is_busy(output: Any) -> bool:
    """Whether an output says that a table was not loaded since another execution had it."""
    tables = output.get("tables") if isinstance(output, dict) else None
    return any(isinstance(table, dict) and table.get("status") == "busy" for table in tables or [])
