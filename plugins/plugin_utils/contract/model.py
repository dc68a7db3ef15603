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

from . import column_types, platform_options
from .column_types import ColumnType
from .identifiers import quote, unquoted
from .names import Names
from .options import with_defaults
from .platform_rules import prefix_of

LOADER_ROLE = "warehouse_load"


@dataclass(frozen=True)
class Column:
    """A column; `name` is the warehouse's (lower case), the source may spell it otherwise."""

    name: str
    type: ColumnType
    personal: bool

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
    key_names: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def source(self) -> str:
        return f"{self.source_schema}.{self.source_table}"

    @property
    def prefix(self) -> str:
        """Where DMS lands its files: below BucketFolder, by schema and table."""
        return f"raw/{self.source}/".replace(".", "/")

    @property
    def key(self) -> tuple[Column, ...]:
        by_name = {column.name: column for column in self.columns}
        return tuple(by_name[name] for name in self.key_names)

    @property
    def others(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.name not in self.key_names)


@dataclass(frozen=True)
class Principal:
    """Who reads: an IAM role or user, its roles in IAM and Redshift, its columns by table."""

    arn: str
    role_name: str | None
    trusted: tuple[str, ...]
    database_user: str
    database_role: str
    grants: dict[str, tuple[str, ...]]


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
    tables: tuple[Table, ...]
    admins: tuple[str, ...]
    principals: tuple[Principal, ...]
    unmanaged: tuple[str, ...]


def build(
    platform: Mapping[str, Any], tables: Sequence[Mapping[str, Any]], access: Mapping[str, Any]
) -> Contract:
    """Build the contract from three documents that `checks.errors` found valid."""
    sections = {
        name: with_defaults(platform[name], option.options or {})
        for name, option in platform_options.DOCUMENT.items()
    }
    identity = sections["platform"]
    names = Names(
        prefix_of(identity),
        identity["account_id"],
        identity["region"],
        sections["warehouse"]["database"],
    )
    built = tuple(_table(table) for table in tables)
    return Contract(
        names=names,
        # the load's credentials are limited to resources with this tag
        tags={**identity["tags"], "platform": names.prefix},
        network=sections["network"],
        source=sections["source"],
        ingestion=sections["ingestion"],
        warehouse=sections["warehouse"],
        load=sections["load"],
        tables=built,
        admins=tuple(access["admins"]),
        principals=tuple(_principal(item, names, built) for item in access["principals"]),
        unmanaged=tuple(access["unmanaged"]),
    )


def _table(table: Mapping[str, Any]) -> Table:
    schema, _, name = table["source"].partition(".")
    return Table(
        source_schema=schema,
        source_table=name,
        name=unquoted(table["name"]),
        key_names=tuple(unquoted(key).lower() for key in table["key"]),
        columns=tuple(
            Column(
                unquoted(column["name"]).lower(),
                column_types.parse(column["type"]),
                bool(column.get("personal")),
            )
            for column in table["columns"]
        ),
    )


def _principal(item: Mapping[str, Any], names: Names, tables: tuple[Table, ...]) -> Principal:
    arn = item.get("arn") or names.role_arn(item["name"])
    user, role = database_identity(arn)
    return Principal(
        arn=arn,
        role_name=None if item.get("arn") else names.role(item["name"]),
        trusted=tuple(item.get("trusted") or ()),
        database_user=user,
        database_role="reader_" + item["name"].replace("-", "_") if item.get("name") else role,
        grants=_grants(item["tables"], tables),
    )


def database_identity(arn: str) -> tuple[str, str]:
    """The database user of an IAM identity, as the Data API names it, and the role it is given.

    Two principals never share a role, or they would share columns.
    https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-iam.html
    """
    kind, _, path = arn.rpartition(":")[2].partition("/")
    short = path.rpartition("/")[2]
    digest = hashlib.sha256(arn.encode()).hexdigest()[:8]
    user = f"{'IAMR' if kind == 'role' else 'IAM'}:{short}"
    return user, f"reader_{re.sub(r'[^a-z0-9]+', '_', short.lower())}_{digest}"


def _grants(
    grants: Mapping[str, Mapping[str, Any]], tables: tuple[Table, ...]
) -> dict[str, tuple[str, ...]]:
    granted = {}
    wanted = {unquoted(name): grant for name, grant in grants.items()}
    for table in tables:
        if table.name not in wanted:
            continue
        grant = wanted[table.name]
        named = grant.get("columns")
        chosen = None if named is None else {unquoted(name).lower() for name in named}
        granted[table.name] = tuple(
            column.name
            for column in table.columns
            if (column.name in chosen if chosen is not None else _is_open(column, grant))
        )
    return granted


def _is_open(column: Column, grant: Mapping[str, Any]) -> bool:
    return not (column.personal and grant.get("exclude") == "personal")
