# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait for a condition, looking often at first and seldom later."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from .errors import ResourceError

T = TypeVar("T")

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 15.0


def pauses() -> Iterator[float]:
    """Seconds between two looks: a quick change is seen at once, a slow one costs few calls."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 1.6, LONGEST_PAUSE)


def wait_until(
    look: Callable[[], T],
    done: Callable[[T], bool],
    *,
    timeout: float,
    what: str,
    state: Callable[[T], str],
) -> T:
    """Look until `done`; returns what was seen last.

    `timeout` is in seconds. `what` ("workgroup mdw to become available") and `state` (of what
    was seen) make the message of the ResourceError raised when the time is over.
    """
    deadline = time.monotonic() + timeout
    for pause in pauses():
        seen = look()
        if done(seen):
            return seen
        left = deadline - time.monotonic()
        if left <= 0:
            raise ResourceError(
                f"Waited {timeout:g} s for {what}; it is {state(seen)} now. "
                "AWS goes on by itself: run again, or raise wait_timeout."
            )
        time.sleep(min(pause, left))
    raise AssertionError("pauses() never ends")
