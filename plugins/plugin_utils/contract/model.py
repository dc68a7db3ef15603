# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract as objects: the three documents with defaults filled in and names made plain."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import column_types, platform_options, source_names
from .access.entries import Grant, entries_of, united
from .column_types import ColumnType
from .identifiers import CHANGES, quote, unquoted
from .names import Names
from .options import with_defaults
from .platform_rules import prefix_of

LOADER_ROLE = "warehouse_load"
PUBLISHER_ROLE = "warehouse_publish"
SERVICE_DATABASE_ROLES = (LOADER_ROLE, PUBLISHER_ROLE)
"""Roles of the database that work on all rows of all tables, whatever readers may see."""


@dataclass(frozen=True)
class Column:
    """A column; `name` is the warehouse's (lower case), `source_name` as the source spells it."""

    name: str
    type: ColumnType
    personal: bool
    source_name: str
    dropped: bool = False
    """The source no longer has it: later files come without it, the warehouse keeps it."""

    @property
    def sql(self) -> str:
        return quote(self.name)

    @property
    def before_image(self) -> str:
        """The staging column that holds the key as it was before a change."""
        return quote(f"bi_{self.name}")


@dataclass(frozen=True)
class Table:
    """A table, at the source and in the warehouse."""

    source_schema: str
    source_table: str
    name: str
    history: str
    """What is kept of the past: current, soft_delete, append or scd2."""
    key_names: tuple[str, ...]
    columns: tuple[Column, ...]
    distribution_style: str
    """How Redshift spreads the rows: key, auto, all or even."""
    distribution_name: str
    """The column that distributes the rows; with another style than key there is none."""
    sort_names: tuple[str, ...]
    left_out: tuple[str, ...]
    """Columns of the source that are not captured, as it spells them."""
    tags: tuple[str, ...]
    """What access.yml may name it by, each key=value."""

    @property
    def source(self) -> str:
        return f"{self.source_schema}.{self.source_table}"

    @property
    def changes_name(self) -> str:
        """The catalog's table of the changes as they landed; the one of current rows has name."""
        return f"{self.name}{CHANGES}"

    @property
    def prefix(self) -> str:
        """Where DMS lands its files: below BucketFolder, by schema and table."""
        return f"raw/{self.source_schema}/{self.source_table}/"

    @property
    def current_prefix(self) -> str:
        """Where its current rows are published, below which each version has a folder."""
        return f"current/{self.name}/"

    @property
    def key(self) -> tuple[Column, ...]:
        """In the order of the columns, as the capture adds their images, whatever the key's own."""
        return tuple(column for column in self.columns if column.name in self.key_names)

    @property
    def others(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.name not in self.key_names)


@dataclass(frozen=True)
class Principal:
    """Who reads: an IAM role or user, its roles in IAM and Redshift, what it sees by table."""

    arn: str
    name: str | None
    """As access.yml has it, where the collection makes the role."""
    role_name: str | None
    trusted: tuple[str, ...]
    database_user: str
    database_role: str
    data_location: bool
    """Whether it may make catalog tables over the landed files."""
    grants: dict[str, Grant]
    """By the name of the table; a table of which it sees nothing isn't there."""


@dataclass(frozen=True)
class Contract:
    """All that an engineer wrote, valid and complete."""

    names: Names
    tags: dict[str, str]
    network: dict[str, Any]
    source: dict[str, Any]
    ingestion: dict[str, Any]
    warehouse: dict[str, Any]
    load: dict[str, Any]
    lake: dict[str, Any]
    tables: tuple[Table, ...]
    admins: tuple[str, ...]
    principals: tuple[Principal, ...]
    unmanaged: tuple[str, ...]

    @property
    def catalog_tables(self) -> list[str]:
        """The names of the catalog's tables: of each the current rows, and the changes."""
        return [name for table in self.tables for name in (table.name, table.changes_name)]

    @property
    def unmanaged_identities(self) -> dict[str, list[str]]:
        """Users and roles of the database that are left alone."""
        identities = [database_identity(arn) for arn in self.unmanaged]
        return {
            "users": [user for user, _role in identities],
            "roles": [role for _user, role in identities],
        }


def build(
    platform: Mapping[str, Any], tables: Sequence[Mapping[str, Any]], access: Mapping[str, Any]
) -> Contract:
    """Build the contract from three documents that `checks.errors` found valid."""
    sections = {
        name: with_defaults(platform.get(name) or {}, option.options or {})
        for name, option in platform_options.DOCUMENT.items()
    }
    identity = sections["platform"]
    names = Names(
        prefix_of(identity),
        identity["account_id"],
        identity["region"],
        sections["warehouse"]["database"],
    )
    built = tuple(table_of(table) for table in tables)
    return Contract(
        names=names,
        # the load's credentials are limited to resources with this tag
        tags={**identity["tags"], "platform": names.prefix},
        network=sections["network"],
        source=sections["source"],
        ingestion=sections["ingestion"],
        warehouse=sections["warehouse"],
        load=sections["load"],
        lake=sections["lake"],
        tables=built,
        admins=tuple(access["admins"]),
        principals=tuple(
            _principal(index, access, names, built) for index in range(len(access["principals"]))
        ),
        unmanaged=tuple(access["unmanaged"]),
    )


def table_of(table: Mapping[str, Any]) -> Table:
    """One entry of tables.yml, which must be valid."""
    schema, name = source_names.split(table["source"])
    key = tuple(unquoted(column).lower() for column in table["key"])
    style = table.get("distribution_style") or "key"
    distributed_by = unquoted(table.get("distribution_key") or key[0]).lower()
    sorted_by = table.get("sort_key")
    return Table(
        source_schema=schema,
        source_table=name,
        name=unquoted(table["name"]),
        history=table.get("history") or "current",
        key_names=key,
        distribution_style=style,
        distribution_name=distributed_by if style == "key" else "",
        sort_names=key if sorted_by is None else tuple(unquoted(n).lower() for n in sorted_by),
        left_out=tuple(unquoted(column) for column in table.get("leave_out") or ()),
        tags=tuple(f"{key}={value}" for key, value in (table.get("tags") or {}).items()),
        columns=tuple(
            Column(
                unquoted(column["name"]).lower(),
                column_types.parse(column["type"]),
                bool(column.get("personal")),
                unquoted(column["name"]),
                bool(column.get("dropped")),
            )
            for column in table["columns"]
        ),
    )


def _principal(
    index: int,
    access: Mapping[str, Any],
    names: Names,
    tables: tuple[Table, ...],
) -> Principal:
    item = access["principals"][index]
    arn = item.get("arn") or names.role_arn(item["name"])
    user, role = database_identity(arn)
    entries = entries_of(index, item, dict(enumerate(access.get("principal_groups") or ())))
    granted = {table.name: united(entries, table) for table in tables}
    return Principal(
        arn=arn,
        name=item.get("name"),
        role_name=None if item.get("arn") else names.role(item["name"]),
        trusted=tuple(item.get("trusted") or ()),
        database_user=user,
        database_role="reader_" + item["name"].replace("-", "_") if item.get("name") else role,
        data_location=bool(item.get("data_location")),
        grants={name: grant for name, grant in granted.items() if grant},
    )


def database_identity(arn: str) -> tuple[str, str]:
    """The database user of an IAM identity, as the Data API names it, and the role it is given.

    Two principals never share a role, or they would share columns.
    https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-iam.html
    """
    kind, _slash, path = arn.rpartition(":")[2].partition("/")
    short = path.rpartition("/")[2]
    digest = hashlib.sha256(arn.encode()).hexdigest()[:8]
    user = f"{'IAMR' if kind == 'role' else 'IAM'}:{short}"
    return user, f"reader_{re.sub(r'[^a-z0-9]+', '_', short.lower())}_{digest}"
