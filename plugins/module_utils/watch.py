# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at a resource: what it is, whether it is ready, and wait until it is, or is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .tags import read_tags, tag_dict
from .waiting import wait_until

if TYPE_CHECKING:
    from .resource import Resource
    from .settings import Values

DEFAULT_TIMEOUT = 120
"""Seconds, for modules without wait_timeout: their resources change at once, or nearly so."""


class Watch:
    """Reads one resource as often as needed."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        given = resource.params.get("wait_timeout")
        self.timeout: int = DEFAULT_TIMEOUT if given is None else given
        self.timeout_option = "wait_timeout" if "wait_timeout" in resource.params else ""

    def read(self) -> Values | None:
        """The resource with its tags; None when there is none."""
        return self._tagged(self.resource.find())

    def ready(self, current: Values) -> bool:
        """True when it can be used and changed."""
        statuses = self.resource.ready_statuses
        return not statuses or self.resource.status(current) in statuses

    def failed(self, current: Values) -> bool:
        """True when no waiting makes it ready."""
        return self.resource.status(current) in self.resource.failed_statuses

    def deleting(self, current: Values) -> bool:
        return self.resource.status(current) in self.resource.deleting_statuses

    def wait_ready(self) -> Values:
        """Wait until it is ready. Raises ResourceError when it has failed."""
        resource = self.resource

        def done(current: Values | None) -> bool:
            if current is None:
                return False
            if self.failed(current):
                raise resource.refuse(resource.failure(current))
            return self.ready(current)

        found = self._tagged(self._wait("become ready", done))
        if found is None:
            raise AssertionError("done() refuses None")
        return found

    def wait_settled(self) -> Values | None:
        """Wait until it can be deleted: is ready or has failed, or is on its way out already."""

        def done(current: Values | None) -> bool:
            if current is None or self.failed(current) or self.deleting(current):
                return True
            return self.ready(current)

        return self._wait("become ready to be deleted", done)

    def wait_gone(self) -> None:
        """Wait until find() finds nothing."""
        self._wait("be deleted", lambda current: current is None)

    def _tagged(self, current: Values | None) -> Values | None:
        resource = self.resource
        if current is None or not resource.taggable:
            return current
        if resource.tags_in_answer:
            return {**current, "tags": tag_dict(resource.service, current.get("tags"))}
        target = resource.tag_target(current)
        return {**current, "tags": read_tags(resource.api, resource.service, target)}

    def _wait(self, goal: str, done: Callable[[Values | None], bool]) -> Values | None:
        resource = self.resource
        return wait_until(
            resource.find,
            done,
            timeout=self.timeout,
            what=f"{resource.what} to {goal}",
            state=lambda current: resource.status(current) if current else "absent",
            option=self.timeout_option,
        )
