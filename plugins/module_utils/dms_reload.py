# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loading single tables of a running capture again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from .resource import Action
from .waiting import wait_until

if TYPE_CHECKING:
    from .dms_migration import Migration
    from .errors import ResourceError
    from .settings import Values

AT_ONCE = 10
"""How many tables one request may name."""
LARGEST_PAGE = 500
TABLES_SHOWN = 20
RELOAD_OPTIONS: dict[str, dict[str, Any]] = {
    "reload_tables": {
        "type": "list",
        "elements": "dict",
        "options": {
            "schema_name": {"type": "str", "required": True},
            "table_name": {"type": "str", "required": True},
        },
    },
    "reload_option": {
        "type": "str",
        "choices": ["data-reload", "validate-only"],
        "default": "data-reload",
    },
    "wait_for_reload": {"type": "bool", "default": False},
}
DONE = "Table completed"
GIVEN_UP = frozenset({"Table error", "Table cancelled"})


def plan_reload(migration: Migration, current: Values, starts: bool) -> Action:
    """The step that loads the tables of reload_tables; ResourceError when it can't be.

    `starts`: whether an earlier step starts it. Its tables are then looked at after that.
    """
    named = migration.params["reload_tables"]
    tables = list({_name(table): table for table in named}.values())
    if not starts and migration.prospect(current) != "running":
        raise _not_running(migration, current)
    runs = current.get("status") == "running"
    if runs:
        _require_known(migration, tables, sorted(_statistics(migration, current)))
    _require_validation(migration, current)

    def reload() -> None:
        running = migration.watch.wait_ready()
        if running["status"] != "running":
            raise _not_running(migration, running)
        if not runs:
            captured = wait_until(
                lambda: sorted(_statistics(migration, running)),
                bool,
                timeout=migration.watch.timeout,
                what=f"the tables of {migration.what}",
                state=lambda _: "without any",
            )
            _require_known(migration, tables, captured)
        waits = migration.params["wait_for_reload"]
        before = _statistics(migration, running) if waits else {}
        for first in range(0, len(tables), AT_ONCE):
            migration.api.call(
                migration.operations.reload,
                **migration.named(running),
                tables_to_reload=tables[first : first + AT_ONCE],
                reload_option=migration.params["reload_option"],
            )
        if waits:
            _wait_loaded(migration, running, sorted(map(_name, tables)), before)

    return Action({"reload_tables": []}, {"reload_tables": sorted(map(_name, tables))}, reload)


def _name(table: Values) -> str:
    return f"{table['schema_name']}.{table['table_name']}"


def _not_running(migration: Migration, current: Values) -> ResourceError:
    status = migration.status(current) or migration.new
    return migration.refuse(
        f"reload_tables needs it running, and its status is {status}: start it first, with "
        "state started"
    )


def _statistics(migration: Migration, current: Values) -> dict[str, Values]:
    """What it tells of the tables that it captures, by name."""
    operations = migration.operations
    listed = migration.api.pages(
        operations.statistics,
        operations.statistics_items,
        **migration.named(current),
        max_records=LARGEST_PAGE,
    )
    return {_name(table): table for table in listed}


def _wait_loaded(
    migration: Migration, current: Values, names: list[str], before: dict[str, Values]
) -> None:
    """Wait until each table has a full load that ended after the one it had `before`."""

    def unfinished() -> dict[str, str]:
        now = _statistics(migration, current)
        states = {name: str(now.get(name, {}).get("table_state")) for name in names}
        lost = [f"{name} ({state})" for name, state in states.items() if state in GIVEN_UP]
        if lost:
            raise migration.refuse(f"it gave up the reload of {', '.join(lost)}: see its log")
        return {
            name: state
            for name, state in states.items()
            if state != DONE or _loaded_at(now[name]) == _loaded_at(before.get(name, {}))
        }

    wait_until(
        unfinished,
        lambda tables: not tables,
        timeout=migration.watch.timeout,
        what=f"{migration.what} to load {', '.join(names)} again",
        state=lambda tables: ", ".join(f"{name}: {state}" for name, state in tables.items()),
    )


def _loaded_at(table: Values) -> datetime | None:
    """When the full load of a table ended last."""
    return table.get("full_load_end_time")


def _require_known(migration: Migration, tables: list[Values], known: list[str]) -> None:
    unknown = [name for name in map(_name, tables) if name not in known]
    if unknown:
        shown = ", ".join(known[:TABLES_SHOWN]) or "none"
        more = f" and {len(known) - TABLES_SHOWN} more" if len(known) > TABLES_SHOWN else ""
        raise migration.refuse(
            f"reload_tables names {', '.join(unknown)}, which it doesn't capture; its tables are "
            f"{shown}{more}"
        )


def _require_validation(migration: Migration, current: Values) -> None:
    if migration.params["reload_option"] != "validate-only":
        return
    settings = current.get(migration.settings_member) or {}
    if not (settings.get("ValidationSettings") or {}).get("EnableValidation"):
        raise migration.refuse(
            "reload_option validate-only needs validation, which its settings don't enable: "
            "set ValidationSettings.EnableValidation"
        )
