# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A schedule of Amazon EventBridge Scheduler, whose API replaces the whole at every change."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from .compare import Views, parse_json, text
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


def merged_target(wanted: Values, current: Values) -> Values:
    """The target there is with the wanted one laid over it; the input counts as a whole.

    Parameters for one service, such as a queue's, do not go along to a target of another.
    """
    moved = service_of(wanted["arn"]) != service_of(current.get("arn", ""))
    kept = {
        key: value
        for key, value in current.items()
        if not (moved and key.endswith("_parameters")) and not (key == "input" and key in wanted)
    }
    target: Values = laid_over(kept, wanted)
    if "input" in target:
        target["input"] = parse_json(target["input"])
    return {key: value for key, value in target.items() if value not in (None, "")}


def service_of(arn: str) -> str:
    """The service of an ARN."""
    return ":".join(arn.split(":")[:3])


def moment(value: str) -> datetime:
    """A point in time of ISO 8601 text, in UTC where it names no zone. Raises ValueError."""
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def is_over(value: str | None) -> bool:
    """Whether a point in time has passed; none has."""
    return not value or moment(value) <= datetime.now(UTC)


def same_moment(wanted: str, current: str | None) -> Views:
    """The same point in time, however it is written."""
    if wanted and current and moment(wanted) == moment(current):
        return wanted, wanted
    return current or "", wanted


def same_start(wanted: str, current: str | None) -> Views:
    """The same start: what has begun has begun, whenever it was."""
    if is_over(wanted) and is_over(current):
        return wanted, wanted
    return same_moment(wanted, current)


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
        Setting("start_date", compare=same_start),
        Setting("end_date", compare=same_moment),
        Setting("action_after_completion"),
        Setting("description", compare=text),
        Setting("enabled", read=lambda schedule: schedule.get("state") == "ENABLED"),
        Setting("flexible_time_window"),
        Setting("kms_key_arn", compare=text),
        Setting("target", read=read_target),
    )

    def validate(self) -> None:
        if not re.fullmatch(r"[0-9a-zA-Z_.-]{1,64}", self.name):
            raise self.refuse("name must be 1 to 64 letters, digits, -, _ and .")
        expression = self.params["schedule_expression"]
        if expression and not re.fullmatch(r"(rate|cron|at)\(.+\)", expression):
            raise self.refuse(
                f"schedule_expression is {expression}: it must be rate(…), cron(…) or at(…)"
            )
        for option in ("start_date", "end_date"):
            try:
                moment(self.params[option] or "2026-01-01")
            except ValueError:
                raise self.refuse(
                    f"{option} is {self.params[option]}: it must be like 2026-12-24T18:00:00Z"
                ) from None
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
        if "target" in given:
            given = {**given, "target": merged_target(given["target"], read_target(current or {}))}
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
            # An input that stays is sent as it is: it need not be JSON.
            had = kept["target"].get("input")
            if parse_json(members["target"].get("input")) == parse_json(had):
                members["target"]["input"] = had
        self.write("UpdateSchedule", kept | members, retry=("ConflictException",))

    def write(self, operation: str, members: Values, retry: tuple[str, ...] = ()) -> None:
        """Send the whole schedule; its role may have been made a moment ago."""

        request = {key: value for key, value in members.items() if value != ""}
        if is_over(request.get("start_date")):
            # AWS takes none that has passed, though it tells of one.
            request.pop("start_date", None)

        def call() -> None:
            self.api.call(operation, retry=retry, name=self.name, group_name=self.group, **request)

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
        known = str(current.get("schedule_arn") or "")
        return known or self.build_arn(f"schedule/{self.group}/{self.name}")
