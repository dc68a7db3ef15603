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
        self.timeout: int = resource.params.get("wait_timeout") or DEFAULT_TIMEOUT

    def read(self) -> Values | None:
        """The resource with its tags; None when there is none."""
        return self._tagged(self.resource.find())

    def ready(self, current: Values) -> bool:
        """True when it can be used and changed."""
        statuses = self.resource.ready_statuses
        return not statuses or self.resource.status(current) in statuses

    def deleting(self, current: Values) -> bool:
        return self.resource.status(current) in self.resource.deleting_statuses

    def wait_ready(self, even_failed: bool = False) -> Values:
        """Wait until it is ready; with `even_failed`, or has failed, which can be deleted too."""
        resource = self.resource

        def done(current: Values | None) -> bool:
            if current is None:
                return False
            failed = resource.status(current) in resource.failed_statuses
            if failed and not even_failed:
                raise resource.refuse(f"its status is {resource.status(current)}")
            return failed or self.ready(current)

        found = self._tagged(self._wait("become ready", done))
        assert found is not None, "done() refuses None"
        return found

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
        )
