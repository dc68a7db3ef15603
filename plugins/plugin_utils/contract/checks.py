# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three documents checked as a whole: every fault at once, none needs AWS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import (
    access_options,
    access_rules,
    load_limits,
    platform_options,
    platform_rules,
    tables_options,
    tables_rules,
)
from .model import build
from .options import Option, inspect, problem


def errors(platform: Any, tables: Any, access: Any) -> list[str]:
    """Report every fault of the three documents, one line each.

    A line names the option by its path, the value given, and what is allowed. A rule that
    concerns several options is only tried where those are valid themselves.
    """
    faults = _Faults(inspect("", platform, Option(options=platform_options.DOCUMENT)))
    faults += inspect("tables", tables, tables_options.DOCUMENT)
    faults += inspect("", access, Option(options=access_options.DOCUMENT))
    sound_tables = faults.sound("tables", tables)
    accessible = access if isinstance(access, Mapping) else {}
    sound_principals = faults.sound("principals", accessible.get("principals"))
    sound_admins = faults.sound("admins", accessible.get("admins"))
    prefix = owner = ""
    if isinstance(platform, Mapping):
        if not faults.at("platform"):
            prefix = platform_rules.prefix_of(platform["platform"])
            owner = platform_rules.owner_of(platform["platform"])
        for section, rule in platform_rules.RULES.items():
            if not faults.at(section):
                faults += rule(platform[section])
    if tables == []:
        faults.append(problem("tables", tables, "allowed: at least one table"))
    faults += tables_rules.check(sound_tables)
    sound_tables = faults.sound("tables", tables)
    faults += access_rules.check_principals(sound_principals, prefix)
    faults += access_rules.check_account("admins[{}]", sound_admins, owner)
    given = {at: item["arn"] for at, item in sound_principals.items() if item.get("arn")}
    faults += access_rules.check_account("principals[{}].arn", given, owner)
    faults += access_rules.check_grants(sound_principals, sound_tables.values(), _names_of(tables))
    return list(faults) or list(load_limits.check(build(platform, tables, access)))


class _Faults(list[str]):
    """Messages, each beginning with the path of an option."""

    def at(self, path: str) -> bool:
        """Tell whether the option at `path`, or one inside it, has a fault."""
        return any(fault.startswith((f"{path}:", f"{path}.", f"{path}[")) for fault in self)

    def sound(self, path: str, items: Any) -> dict[int, Any]:
        """The items of a list that have no fault, by their place."""
        if not isinstance(items, list):
            return {}
        return {at: item for at, item in enumerate(items) if not self.at(f"{path}[{at}]")}


def _names_of(tables: Any) -> list[str]:
    if not isinstance(tables, list):
        return []
    return [
        table["name"]
        for table in tables
        if isinstance(table, Mapping) and isinstance(table.get("name"), str)
    ]
