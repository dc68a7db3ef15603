# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A state machine of AWS Step Functions, its definition compared by meaning."""

from __future__ import annotations

import json
import re
from typing import Any

from .compare import json_document, parse_json
from .resource import Resource
from .role_propagation import once_role_is_known
from .settings import Setting, Values
from .waiting import wait_until

NOT_YET = (
    "authorized to assume the provided role",
    "not authorized to access the Log Destination",
    "not authorized to create managed-rule",
)
"""What AWS says of a role, or of its policies, that it does not know yet."""
RAW = ("logging_configuration", "tracing_configuration")


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
        Setting("logging"),
        Setting("tracing"),
    )

    def validate(self) -> None:
        if not re.fullmatch(r"[\w-]{1,80}", self.name, re.ASCII):
            raise self.refuse("name must be 1 to 80 letters, digits, - and _")
        definition = self.params["definition"]
        if definition is not None and not isinstance(parse_json(definition), dict):
            raise self.refuse("definition must be a mapping, or the JSON text of one")
        logging = self.params["logging"]
        if logging and logging["level"] != "OFF" and not logging["log_group_arn"]:
            raise self.refuse(f"logging.level is {logging['level']}: log_group_arn is missing")

    def find(self) -> Values | None:
        found = self.api.maybe(
            "DescribeStateMachine", missing=self.missing_codes, state_machine_arn=self.arn({})
        )
        if found is None:
            return None
        tracing = bool((found.get("tracing_configuration") or {}).get("enabled"))
        return {
            **{key: value for key, value in found.items() if key not in RAW},
            "definition": parse_json(found.get("definition")),
            "logging": logged(found),
            "tracing": tracing,
        }

    def wanted(self, given: Values, current: Values | None) -> Values:
        wanted = dict(given)
        if "logging" in given:
            group = given["logging"].get("log_group_arn")
            view = {key: value for key, value in given["logging"].items() if key != "log_group_arn"}
            arn = {"log_group_arn": group.removesuffix(":*")} if group else {}
            wanted["logging"] = {**view, **arn}
        definition = parse_json(given.get("definition"))
        if definition is not None:
            wanted["definition"] = definition
            if current is None or definition != current["definition"]:
                self.check_definition(definition, given.get("type") or (current or {}).get("type"))
        return wanted

    def check_definition(self, definition: Any, machine_type: str | None) -> None:
        """Let the API read the definition, so that a mistake is known before anything changes."""
        answer = self.api.call(
            "ValidateStateMachineDefinition", definition=json.dumps(definition), type=machine_type
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
        self.write("UpdateStateMachine", {"state_machine_arn": arn, **self.members(changes)})

    def write(self, operation: str, members: Values) -> None:
        def call() -> None:
            self.api.call(operation, retry=("ConflictException",), **members)

        once_role_is_known(call, NOT_YET, self.what)

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
        if self.params["wait"] and current.get("type") != "EXPRESS":
            wait_until(
                lambda: self.running(current["state_machine_arn"]),
                lambda running: not running,
                timeout=self.watch.timeout,
                what=f"running executions of {self.what} to end",
                state=lambda running: f"{running} running",
            )
        self.api.call("DeleteStateMachine", state_machine_arn=current["state_machine_arn"])

    def running(self, arn: str) -> int:
        """How many executions run now."""
        executions = self.api.pages(
            "ListExecutions", "executions", state_machine_arn=arn, status_filter="RUNNING"
        )
        return len(executions)

    def returned(self, current: Values) -> Values:
        return {**current, "name": self.name}

    def arn(self, current: Values) -> str:
        return self.build_arn(f"stateMachine:{self.name}")
