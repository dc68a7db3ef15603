"""Values of every type that a contract may have, from the source to the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.capture_tools import Landed, until
from tests.sandbox.dms_platform import Platform
from tests.sandbox.load_tools import Load

KINDS = {
    # the source's type, the contract's, values, and what the warehouse must tell where it differs
    "small": ("smallint", "smallint", ["-32768", "32767"], {}),
    "whole": ("integer", "integer", ["-2147483648", "0"], {}),
    "big": ("bigint", "bigint", ["9223372036854775807", "-1"], {}),
    "amount": ("numeric(38,10)", "numeric(38,10)", ["1234567890123456789012345678.0123456789"], {}),
    "single": ("real", "real", ["1.5", "-0.25", "Infinity", "NaN"], {}),
    "double": ("double precision", "double precision", ["2.5", "1e+300", "-Infinity", "NaN"], {}),
    "yes": ("boolean", "boolean", ["true", "false"], {}),
    "fixed": ("char(5)", "varchar(20)", ["ab", "żółw"], {}),
    "words": ("text", "varchar(400)", ["", "a  ", "Ωmega 🚀", 'a,b\n"c"', "NULL", "x" * 400], {}),
    "day": (
        "date",
        "date",
        ["2026-02-28", "0001-01-01", "9999-12-31", "0044-03-15 BC", "infinity", "-infinity"],
        {"infinity": "9999-12-31", "-infinity": "4713-01-01 BC"},
    ),
    "moment": (
        "timestamp",
        "timestamp",
        [
            *("2026-03-29 02:30:00.123456", "1900-01-01 00:00:00"),
            *("0044-03-15 12:00:00.5 BC", "infinity", "-infinity"),
        ],
        {"infinity": "9999-12-31 23:59:59", "-infinity": "4713-01-01 00:00:00 BC"},
    ),
    "instant": (
        "timestamptz",
        "timestamptz",
        ["2026-07-01 12:00:00.000001+02", "0044-03-15 12:00:00+02 BC", "infinity", "-infinity"],
        {
            "2026-07-01 12:00:00.000001+02": "2026-07-01 10:00:00.000001+00",
            "0044-03-15 12:00:00+02 BC": "0044-03-15 10:00:00+00 BC",
            "infinity": "9999-12-31 23:59:59+00",
            "-infinity": "4713-01-01 00:00:00+00 BC",
        },
    ),
    "id": ("uuid", "varchar(36)", ["6f1c1f0e-6a2a-4b0e-9c39-0b6f3e2a1d10"], {}),
    "mood": ("mood", "varchar(16)", ["glad", "so-so"], {}),
    "list": ("integer[]", "varchar(100)", ["{1,2,NULL}"], {}),
    "document": ("jsonb", "super", ['{"a": [1, null, "x"]}', "17", "null"], {}),
    "raw": ("bytea", "varbyte(64)", ["\\x00ff10"], {"\\x00ff10": "00ff10"}),
}


class Road:
    """A table with a column of each type, and the load that follows it."""

    def __init__(self, aws: Callable[..., Any]) -> None:
        columns = [{"name": "key", "type": "bigint"}]
        columns += [{"name": name, "type": kind[1]} for name, kind in KINDS.items()]
        kinds = {"source": "public.kinds", "name": "kinds", "key": ["key"], "columns": columns}
        self.load = Load(aws, "types", kinds)
        self.load.deploy()
        self.platform = Platform(aws, "types")
        self.shop = self.platform.connect()
        self.shop.execute("CREATE TYPE mood AS ENUM ('glad', 'so-so')")
        declared = ", ".join(f'"{name}" {kind[0]}' for name, kind in KINDS.items())
        self.shop.execute(f"CREATE TABLE kinds (key bigint PRIMARY KEY, {declared})")
        self.shop.execute("CREATE TABLE orders (order_id bigint PRIMARY KEY)")
        self.landed = Landed(aws("s3"), self.load.bucket)
        self.task = self.platform.task_of(self.load.derived)

    def insert(self, first: int) -> dict[int, tuple[str, str | None]]:
        """A row for each value, with NULL in all other columns, and one with nothing but NULL.

        Returns the column and what the warehouse must tell, by key.
        """
        expected: dict[int, tuple[str, str | None]] = {}
        for name, (kind, _, values, told) in KINDS.items():
            for value in values:
                key = first + len(expected)
                self.shop.execute(
                    f'INSERT INTO kinds (key, "{name}") VALUES (%s, %s::text::{kind})', (key, value)
                )
                expected[key] = (name, told.get(value, value))
        key = first + len(expected)
        self.shop.execute("INSERT INTO kinds (key) VALUES (%s)", (key,))
        return expected | {key: ("small", None)}

    def told(self, key: int) -> dict[str, str]:
        """The columns of a row that are not NULL, as text."""
        names = list(KINDS)
        listed = ", ".join(_as_text(name) for name in names)
        [row] = self.load.query(f"SELECT {listed} FROM analytics.kinds WHERE key = {key}")
        return {name: value for name, value in zip(names, row, strict=True) if value is not None}


def _as_text(name: str) -> str:
    match KINDS[name][1].partition("(")[0]:
        case "super":
            return f'JSON_SERIALIZE("{name}")'
        case "varbyte":
            return f'TO_HEX("{name}")'
        case "boolean":
            return f"CASE WHEN \"{name}\" THEN 'true' WHEN NOT \"{name}\" THEN 'false' END"
        case _:
            return f'CAST("{name}" AS VARCHAR(500))'


@pytest.fixture(scope="module")
def road(aws: Callable[..., Any]) -> Iterator[Road]:
    made = Road(aws)
    yield made
    made.platform.delete(made.task)
    made.load.remove()


def test_every_value_arrives_as_it_is(road: Road) -> None:
    expected = road.insert(1)
    road.platform.start(road.task)
    until(lambda: road.platform.statistics(road.task).get("TableState") == "Table completed")
    changed = road.insert(1001)
    landed = road.landed
    until(  # counted: Python has no dates before Christ
        lambda: (
            sum(
                landed.read("public/kinds", name).num_rows
                for name in landed.changes("public/kinds")
            )
            == len(changed)
        )
    )
    road.platform.stop(road.task)
    ended = road.load.run({"tables": ["public.kinds"]})
    assert ended["status"] == "SUCCEEDED", ended
    for key, (name, value) in (expected | changed).items():
        assert road.told(key) == ({} if value is None else {name: value}), (key, name)
