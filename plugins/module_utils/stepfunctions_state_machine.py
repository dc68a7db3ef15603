# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A state machine of AWS Step Functions, its definition compared by meaning."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .compare import json_document, last_part, parse_json, subset
from .overlay import laid_over
from .resource import Resource
from .role_propagation import once_role_is_known
from .settings import Setting, Values
from .waiting import wait_until

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

NOT_YET = (
    "authorized to assume the provided role",
    "not authorized to access the Log Destination",
    "not authorized to create managed-rule",
)
"""What AWS says of a role, or of its policies, that it does not know yet."""
AS_THEY_ARE = ("role_arn", "type", "encryption_configuration")
"""Options that the API takes by the same names."""
OWNED_KEY = "AWS_OWNED_KEY"
VERSION_ARN = "state_machine_version_arn"
LONGEST_DESCRIPTION = 256
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


def same_encryption(wanted: Values, current: Values | None) -> tuple[Values, Values]:
    """Views of the encryption; AWS may answer with the ARN of a key that was given by its ID."""
    before, after = subset(wanted, current)
    if "kms_key_id" in wanted:
        before["kms_key_id"], _key = last_part(wanted["kms_key_id"], before["kms_key_id"])
    return before, after


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
        Setting("encryption_configuration", compare=same_encryption),
    )

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self.published: Values = {}

    def validate(self) -> None:
        if not re.fullmatch(r"[\w-]{1,80}", self.name, re.ASCII):
            raise self.refuse("name must be 1 to 80 letters, digits, - and _")
        definition = self.params["definition"]
        if definition is not None and not isinstance(parse_json(definition), dict):
            raise self.refuse("definition must be a mapping, or the JSON text of one")
        logging = self.params["logging"]
        if logging and logging["level"] != "OFF" and not logging["log_group_arn"]:
            raise self.refuse(f"logging.level is {logging['level']}: log_group_arn is missing")
        self.check_encryption()
        description = self.params["version_description"]
        if description and not self.params["publish"]:
            raise self.refuse("version_description needs publish=true")
        if description and len(description) > LONGEST_DESCRIPTION:
            raise self.refuse(
                f"version_description has {len(description)} characters: at most "
                f"{LONGEST_DESCRIPTION} are allowed"
            )

    def check_encryption(self) -> None:
        """https://docs.aws.amazon.com/step-functions/latest/apireference/API_EncryptionConfiguration.html"""
        given = self.params["encryption_configuration"]
        if given is None:
            return
        option, reuse = "encryption_configuration", given["kms_data_key_reuse_period_seconds"]
        if given["type"] == OWNED_KEY and (given["kms_key_id"] or reuse is not None):
            raise self.refuse(
                f"{option}.type is {OWNED_KEY}: kms_key_id and kms_data_key_reuse_period_seconds "
                "are only for CUSTOMER_MANAGED_KMS_KEY"
            )
        if given["type"] != OWNED_KEY and not given["kms_key_id"]:
            raise self.refuse(f"{option}.type is {given['type']}: kms_key_id is missing")
        if reuse is not None and not 60 <= reuse <= 900:
            raise self.refuse(
                f"{option}.kms_data_key_reuse_period_seconds is {reuse}: it must be 60 to 900"
            )

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
        encryption = given.get("encryption_configuration")
        had = (current or {}).get("encryption_configuration") or {}
        if encryption and encryption["type"] == had.get("type"):
            # AWS replaces it as a whole.
            wanted["encryption_configuration"] = laid_over(had, encryption)
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
        version: Values = {}
        if self.params["publish"]:
            description = self.params["version_description"]
            version = {"publish": True, "version_description": description}

        def call() -> None:
            answer = self.api.call(operation, retry=("ConflictException",), **members, **version)
            self.published = {key: answer[key] for key in (VERSION_ARN,) if key in answer}

        once_role_is_known(call, NOT_YET, self.what)

    def members(self, values: Values) -> Values:
        """Options as the API takes them."""
        request: Values = {key: values[key] for key in AS_THEY_ARE if key in values}
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
        return {**current, "name": self.name, **self.published}

    def arn(self, current: Values) -> str:
        return self.build_arn(f"stateMachine:{self.name}")
