"""Redshift's data types, as declared, cast to, and carried by PostgreSQL.

https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Group, Reader, is_word

MAX_VARCHAR = 65_535
MAX_CHAR = 4_096
MAX_VARBYTE = 1_024_000
MAX_PRECISION = 38
SUPER = "jsonb"
VARBYTE = "bytea"

PLAIN = {
    "SMALLINT": "smallint",
    "INT2": "smallint",
    "INTEGER": "integer",
    "INT": "integer",
    "INT4": "integer",
    "BIGINT": "bigint",
    "INT8": "bigint",
    "REAL": "real",
    "FLOAT4": "real",
    "FLOAT8": "double precision",
    "FLOAT": "double precision",
    "BOOLEAN": "boolean",
    "BOOL": "boolean",
    "DATE": "date",
    "TIMESTAMPTZ": "timestamptz",
    "TIMETZ": "timetz",
    "SUPER": SUPER,
}
NUMERIC = {"DECIMAL", "NUMERIC"}
FIXED = {"CHAR", "CHARACTER", "NCHAR", "BPCHAR"}
VARYING = {"VARCHAR", "NVARCHAR", "TEXT"}
BYTES = {"VARBYTE", "VARBINARY"}
ZONED = {"TIMESTAMP", "TIME"}
IDENTIFIERS = {"OID", "REGCLASS"}  # of relations: the leader node casts to them before a query runs
CATALOG = {*IDENTIFIERS, "NAME", "REGTYPE", "REGPROC", "REGNAMESPACE", "TEXT", "CHAR", "INT2"}
CASTABLE = {*PLAIN, *NUMERIC, *FIXED, *VARYING, *BYTES, *ZONED, "DOUBLE", "INTERVAL", "BINARY"}


@dataclass(frozen=True)
class SqlType:
    """A type: PostgreSQL's spelling, and the limit in bytes of a character type (else 0)."""

    sql: str
    bytes: int = 0


def read_type(reader: Reader, *, column: str = "", catalog: bool = False) -> SqlType:
    """The type that comes next.

    column is the column that a DDL statement declares, "" in a cast: only a declared VARCHAR has
    a default length. catalog admits the types of the system catalogs, for queries on these.
    """
    start = reader.position
    if catalog and reader.take("PG_CATALOG"):
        reader.expect(".")
    token = reader.identifier()
    word = token.exact_name.upper()
    read = _READERS.get(word)
    if word in PLAIN:
        if word == "FLOAT" and isinstance(reader.peek(), Group):
            reader.group()
        found = SqlType(PLAIN[word])
    elif read is not None:
        found = read(reader, word, bool(column))
    elif word in (CATALOG if catalog else IDENTIFIERS) and not column:
        found = SqlType(token.text.lower())
    else:
        raise _unsupported(token, column)
    if _is_array(reader) and not catalog:
        raise _unsupported(reader.tree[start], column)
    return found


def _is_array(reader: Reader) -> bool:
    node = reader.peek()
    return node is not None and is_word(node, "[", "ARRAY")


def _unsupported(node: Token | Group, column: str) -> RedshiftError:
    name = node.text.lower() if isinstance(node, Token) else "("
    if column:
        return RedshiftError(f'Column "{column}" has unsupported type "{name}".', "0A000")
    return RedshiftError(f'type "{name}" does not exist', "42704")


def _numeric(reader: Reader, _word: str, _column: bool) -> SqlType:
    numbers = _numbers(reader)
    if not numbers:
        return SqlType("numeric(18,0)")
    precision, scale = (*numbers, 0)[:2]
    if not 1 <= precision <= MAX_PRECISION:
        raise RedshiftError(
            f"NUMERIC precision {precision} must be between 1 and {MAX_PRECISION}", "22023"
        )
    if not 0 <= scale <= min(precision, 37):
        raise RedshiftError(
            f"NUMERIC scale {scale} must be between 0 and precision {precision}", "22023"
        )
    return SqlType(f"numeric({precision},{scale})")


def _fixed(reader: Reader, word: str, column: bool) -> SqlType:
    if word in {"CHARACTER", "CHAR", "NCHAR"} and reader.take("VARYING"):
        return _varying(reader, word, column)
    numbers = _numbers(reader)
    length = numbers[0] if numbers else (256 if word == "BPCHAR" else 1)
    if not 1 <= length <= MAX_CHAR:
        raise RedshiftError(f"length for type character cannot exceed {MAX_CHAR}", "22023")
    return SqlType(f"char({length})", length)


def _varying(reader: Reader, word: str, column: bool) -> SqlType:
    numbers = _numbers(reader)
    if not numbers:
        return SqlType("varchar(256)", 256) if column else SqlType("varchar")
    if word == "TEXT":
        raise reader.error()
    if not 1 <= numbers[0] <= MAX_VARCHAR:
        raise RedshiftError(f"length for type varchar cannot exceed {MAX_VARCHAR}", "22023")
    return SqlType(f"varchar({numbers[0]})", numbers[0])


def _bytes(reader: Reader, word: str, _column: bool) -> SqlType:
    if word == "BINARY":
        reader.expect("VARYING")
    numbers = _numbers(reader)
    if numbers and not 1 <= numbers[0] <= MAX_VARBYTE:
        raise RedshiftError(f"length for type varbyte cannot exceed {MAX_VARBYTE}", "22023")
    return SqlType(VARBYTE, numbers[0] if numbers else 64_000)


def _zoned(reader: Reader, word: str, _column: bool) -> SqlType:
    if reader.take("WITH", "TIME", "ZONE"):
        return SqlType(f"{word.lower()}tz")
    reader.take("WITHOUT", "TIME", "ZONE")
    return SqlType(word.lower())


def _double(reader: Reader, _word: str, _column: bool) -> SqlType:
    reader.expect("PRECISION")
    return SqlType("double precision")


def _interval(reader: Reader, word: str, column: bool) -> SqlType:
    if column:
        raise _unsupported(Token(Kind.WORD, word), "interval")
    return SqlType("interval")


_READERS = {
    **dict.fromkeys(NUMERIC, _numeric),
    **dict.fromkeys(FIXED, _fixed),
    **dict.fromkeys(VARYING, _varying),
    **dict.fromkeys((*BYTES, "BINARY"), _bytes),
    **dict.fromkeys(ZONED, _zoned),
    "DOUBLE": _double,
    "INTERVAL": _interval,
}


def _numbers(reader: Reader) -> list[int]:
    node = reader.peek()
    if not isinstance(node, Group):
        return []
    reader.next()
    inner = Reader(node.children)
    numbers = [MAX_VARCHAR if inner.take("MAX") else int(inner.number())]
    if inner.take(","):
        numbers.append(int(inner.number()))
    inner.end()
    return numbers
