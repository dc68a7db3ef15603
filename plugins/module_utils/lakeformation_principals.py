# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Principals that Lake Formation refuses: made a moment ago, or not there at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .errors import ResourceError
from .role_propagation import once_role_is_known

REFUSAL = "Invalid principal"


def once_principals_are_known(
    call: Callable[[], object], what: str, principals: Iterable[str]
) -> None:
    """Change the settings, which name these principals; AWS need not say which of them it refuses."""
    try:
        once_role_is_known(call, (REFUSAL,), what)
    except ResourceError as error:
        if REFUSAL not in str(error):
            raise
        raise ResourceError(
            f"{error} If that fails too, one of the principals that were sent is not there: "
            f"{', '.join(principals)}. Make the IAM user or role first, or take it out of the "
            "options (admins of access.yml); purge_admins takes out what was in the settings."
        ) from error
