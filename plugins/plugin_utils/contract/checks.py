# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three documents checked as a whole: every fault at once, none needs AWS."""

from __future__ import annotations

from typing import Any

from . import (
    access_options,
    access_rules,
    platform_options,
    platform_rules,
    tables_options,
    tables_rules,
)
from .options import Option, inspect


def errors(platform: Any, tables: Any, access: Any) -> list[str]:
    """Report every fault of the three documents, one line each.

    A line names the option by its path, the value given, and what is allowed. Rules that concern
    several options are only tried where the options that they read are valid themselves.
    """
    in_platform = list(inspect("", platform, Option(options=platform_options.DOCUMENT)))
    in_tables = list(inspect("tables", tables, tables_options.DOCUMENT))
    in_access = list(inspect("", access, Option(options=access_options.DOCUMENT)))
    if not in_platform:
        in_platform += platform_rules.check(platform)
    if not in_tables:
        in_tables += tables_rules.check(tables)
    if not in_access:
        in_access += access_rules.check_principals(access["principals"])
        if not in_tables:
            in_access += access_rules.check_grants(access["principals"], tables)
    return in_platform + in_tables + in_access
