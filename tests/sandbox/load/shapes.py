"""Random tables: every type that a contract may give a column, with values of it."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

MODES = ("current", "soft_delete", "append", "scd2")
NAMES = ("shop", '"order"', "Code", "amount", '"user"', "kind", "changed", "note", '"end"')
MOST_KEY_COLUMNS = 3
MOST_OTHER_COLUMNS = 4
MOST_ADDED_COLUMNS = 2
ALTERED_TABLES = 0.25
LIVES = 4
"""How many histories a table has beside each other; their keys are apart."""
KEYS_A_LIFE = 3


@dataclass(frozen=True)
class Value:
    """A value as the file has it, and as the warehouse tells it in text."""

    landed: Any
    told: str | None


NULL = Value(None, None)


@dataclass(frozen=True)
class Kind:
    """A type of the contract: the file's type, values for keys, further values, and SQL of the text.

    Keys need a value for each of a table's lives.
    """

    type: str
    arrow: pa.DataType
    keys: tuple[Value, ...]
    others: tuple[Value, ...] = ()
    text: str = "CAST({column} AS VARCHAR(500))"

    @property
    def tells_lives_apart(self) -> bool:
        return len(self.keys) >= LIVES * KEYS_A_LIFE

    @property
    def values(self) -> tuple[Value, ...]:
        return (*self.keys, *self.others, NULL, NULL)


def _plain(*landed: Any) -> tuple[Value, ...]:
    return tuple(Value(each, str(each)) for each in landed)


def _moments(zone: str) -> tuple[Value, ...]:
    found = [datetime(2026, 1, 1 + n, 12, 0, 0, 100001 + n) for n in range(9)]
    found += [datetime(1900, 1, 1), datetime(2026, 3, 29, 2, 30), datetime(2262, 4, 12)]
    return tuple(Value(each, f"{each}{zone}") for each in found)


def _documents() -> tuple[Value, ...]:
    texts = ('{"a": [1, null, "x"]}', "17", "null", '"Ω"', "[]", "{}", '{"b": {"c": 1.50}}')
    return tuple(Value(text, text) for text in texts)


WORDS = ("", "a", "A", "aa", "b'", "Ωm", "🚀", "NULL", "a b", " a", "\\n", 'a,"b"\n')
EARLY, LATE = date(1, 1, 1), date(9999, 12, 31)
KINDS = (
    Kind("smallint", pa.int16(), _plain(-32768, 32767, *range(10))),
    Kind("integer", pa.int32(), _plain(-(2**31), 2**31 - 1, *range(10))),
    Kind("bigint", pa.int64(), _plain(-(2**63), 2**63 - 1, *range(10))),
    Kind(
        "numeric(12,2)",
        pa.decimal128(12, 2),
        _plain(*(Decimal(n) / 100 + Decimal("0.10") for n in range(12))),
        _plain(Decimal("9999999999.99"), Decimal("-0.01")),
    ),
    Kind(
        "numeric(38,10)",
        pa.decimal128(38, 10),
        _plain(*(Decimal(f"{n}{'7' * 27}.0123456789") for n in range(1, 10))),
    ),
    Kind(
        "real",
        pa.float32(),
        _plain(*(n + 0.5 for n in range(12))),
        (Value(float("inf"), "Infinity"), Value(float("nan"), "NaN"), Value(-0.25, "-0.25")),
    ),
    Kind(
        "double precision",
        pa.float64(),
        _plain(*(n + 0.25 for n in range(11)), 1e300),
        (Value(float("-inf"), "-Infinity"), Value(float("nan"), "NaN")),
    ),
    Kind(
        "boolean",
        pa.string(),
        (Value("true", "true"), Value("false", "false")),
        text="CASE WHEN {column} THEN 'true' WHEN NOT {column} THEN 'false' END",
    ),
    Kind("date", pa.date32(), _plain(EARLY, LATE, *(date(2026, 1, 1 + n) for n in range(10)))),
    Kind("timestamp", pa.timestamp("us"), _moments("")),
    Kind("timestamptz", pa.timestamp("us"), _moments("+00")),
    Kind(
        "varchar(40)",
        pa.string(),
        tuple(Value(word, word) for word in WORDS),
        (Value("a  ", "a  "), Value("x" * 40, "x" * 40), Value("ż" * 20, "ż" * 20)),
    ),
    Kind("super", pa.string(), (), _documents(), text="JSON_SERIALIZE({column})"),
    Kind(
        "varbyte(8)",
        pa.binary(),
        (),
        tuple(Value(each, each.hex()) for each in (b"", b"\0\xff", b"12345678")),
        text="TO_HEX({column})",
    ),
)


@dataclass(frozen=True)
class Column:
    """A column; `name` as the contract has it."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Shape:
    """A table; the first column of its key tells its lives apart."""

    history: str
    key: tuple[Column, ...]
    others: tuple[Column, ...]
    columns: tuple[Column, ...]
    """All that it ever has, in the table's order."""
    added: tuple[Column, ...] = ()
    """Those that the source adds when it alters the table."""
    dropped: tuple[Column, ...] = ()
    """Those that it drops then."""

    @property
    def is_altered(self) -> bool:
        return bool(self.added or self.dropped)

    def at_source(self, altered: bool) -> tuple[Column, ...]:
        """The columns that the source has, before or after it alters the table."""
        absent = self.dropped if altered else self.added
        return tuple(column for column in self.columns if column not in absent)

    def contract(self, altered: bool = True) -> dict[str, Any]:
        """The table as tables.yml has it, before or after the source alters it."""
        listed = [each for each in self.columns if altered or each not in self.added]
        gone = self.dropped if altered else ()
        return {
            "source": "public.things",
            "name": "things",
            "key": [column.name for column in self.key],
            "history": self.history,
            "columns": [
                {"name": each.name, "type": each.kind.type, "dropped": each in gone}
                for each in listed
            ],
        }

    def __str__(self) -> str:
        return json.dumps(self.contract())


def random_shape(chance: random.Random, history: str) -> Shape:
    """A table with a key of one to three columns, and up to four others, which may change."""
    names = chance.sample(NAMES, len(NAMES))
    apart = [kind for kind in KINDS if kind.tells_lives_apart]
    any_key = [kind for kind in KINDS if kind.keys]
    kinds = [chance.choice(apart)]
    kinds += chance.choices(any_key, k=chance.choice([0, 0, 1, MOST_KEY_COLUMNS - 1]))
    key = tuple(Column(names.pop(), kind) for kind in kinds)
    kinds = chance.choices(KINDS, k=chance.randint(0, MOST_OTHER_COLUMNS))
    others = tuple(Column(names.pop(), kind) for kind in kinds)
    columns = chance.sample([*key, *others], len(key) + len(others))
    added: tuple[Column, ...] = ()
    dropped: list[Column] = []
    if chance.random() < ALTERED_TABLES:
        dropped = chance.sample(others, chance.randint(0, min(1, len(others))))
        kinds = chance.choices(KINDS, k=chance.randint(0 if dropped else 1, MOST_ADDED_COLUMNS))
        added = tuple(Column(names.pop(), kind) for kind in kinds)
    return Shape(
        history, key, (*others, *added), (*columns, *added), added=added, dropped=tuple(dropped)
    )
