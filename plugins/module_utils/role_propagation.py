# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A role that was made a moment ago is not known everywhere: the call that names it is repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .waiting import once_accepted

TIMEOUT = 120
"""Seconds that IAM may take to tell all of AWS of a new role."""


def once_role_is_known(call: Callable[[], object], refusals: Iterable[str], what: str) -> None:
    """Make a call; while it fails with a text that has one of `refusals`, repeat it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
    """
    once_accepted(call, refusals, f"{what} to be allowed its role", TIMEOUT)
