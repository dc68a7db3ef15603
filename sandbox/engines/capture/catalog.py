"""What the source's catalogs say of tables, keys and types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from sandbox.engines.capture.types import SourceType

# Ordinary permanent tables that are no system's and not DMS's own. The key is the columns that tell
# which row a change is of: the index of the replica identity, else the primary key. One statement
# sees one moment: a table that is being dropped has all that it had, or isn't there.
TABLES = """
    select t.oid, n.nspname, t.relname, t.relreplident,
      (
        select jsonb_agg(
          jsonb_build_array(attname, atttypid::bigint, atttypmod, attgenerated <> '')
          order by attnum)
        from pg_attribute where attrelid = t.oid and attnum > 0 and not attisdropped
      ),
      (
        select array_agg(a.attname::text order by k.position)
        from pg_index i
        cross join lateral unnest(i.indkey) with ordinality k(number, position)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
        where i.indrelid = t.oid
          and case t.relreplident when 'i' then i.indisreplident else i.indisprimary end
          and k.position <= i.indnkeyatts
      )
    from pg_class t
    join pg_namespace n on n.oid = t.relnamespace
    where t.relkind = 'r' and t.relpersistence = 'p'
      and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and t.relname !~ '^awsdms_'
    order by n.nspname, t.relname
"""
TYPE = """
    with recursive type as (
        select oid, typname, typtype, typcategory, typbasetype, typtypmod
        from pg_type where oid = %s
        union all
        select b.oid, b.typname, b.typtype, b.typcategory, b.typbasetype,
               case when type.typtypmod >= 0 then type.typtypmod else b.typtypmod end
        from type join pg_type b on b.oid = type.typbasetype
    )
    select typname, typtype, typcategory = 'A', typtypmod from type where typbasetype = 0
"""


@dataclass(frozen=True)
class Column:
    """A column: its type's object identifier and modifier as pg_attribute has them."""

    name: str
    type_oid: int
    modifier: int
    generated: bool = False


@dataclass(frozen=True)
class Table:
    """A table; key names the columns that identify a row, empty where none do.

    identity is pg_class.relreplident: d default, f full, i an index, n nothing.
    """

    oid: int
    schema: str
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    identity: str

    @property
    def identified(self) -> bool:
        """Whether the log tells which row an update or delete was of."""
        return self.identity == "f" or (self.identity != "n" and bool(self.key))


def tables(connection: psycopg.Connection[Any]) -> list[Table]:
    """Every table that a capture may select."""
    return [
        Table(
            oid,
            schema,
            name,
            tuple(Column(*column) for column in columns or ()),
            tuple(key or ()),
            identity,
        )
        for oid, schema, name, identity, columns, key in connection.execute(TABLES)
    ]


class Types:
    """The source's types by object identifier, each asked for once."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._known: dict[int, tuple[SourceType, int]] = {}

    def of(self, column: Column) -> tuple[SourceType, int]:
        """A column's type and modifier; those of a domain's base type for a domain.

        A type that has been dropped since is treated as text.
        """
        if column.type_oid not in self._known:
            row = self._connection.execute(TYPE, [column.type_oid]).fetchone()
            name, kind, array, modifier = row or ("text", "b", False, -1)
            self._known[column.type_oid] = SourceType(name, kind, array), modifier
        known, modifier = self._known[column.type_oid]
        return known, column.modifier if column.modifier >= 0 else modifier
