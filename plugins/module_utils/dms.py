# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the resources of AWS Database Migration Service have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .errors import error_code
from .resource import Resource
from .waiting import wait_until

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

    from .settings import Values

MISSING = ("ResourceNotFoundFault",)
_TIME = r"(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d"
MAINTENANCE_WINDOW = re.compile(f"{_TIME}-{_TIME}", re.IGNORECASE)
ARN_ENDING = re.compile(r"(?=.{1,31}$)[a-z](-?[a-z0-9])*", re.IGNORECASE)
WINDOW_RULE = "day:hh:mm-day:hh:mm in UTC, such as sun:04:00-sun:04:30"


def filtered(name: str) -> Callable[[Values], Values]:
    """For a listing: the filter for the one resource that the option identifier may name."""

    def request(params: Values) -> Values:
        identifier = params["identifier"]
        return {"filters": [{"name": name, "values": [identifier.lower()]}]} if identifier else {}

    return request


class DmsResource(Resource):
    """A resource that has an identifier, which AWS keeps in lower case."""

    service = "dms"
    name_option = "identifier"
    missing_codes = MISSING
    identifier_pattern: ClassVar[str] = r"(?=.{1,255}$)[a-z](-?[a-z0-9])*"
    identifier_rule: ClassVar[str] = (
        "1 to 255 letters, digits and single hyphens, a letter first and no hyphen last"
    )

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self.name = self.name.lower()

    def validate(self) -> None:
        if not re.fullmatch(self.identifier_pattern, self.name):
            raise self.refuse(f"identifier must be {self.identifier_rule}")
        chosen = self.params.get("resource_identifier")
        if chosen is not None and not ARN_ENDING.fullmatch(chosen):
            raise self.refuse(
                f"resource_identifier is {chosen}: it must be 1 to 31 letters, digits and single "
                "hyphens, a letter first and no hyphen last"
            )

    def returned(self, current: Values) -> Values:
        return {f"{self.result}_identifier": self.name, **current}

    def described(self, operation: str, items: str, filter_name: str) -> Values | None:
        """The one resource of this name, None when there is none."""
        return self.lookup(operation, items, filter_name, self.name)

    def lookup(self, operation: str, items: str, filter_name: str, value: str) -> Values | None:
        """The first resource that a filter finds, None when it finds none."""
        return next(iter(self.lookup_all(operation, items, filter_name, value)), None)

    def lookup_all(self, operation: str, items: str, filter_name: str, value: str) -> list[Values]:
        """All resources that a filter finds; DMS calls finding none an error."""
        try:
            return self.api.pages(
                operation, items, filters=[{"name": filter_name, "values": [value]}]
            )
        except AnsibleAWSError as error:
            if error_code(error) in MISSING:
                return []
            raise

    def available_instance(self, identifier: str) -> str:
        """ARN of a replication instance, once it is available; ResourceError when there is none."""
        what = f"replication instance {identifier}"

        def look() -> Values:
            found = self.lookup(
                "DescribeReplicationInstances",
                "replication_instances",
                "replication-instance-id",
                identifier.lower(),
            )
            if found is None:
                raise self.refuse(f"{what} doesn't exist: make it first")
            return found

        instance = wait_until(
            look,
            lambda found: found["replication_instance_status"] == "available",
            timeout=self.watch.timeout,
            what=f"{what} to be available",
            state=lambda found: str(found["replication_instance_status"]),
        )
        return str(instance["replication_instance_arn"])
