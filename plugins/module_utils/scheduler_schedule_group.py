# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A group of schedules of Amazon EventBridge Scheduler. It has a name and tags, no more."""

from __future__ import annotations

import re
from typing import Any

from .resource import Resource
from .settings import Values

DEFAULT_GROUP = "default"
"""Every account has it; it can't be deleted."""


class ScheduleGroup(Resource):
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html"""

    service = "scheduler"
    kind = "schedule group"
    result = "schedule_group"
    name_key = "name"
    status_key = "state"
    ready_statuses = frozenset({"ACTIVE"})

    def validate(self) -> None:
        if not re.fullmatch(r"[0-9a-zA-Z_.-]{1,64}", self.name):
            raise self.refuse(
                f"name is {self.name!r}: it must be 1 to 64 letters, digits, '-', '_' and '.'"
            )
        if self.name == DEFAULT_GROUP and self.params["state"] == "absent":
            raise self.refuse("AWS keeps this group: it can't be deleted")

    def find(self) -> Values | None:
        found = self.api.maybe("GetScheduleGroup", missing=self.missing_codes, name=self.name)
        if found is None:
            return None
        return {"schedule_group_arn": found.pop("arn"), **found}

    def create(self, wanted: Values, tags: Any) -> None:
        # A group of this name that is still being deleted is a conflict until it is gone.
        self.api.call(
            "CreateScheduleGroup", retry=("ConflictException",), name=self.name, tags=tags
        )

    def delete(self, current: Values) -> None:
        self.api.call("DeleteScheduleGroup", retry=("ConflictException",), name=self.name)

    def arn(self, current: Values) -> str:
        return current.get("schedule_group_arn") or self.build_arn(f"schedule-group/{self.name}")
