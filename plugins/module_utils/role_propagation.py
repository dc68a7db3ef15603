# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A role that was made a moment ago is not known everywhere: the call that names it is repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .waiting import wait_until

TIMEOUT = 120
"""Seconds that IAM may take to tell all of AWS of a new role."""


def once_role_is_known(call: Callable[[], object], refusals: Iterable[str], what: str) -> None:
    """Make a call; while it fails with a text that has one of `refusals`, repeat it for a minute.

    Only the text tells it from a lasting error, since services use their general error codes.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
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
        attempt,
        lambda refused: not refused,
        timeout=TIMEOUT,
        what=f"{what} to be allowed its role",
        state=str,
    )
