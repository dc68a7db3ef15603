# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait for a condition, looking often at first and seldom later."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .errors import ResourceError

T = TypeVar("T")

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 15.0
JITTER = 0.25
"""What part of a pause is left to chance, so that many tasks don't ask in step."""


def pauses() -> Iterator[float]:
    """Seconds between two looks: a quick change is seen at once, a slow one costs few calls."""
    pause = FIRST_PAUSE
    while True:
        yield pause * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 (no secret)
        pause = min(pause * 1.6, LONGEST_PAUSE)


def wait_until(
    look: Callable[[], T],
    done: Callable[[T], bool],
    *,
    timeout: float,
    what: str,
    state: Callable[[T], str],
    option: str = "wait_timeout",
) -> T:
    """Look until `done`; returns what was seen last.

    `timeout` is in seconds. `what` ("workgroup mdw to become available") and `state` (of what
    was seen) make the message of the ResourceError raised when the time is over. `option` is the
    module's option that sets the timeout, empty where it has none.
    """
    deadline = time.monotonic() + timeout
    for pause in pauses():
        seen = look()
        if done(seen):
            return seen
        left = deadline - time.monotonic()
        if left <= 0:
            longer = f", or raise {option}" if option else ""
            raise ResourceError(
                f"Waited {timeout:g} s for {what}; it is {state(seen)} now. "
                f"AWS goes on by itself: run again{longer}."
            )
        time.sleep(min(pause, left))
    raise AssertionError("pauses() never ends")


def once_accepted(
    call: Callable[[], object], refusals: Iterable[str], what: str, timeout: float
) -> None:
    """Make a call; while it fails with a text that has one of `refusals`, repeat it.

    Only the text tells such a refusal from a lasting error, since services use their general error
    codes for it. `what` and `timeout` are as in wait_until; no option of a module sets this timeout.
    """
    texts = tuple(refusals)

    def attempt() -> str:
        try:
            call()
        except AnsibleAWSError as error:
            reason = str(error.exception or error)
            if not any(text in reason for text in texts):
                raise
            return f"refused ({reason})"
        return ""

    wait_until(
        attempt, lambda refused: not refused, timeout=timeout, what=what, state=str, option=""
    )
