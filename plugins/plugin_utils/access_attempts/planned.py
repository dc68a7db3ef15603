# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each principal tries: everything that it may read together, and all else one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Values = dict[str, Any]
Try = tuple[str, str, Values, str]
"""Its name, its door, the door's options, and the pattern of its refusal; empty: it is allowed."""

_DENIED = "AccessDenied"
_WAREHOUSE = "permission denied"
_LAKE = f"Insufficient|COLUMN_NOT_FOUND|TABLE_NOT_FOUND|EntityNotFound|{_DENIED}"
_CATALOG = f"EntityNotFound|{_DENIED}"
_IAM_ROLE = "ASSUMEROLE|permission denied"


def attempts(access: Values, keys: Iterable[str]) -> list[Values]:
    """A plan for each principal; keys are those of objects that nobody may read."""
    objects = list(keys)
    return [
        _plan(
            reader["name"],
            reader["arn"],
            [
                *(one for table in access["tables"] for one in _table(access, reader, table)),
                *_ways_around(access, reader),
                *(
                    (f"file {key}", "object", {"bucket": access["bucket"], "key": key}, _DENIED)
                    for key in objects
                ),
            ],
        )
        for reader in access["readers"]
    ]


def crossed(plans: list[Values], tried: Iterable[Values]) -> list[Values]:
    """Plans to read the results of all others; tried are the results of a loop over the plans."""
    statements = {
        each["item"]["name"]: one["statement_id"]
        for each in tried
        for one in each["outcomes"]
        if one.get("statement_id")
    }
    return [
        _plan(
            plan["name"],
            plan["role_arn"],
            [
                (f"the result of {other}", "statement_result", {"id": statement}, _DENIED)
                for other, statement in statements.items()
                if other != plan["name"]
            ],
        )
        for plan in plans
    ]


def tagged(access: Values) -> Values:
    """A plan of whoever may take the principals' roles: sessions that choose database roles."""
    return _plan(
        "a trusted identity",
        "",
        [
            (
                f"a session of {reader['name']} as {other['database_role']}",
                "session",
                {"role_arn": reader["arn"], "tags": {"RedshiftDbRoles": other["database_role"]}},
                _DENIED,
            )
            for reader in access["readers"]
            for other in access["readers"]
            if reader["role_name"] and other is not reader
        ],
    )


def _plan(name: str, role_arn: str, tries: Iterable[Try]) -> Values:
    listed = list(tries)
    return {
        "name": name,
        "role_arn": role_arn,
        "attempts": [{"name": called, door: options} for called, door, options, _refusal in listed],
        "refusals": {called: refusal for called, _door, _options, refusal in listed if refusal},
    }


def _table(access: Values, reader: Values, table: Values) -> Iterator[Try]:
    none: Values = {"columns": [], "masks": {}, "changes": []}
    grant = reader["tables"].get(table["name"], none)
    readable = [*grant["columns"], *grant["masks"]]
    for columns, refusal in _split(table["columns"], readable, _WAREHOUSE):
        yield (
            f"warehouse {_told(table['name'], columns)}",
            "statement",
            _statement(access, f"SELECT {_listed(columns)} FROM {_path(access, table)} LIMIT 1"),
            refusal,
        )
    for name, all_columns, opened in (
        (table["name"], table["columns"], grant["columns"]),
        (table["changes_name"], table["changes_columns"], grant["changes"]),
    ):
        for columns, refusal in _split(all_columns, opened, _LAKE):
            yield (
                f"lake {_told(name, columns)}",
                "query",
                _query(access, reader, f'SELECT {_listed(columns)} FROM "{name}" LIMIT 1'),
                refusal,
            )
        place = {"database": access["catalog_database"], "name": name}
        yield f"catalog {name}", "catalog_table", place, "" if opened else _CATALOG


def _split(columns: list[str], opened: list[str], refusal: str) -> Iterator[tuple[list[str], str]]:
    """What is open at once, and each closed column: together one would be refused for another."""
    if opened:
        yield opened, ""
    yield from (([column], refusal) for column in columns if column not in opened)


def _ways_around(access: Values, reader: Values) -> Iterator[Try]:
    place = f"s3://{access['bucket']}"
    for table in access["tables"]:
        grant = reader["tables"].get(table["name"])
        if grant is None:
            continue
        read = f"SELECT {_listed([*grant['columns'], *grant['masks']])} FROM {_path(access, table)}"
        yield (
            f"a copy of {table['name']}",
            "statement",
            _statement(access, f"CREATE TEMP TABLE access_attempt AS {read}"),
            _WAREHOUSE,
        )
        yield (
            f"UNLOAD of {table['name']}",
            "statement",
            _statement(
                access,
                f"UNLOAD ('{read}') TO '{place}/athena/{reader['name']}/attempt_'"
                " IAM_ROLE DEFAULT FORMAT AS PARQUET",
            ),
            _IAM_ROLE,
        )
        # of no file, should it be allowed
        yield (
            f"COPY into {table['name']}",
            "statement",
            _statement(
                access,
                f"COPY {_path(access, table)} FROM '{place}/{table['raw_prefix']}no-such-file'"
                " IAM_ROLE DEFAULT FORMAT PARQUET",
            ),
            _IAM_ROLE,
        )
    for name, arn in access["service_roles"].items():
        yield f"the role {name}", "session", {"role_arn": arn}, _DENIED
    yield "the source's secret", "secret", {"id": access["source_secret"]}, _DENIED


def _statement(access: Values, sql: str) -> Values:
    return {"workgroup_name": access["workgroup"], "database": access["database"], "sql": sql}


def _query(access: Values, reader: Values, sql: str) -> Values:
    return {
        "database": access["catalog_database"],
        "sql": sql,
        "output_location": f"s3://{access['bucket']}/athena/{reader['name']}/",
    }


def _path(access: Values, table: Values) -> str:
    return f'{access["schema"]}."{table["name"]}"'


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _told(table: str, columns: list[str]) -> str:
    return f"{table} ({', '.join(columns)})"
