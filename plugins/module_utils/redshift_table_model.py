# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table of Redshift: as it is wanted or as it is, and its DDL.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .redshift_types import SqlType, parse_type

MOST_COLUMNS = 1600
LONGEST_NAME = 127
"""Bytes."""
PRIMARY_KEY = "PRIMARY KEY"
FIXED_ENCODINGS = ("bytedict", "runlength", "text255", "text32k")
"""Of columns that Redshift can't widen."""
ENCODINGS = (
    "raw",
    "az64",
    "bytedict",
    "delta",
    "delta32k",
    "lzo",
    "mostly8",
    "mostly16",
    "mostly32",
    "runlength",
    "text255",
    "text32k",
    "zstd",
)


def quoted(name: str) -> str:
    """A name as SQL takes it, also if it is a reserved word."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def listed(names: Iterable[str]) -> str:
    """Names in parentheses."""
    return f"({', '.join(map(quoted, names))})"


@dataclass(frozen=True)
class Column:
    """A column. What is None isn't said; a new column may be null then."""

    name: str
    type: SqlType
    nullable: bool | None = None
    default: str | None = None
    encode: str | None = None

    def ddl(self) -> str:
        """Its line in CREATE TABLE and ADD COLUMN."""
        words = [quoted(self.name), str(self.type)]
        words += [f"DEFAULT {self.default}"] if self.default is not None else []
        words += [f"ENCODE {self.encode.upper()}"] if self.encode else []
        words += ["NOT NULL"] if self.nullable is False else []
        return " ".join(words)


@dataclass(frozen=True)
class Constraint:
    """A key that a table has. `type` is PRIMARY KEY, UNIQUE or FOREIGN KEY."""

    name: str
    type: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table. What is None isn't said, and left as it is; Redshift decides in a new one.

    Only one that was read out of the catalog has `constraints`, its primary key among them.
    """

    schema: str
    name: str
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    dist_style: str | None = None
    dist_key: str | None = None
    sort_key: tuple[str, ...] | None = None
    sort_style: str | None = None
    constraints: tuple[Constraint, ...] = ()

    @property
    def path(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def sql(self) -> str:
        """Its name in SQL."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def ddl(self) -> str:
        """CREATE TABLE, laid out to be read."""
        lines = [column.ddl() for column in self.columns]
        if self.primary_key:
            lines.append(f"PRIMARY KEY {listed(self.primary_key)}")
        body = ",\n".join(f"  {line}" for line in lines)
        return "\n".join((f"CREATE TABLE {self.sql} (", body, ")", *self._attributes()))

    def _attributes(self) -> list[str]:
        lines = [f"DISTSTYLE {self.dist_style.upper()}"] if self.dist_style else []
        if self.dist_key:
            lines.append(f"DISTKEY {listed([self.dist_key])}")
        if self.sort_key:
            style = f"{self.sort_style.upper()} " if self.sort_style else ""
            lines.append(f"{style}SORTKEY {listed(self.sort_key)}")
        return lines


def table_of(option: dict[str, Any], absent: bool) -> tuple[Table, list[str]]:
    """A table as an entry of the option `tables` says it, and all that is wrong with it.

    With `absent` only its name counts.
    """
    schema, name = option["schema"], option["name"]
    problems = [fault for part in (schema, name) for fault in _name_faults(part)]
    if absent:
        return Table(schema, name), problems
    key = tuple(option.get("primary_key") or ())
    columns = []
    for given in option.get("columns") or []:
        problems += _name_faults(given["name"])
        try:
            sql_type = parse_type(given["type"])
        except ValueError as error:
            problems.append(f"column {given['name']}: {error}")
            continue
        nullable = (
            False
            if given["name"] in key and given.get("nullable") is None
            else given.get("nullable")
        )
        columns.append(
            Column(given["name"], sql_type, nullable, given.get("default"), given.get("encode"))
        )
    table = Table(
        schema,
        name,
        tuple(columns),
        key,
        "key" if option.get("dist_key") else option.get("dist_style"),
        option.get("dist_key"),
        None if option.get("sort_key") is None else tuple(option["sort_key"]),
        option.get("sort_style"),
    )
    return table, problems or _faults(table, option)


def _name_faults(name: str) -> list[str]:
    if not name or len(name.encode()) > LONGEST_NAME:
        return [f"the name {name!r} must have 1 to {LONGEST_NAME} bytes"]
    if name != name.lower():
        return [f"the name {name} must be lower-case, as Redshift keeps names"]
    return []


def _faults(table: Table, option: dict[str, Any]) -> list[str]:
    names = [column.name for column in table.columns]
    faults = [
        f"column {name} is listed twice" for name in sorted({*names}) if names.count(name) > 1
    ]
    if not 1 <= len(names) <= MOST_COLUMNS:
        faults.append(f"columns has {len(names)} entries; a table has 1 to {MOST_COLUMNS}")
    keys = {
        "primary_key": table.primary_key,
        "dist_key": (table.dist_key,) if table.dist_key else (),
        "sort_key": table.sort_key or (),
    }
    for key, parts in keys.items():
        faults += [f"{key} names {part}, which is no column" for part in parts if part not in names]
    for column in table.columns:
        if column.name in table.primary_key and column.nullable:
            faults.append(f"column {column.name} is in primary_key, so it can't be nullable")
    if option.get("dist_key") and option.get("dist_style") not in (None, "key"):
        faults.append(f"dist_key goes with dist_style key, not {option['dist_style']}")
    if option.get("dist_style") == "key" and not option.get("dist_key"):
        faults.append("dist_style key needs dist_key")
    return faults
