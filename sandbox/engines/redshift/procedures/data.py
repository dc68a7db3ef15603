"""Values of procedures: text with a type, and how a value becomes one of another type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.engines.redshift import values
from sandbox.engines.redshift.backend import texts
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import literal
from sandbox.engines.redshift.types import SqlType

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

LONGEST = 65535  # bytes of a VARCHAR, the longest of the character types
TEXT, VARCHAR, CHAR, BOOLEAN, INTEGER, UNKNOWN = 25, 1043, 1042, 16, 23, 705
REFCURSOR = SqlType("refcursor")
OIDS = {
    "bigint": 20,
    "boolean": BOOLEAN,
    "bpchar": CHAR,
    "bytea": 17,
    "char": CHAR,
    "date": 1082,
    "double precision": 701,
    "integer": INTEGER,
    "interval": 1186,
    "jsonb": 3802,
    "numeric": 1700,
    "oid": 26,
    "real": 700,
    "refcursor": 1790,
    "regclass": 2205,
    "smallint": 21,
    "time": 1083,
    "timestamp": 1114,
    "timestamptz": 1184,
    "timetz": 1266,
    "varchar": VARCHAR,
}
NAMES = {number: name for name, number in OIDS.items()} | {CHAR: "bpchar"}  # of any length
STRINGS = (TEXT, VARCHAR, CHAR, UNKNOWN)


@dataclass(frozen=True)
class Value:
    """A value in PostgreSQL's text form, None for NULL, with the number of its type.

    UNKNOWN is the type of a literal string, which takes any other.
    """

    text: str | None
    type: int

    @property
    def sql(self) -> str:
        """The value as an expression of its type."""
        written = "NULL" if self.text is None else literal(self.text)
        if self.type == UNKNOWN:
            return written
        return f"CAST({written} AS {NAMES.get(self.type, 'text')})"

    @property
    def true(self) -> bool:
        return self.text == "t"


def boolean(truth: bool) -> Value:
    return Value("t" if truth else "f", BOOLEAN)


def integer(number: int) -> Value:
    return Value(str(number), INTEGER)


def rows(result: Any) -> list[list[Value]]:
    """The rows of a result."""
    kinds = [result.ftype(index) for index in range(result.nfields)]
    return [
        [Value(text, kind) for text, kind in zip(row, kinds, strict=True)] for row in texts(result)
    ]


def names(result: Any) -> list[str]:
    """The names of a result's columns."""
    return [values.label_of(result, index) for index in range(result.nfields)]


def type_number(kind: SqlType) -> int:
    """The number of a type that PostgreSQL gives it, whatever its length or precision."""
    return OIDS[kind.sql.partition("(")[0]]


def converted(session: Session, value: Value, kind: SqlType) -> Value:
    """A value as an assignment to a variable or argument of a type gives it.

    Raises RedshiftError for what does not fit, as an INSERT would.
    """
    number = type_number(kind)
    text = value.text
    if text is None or (value.type == number and number not in STRINGS and "(" not in kind.sql):
        return Value(text, number)
    if number in STRINGS and value.type in STRINGS:
        most = kind.bytes or LONGEST
        if len(text.encode()) > most:
            text = text.rstrip(" ")
            if len(text.encode()) > most:
                name = "character varying" if number == VARCHAR else "character"
                raise RedshiftError(f"value too long for type {name}({most})", "22001")
        if value.type == number and not kind.bytes:
            return Value(text, number)
        if number == VARCHAR and value.type != CHAR:
            return Value(text, number)
    found = session.rows(f"SELECT CAST({Value(text, value.type).sql} AS {kind.sql})")
    return Value(found[0][0], number)
