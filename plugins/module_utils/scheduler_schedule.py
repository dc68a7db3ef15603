# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A schedule of Amazon EventBridge Scheduler, whose API replaces the whole at every change."""

from __future__ import annotations

import json
import re
from typing import Any

from .compare import json_document, parse_json, subset
from .overlay import laid_over
from .resource import Resource
from .role_propagation import once_role_is_known
from .settings import Setting, Values

WRITABLE = (
    "action_after_completion",
    "description",
    "end_date",
    "flexible_time_window",
    "kms_key_arn",
    "schedule_expression",
    "schedule_expression_timezone",
    "start_date",
    "state",
    "target",
)
RANGES = {
    ("flexible_time_window", "maximum_window_in_minutes"): (1, 1440),
    ("target", "retry_policy", "maximum_event_age_in_seconds"): (60, 86400),
    ("target", "retry_policy", "maximum_retry_attempts"): (0, 185),
}


def read_target(schedule: Values) -> Values:
    """The target as the option takes it, its input as data."""
    target = dict(schedule.get("target") or {})
    dead_letter = (target.pop("dead_letter_config", None) or {}).get("arn")
    if "input" in target:
        target["input"] = parse_json(target["input"])
    return {**target, "dead_letter_arn": dead_letter} if dead_letter else target


def same_target(wanted: Values, current: Values) -> tuple[Values, Values]:
    """Views of two targets; the input counts as a whole, of the rest what the user set."""
    rest = {key: value for key, value in wanted.items() if key != "input"}
    before, after = subset(rest, current)
    if "input" in wanted:
        before["input"], after["input"] = json_document(wanted["input"], current.get("input"))
    return before, after


class Schedule(Resource):
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""

    service = "scheduler"
    kind = "schedule"
    result = "schedule"
    taggable = False  # AWS tags groups, not schedules
    required_to_create = ("schedule_expression", "target")
    settings = (
        Setting("schedule_expression"),
        Setting("schedule_expression_timezone"),
        Setting("description"),
        Setting("enabled", read=lambda schedule: schedule.get("state") == "ENABLED"),
        Setting("flexible_time_window", compare=subset),
        Setting("target", read=read_target, compare=same_target),
    )

    def validate(self) -> None:
        if not re.fullmatch(r"[0-9a-zA-Z_.-]{1,64}", self.name):
            raise self.refuse("name must be 1 to 64 letters, digits, -, _ and .")
        expression = self.params["schedule_expression"]
        if expression and not re.fullmatch(r"(rate|cron|at)\(.+\)", expression):
            raise self.refuse(
                f"schedule_expression is {expression}: it must be rate(…), cron(…) or at(…)"
            )
        window = self.params["flexible_time_window"]
        if window:
            flexible = window["mode"] == "FLEXIBLE"
            if flexible != (window["maximum_window_in_minutes"] is not None):
                raise self.refuse(
                    "flexible_time_window.maximum_window_in_minutes goes with mode FLEXIBLE, "
                    "and only so"
                )
        for path, (least, most) in RANGES.items():
            value: Any = self.params
            for key in path:
                value = (value or {}).get(key)
            if value is not None and not least <= value <= most:
                raise self.refuse(f"{'.'.join(path)} is {value}: it must be {least} to {most}")

    def find(self) -> Values | None:
        found = self.api.maybe(
            "GetSchedule", missing=self.missing_codes, name=self.name, group_name=self.group
        )
        return found and {**found, "schedule_arn": found.get("arn")}

    def returned(self, current: Values) -> Values:
        shown = {**current, "name": self.name, "group_name": self.group}
        enabled = shown.pop("enabled", None)
        if enabled is not None:
            shown["state"] = "ENABLED" if enabled else "DISABLED"
        return {**shown, "target": read_target(current)}

    @property
    def group(self) -> str:
        return str(self.params["group_name"])

    def wanted(self, given: Values, current: Values | None) -> Values:
        if "target" in given and "input" in given["target"]:
            target = given["target"]
            given = {**given, "target": {**target, "input": parse_json(target["input"])}}
        if current is None:
            given = {"flexible_time_window": {"mode": "OFF"}, "enabled": True, **given}
        return given

    def create(self, wanted: Values, tags: Any) -> None:
        self.write("CreateSchedule", self.members(wanted))

    def update(self, changes: Values, current: Values) -> None:
        # AWS resets what is not sent.
        kept = {key: current[key] for key in WRITABLE if current.get(key) is not None}
        members = self.members(changes)
        if "target" in members:
            members["target"] = laid_over(kept.get("target", {}), members["target"])
        self.write("UpdateSchedule", kept | members, retry=("ConflictException",))

    def write(self, operation: str, members: Values, retry: tuple[str, ...] = ()) -> None:
        """Send the whole schedule; its role may have been made a moment ago."""

        def call() -> None:
            self.api.call(operation, retry=retry, name=self.name, group_name=self.group, **members)

        refusal = "must allow AWS EventBridge Scheduler to assume"
        once_role_is_known(call, (refusal,), self.what)

    def members(self, values: Values) -> Values:
        """Options as the API takes them."""
        request: Values = {key: value for key, value in values.items() if key in WRITABLE}
        if "enabled" in values:
            request["state"] = "ENABLED" if values["enabled"] else "DISABLED"
        if "target" in values:
            target = dict(values["target"])
            dead_letter = target.pop("dead_letter_arn", None)
            if dead_letter:
                target["dead_letter_config"] = {"arn": dead_letter}
            if "input" in target:
                target["input"] = json.dumps(target["input"])
            request["target"] = target
        return request

    def delete(self, current: Values) -> None:
        self.api.call(
            "DeleteSchedule",
            retry=("ConflictException",),
            name=self.name,
            group_name=self.group,
        )

    def arn(self, current: Values) -> str:
        return self.build_arn(f"schedule/{self.group}/{self.name}")
