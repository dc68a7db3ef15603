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
    grant_rules,
    load_limits,
    platform_options,
    platform_rules,
    run_options,
    tables_options,
    tables_rules,
)
from .identifiers import unquoted
from .model import build, table_of
from .options import Option, inspect, problem, with_defaults


def errors(platform: Any, tables: Any, access: Any, run: Any = None) -> list[str]:
    """Report every fault of the three documents and of a run's options, one line each.

    A line names the option by its path, the value given, and what is allowed. A rule that
    concerns several options is only tried where those are valid themselves.
    """
    faults = _Faults(inspect("", platform, Option(options=platform_options.DOCUMENT)))
    faults += inspect("tables", tables, tables_options.DOCUMENT)
    faults += inspect("", access, Option(options=access_options.DOCUMENT))
    accessible = access if isinstance(access, Mapping) else {}
    sound_principals = faults.sound("principals", accessible.get("principals"))
    sound_groups = faults.sound("principal_groups", accessible.get("principal_groups"))
    sound_admins = faults.sound("admins", accessible.get("admins"))
    prefix = owner = ""
    if isinstance(platform, Mapping):
        if not faults.at("platform"):
            prefix = platform_rules.prefix_of(platform["platform"])
            owner = platform_rules.owner_of(platform["platform"])
        for section, rule in platform_rules.RULES.items():
            if not faults.at(section):
                options = platform_options.DOCUMENT[section].options or {}
                faults += rule(with_defaults(platform[section], options))
    if tables == []:
        faults.append(problem("tables", tables, "allowed: at least one table"))
    if isinstance(tables, list) and len(tables) > load_limits.MAX_TABLES:
        faults.append(
            problem(
                "tables",
                f"{len(tables)} tables",
                f"allowed: at most {load_limits.MAX_TABLES}, as one execution of Step Functions loads"
                " them all; a source with more is two platforms",
            )
        )
    # collected first: what is found on the way hides nothing
    faults += list(tables_rules.check(tables, faults.at))
    sound_tables = faults.sound("tables", tables)
    faults += access_rules.check_principals(sound_principals, prefix)
    faults += access_rules.check_account("admins[{}]", sound_admins, owner)
    given = {at: item["arn"] for at, item in sound_principals.items() if item.get("arn")}
    faults += access_rules.check_account("principals[{}].arn", given, owner)
    faults += access_rules.check_groups(sound_groups, accessible.get("principals"))
    faults += grant_rules.check(sound_principals, sound_groups, _known(tables, sound_tables))
    run = {} if run is None else run
    faults += run_options.check(run)
    if faults:
        return list(faults)
    contract = build(platform, tables, access)
    return [*load_limits.check(contract), *run_options.check_tables(run, contract.tables)]


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


def _known(tables: Any, sound: Mapping[int, Any]) -> grant_rules.Known:
    items = tables if isinstance(tables, list) else []
    return grant_rules.Known(
        names=frozenset(
            unquoted(table["name"])
            for table in items
            if isinstance(table, Mapping) and isinstance(table.get("name"), str)
        ),
        tables=tuple(table_of(table) for table in sound.values()),
        whole=len(sound) == len(items),
    )
