"""What Redshift keeps of a table and PostgreSQL does not: distribution, sorting, encodings, and
constraints that inform the planner but are not enforced."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.engines.redshift.lexer import Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Group, Reader, literal, split_on
from sandbox.engines.redshift.vocabulary import vocabulary

if TYPE_CHECKING:
    from sandbox.engines.redshift.constraints import Constraint
    from sandbox.engines.redshift.session import Session

DIST_STYLES = ("AUTO", "EVEN", "KEY", "ALL")
ENCODINGS = vocabulary(
    "RAW AZ64 BYTEDICT DELTA DELTA32K LZO MOSTLY8 MOSTLY16 MOSTLY32 RUNLENGTH TEXT255 TEXT32K ZSTD AUTO NONE"
)


@dataclass
class Attributes:
    """The physical attributes and informational constraints of one table."""

    dist_style: str = "AUTO"
    dist_key: str = ""
    sort_style: str = "AUTO"
    sort_keys: list[str] = field(default_factory=list)
    encodings: dict[str, str] = field(default_factory=dict)
    constraints: list[Constraint] = field(default_factory=list)

    def read(self, reader: Reader) -> bool:
        """Read one table attribute if one is next."""
        if reader.take("BACKUP"):
            if not reader.choose("YES", "NO"):
                raise reader.error()
        elif reader.take("DISTSTYLE"):
            self.dist_style = reader.choose(*DIST_STYLES)
            if not self.dist_style:
                raise reader.error()
        elif reader.take("DISTKEY"):
            self.set_dist_key(column_names(reader.group())[0])
        elif reader.take("ENCODE"):
            reader.expect("AUTO")
        elif reader.take("COMPOUND"):
            self._sort_key(reader, "COMPOUND")
        elif reader.take("INTERLEAVED"):
            self._sort_key(reader, "INTERLEAVED")
        elif _next_is(reader, "SORTKEY"):
            self._sort_key(reader, "COMPOUND")
        else:
            return False
        return True

    def set_dist_key(self, column: str) -> None:
        if self.dist_key:
            raise RedshiftError("Table can only have one DISTKEY column", "42P16")
        self.dist_key = column
        if self.dist_style == "AUTO":
            self.dist_style = "KEY"

    def _sort_key(self, reader: Reader, style: str) -> None:
        reader.expect("SORTKEY")
        if reader.take("AUTO"):
            return
        self.sort_style = style
        self.sort_keys = column_names(reader.group())

    def check(self, columns: Sequence[str]) -> None:
        """Raise RedshiftError when an attribute names a column that is not there."""
        named = [self.dist_key, *self.sort_keys]
        for constraint in self.constraints:
            named += constraint.columns
        for name in named:
            if name and name not in columns:
                raise RedshiftError(f'column "{name}" named in key does not exist', "42703")
        if self.dist_style == "KEY" and not self.dist_key:
            raise RedshiftError("DISTSTYLE KEY must be specified with a DISTKEY column", "42P16")
        if self.dist_key and self.dist_style != "KEY":
            raise RedshiftError(
                f"Cannot specify DISTKEY when DISTSTYLE is {self.dist_style}", "42P16"
            )

    def record(self, oid: int, table: str) -> str:
        """The SQL that remembers them for a table of this name."""
        values = (
            f"{oid}, {literal(self.dist_style)}, {literal(self.dist_key)}, "
            f"{literal(self.sort_style)}, {array(self.sort_keys)}, "
            f"{literal(json.dumps(self.encodings))}"
        )
        statements = [f"INSERT INTO pg_catalog.redshift_table VALUES ({values})"]
        statements += [each.record(oid, table) for each in self.constraints]
        return "; ".join(statements)


def remember(session: Session, path: Sequence[str], attributes: Attributes) -> None:
    """Keep the attributes of a new table or materialized view. Raises RedshiftError."""
    relation = session.relation(path)
    if relation is None:
        raise RedshiftError(f'relation "{".".join(path)}" does not exist', "42P01")
    attributes.check(relation.columns)
    session.run_internal(attributes.record(relation.oid, path[-1]))


def refuse_super_keys(session: Session, path: Sequence[str], keys: Sequence[str]) -> None:
    """Raise RedshiftError when a column of type SUPER would distribute or sort a table's rows."""
    for name in session.super_columns(path) & set(keys):
        raise RedshiftError(
            f'column "{name}" of type super cannot be a distribution or sort key', "0A000"
        )


def read_encoding(reader: Reader) -> str:
    """The name of a compression encoding."""
    name = reader.identifier().word.upper()
    if name not in ENCODINGS:
        raise RedshiftError(f"invalid encoding type specified: {name.lower()}", "42P16")
    return name.lower()


def column_names(group: Group) -> list[str]:
    """The names in a list of columns."""
    names = []
    for part in split_on(group.children, ","):
        if len(part) != 1 or not isinstance(part[0], Token) or not part[0].is_name:
            raise RedshiftError('syntax error at or near ")"', "42601")
        names.append(part[0].name)
    return names


def _next_is(reader: Reader, word: str) -> bool:
    if reader.take(word):
        reader.position -= 1
        return True
    return False


def array(items: Sequence[str]) -> str:
    """A list of texts for SQL."""
    return f"ARRAY[{', '.join(literal(item) for item in items)}]::text[]"
