# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one run of a playbook is told beside the inventory: which tables, and from when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from .model import Table
from .options import Option, inspect, one_of, problem, text

MOMENT = "allowed: a point in time with its zone, in quotes, such as '2026-11-28T10:15:00Z'"


def _moment(value: Any) -> str | None:
    try:
        return None if datetime.fromisoformat(value).tzinfo else MOMENT
    except (TypeError, ValueError):
        return MOMENT


_TABLES = Option(text(allowed="allowed: the source of a table, as tables.yml has it"))
OPTIONS = {
    "load_tables": Option(items=_TABLES),
    "publish_tables": Option(items=_TABLES),
    "pause_running": Option(one_of("wait", "stop")),
    "reload_tables": Option(items=_TABLES, required=True),
    "replay_tables": Option(items=_TABLES),
    "replay_from": Option(_moment, required=True),
}
"""The options by name. Lists of tables that may be left out stand for all tables."""


def check(run: Any) -> Iterator[str]:
    """Report what is wrong with the options that a playbook passes on, None where not given."""
    if not isinstance(run, Mapping):
        yield problem("run", run, f"allowed: a mapping of {', '.join(OPTIONS)}")
        return
    taken = {name: option for name, option in OPTIONS.items() if name in run}
    yield from inspect("", run, Option(options=taken or OPTIONS)) if run else ()


def check_tables(run: Mapping[str, Any], tables: Sequence[Table]) -> Iterator[str]:
    """Report names that are of no table, in options that `check` found valid."""
    known = [table.source for table in tables]
    allowed = f"allowed: {', '.join(known)}"
    for name, value in run.items():
        if OPTIONS[name].items is None or value is None:
            continue
        if not value:
            yield problem(name, value, allowed)
        for at, source in enumerate(value):
            if source not in known:
                yield problem(f"{name}[{at}]", source, allowed)


def prepared(run: Mapping[str, Any], tables: Sequence[Table]) -> dict[str, Any]:
    """What the playbooks hand on in another form than it is given.

    reload_tables  [{schema_name, table_name}], as dms_replication_task takes them
    replay_from    as the names of landed files begin, in UTC: 20261128-101500
    """
    ready: dict[str, Any] = {}
    if "reload_tables" in run:
        ready["reload_tables"] = [
            {"schema_name": table.source_schema, "table_name": table.source_table}
            for table in tables
            if table.source in run["reload_tables"]
        ]
    if "replay_from" in run:
        moment = datetime.fromisoformat(run["replay_from"])
        ready["replay_from"] = moment.astimezone(UTC).strftime("%Y%m%d-%H%M%S")
    return ready
