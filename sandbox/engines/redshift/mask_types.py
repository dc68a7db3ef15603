"""Which masking policies fit a column: what they take, and what they give.

https://docs.aws.amazon.com/redshift/latest/dg/t_ddm-considerations.html
"""

from __future__ import annotations

from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.parquet_output import Output

TEXT = 25
CHARACTERS = {TEXT, 1042, 1043}
INTEGERS = {21: 2, 23: 4, 20: 8}  # bytes
FLOATS = {700, 701}
NUMERIC = 1700
NAMES = {
    16: "boolean",
    17: "varbyte",
    20: "bigint",
    21: "smallint",
    23: "integer",
    TEXT: "text",
    700: "real",
    701: "double precision",
    1042: "character",
    1043: "character varying",
    1082: "date",
    1083: "time",
    1114: "timestamp without time zone",
    1184: "timestamp with time zone",
    1266: "time with time zone",
    NUMERIC: "numeric",
    3802: "super",
}


def short_name(output: Output) -> str:
    """A type, with its dimensions, as the system views write it."""
    dimensions = ",".join(str(size) for size in output.dimensions.values())
    name = NAMES.get(output.oid, "unknown")
    return f"{name}({dimensions})" if dimensions else name


def check_input(declared: Output, column: Output) -> None:
    """Raise RedshiftError unless a policy's input can be the column."""
    if not _alike(declared, column):
        raise _incompatible("input", declared, column)


def check_output(result: Output, column: Output) -> None:
    """Raise RedshiftError unless a policy's output fits into the column."""
    too_long = result.oid in CHARACTERS and 0 < column.dimensions.get(
        "max_length", 0
    ) < result.dimensions.get("max_length", 0)
    if too_long or not _alike(result, column):
        raise _incompatible("output", result, column)


def _alike(policy: Output, column: Output) -> bool:
    if policy.oid in CHARACTERS:
        return column.oid in CHARACTERS
    if policy.oid in INTEGERS and column.oid in INTEGERS:
        return INTEGERS[policy.oid] >= INTEGERS[column.oid]
    if policy.oid in {NUMERIC, *FLOATS} and column.oid in FLOATS:
        return True
    return policy.oid == column.oid


def _incompatible(side: str, policy: Output, column: Output) -> RedshiftError:
    return RedshiftError(
        f"the {side} type {short_name(policy)} of the masking policy is not compatible with column"
        f' "{column.name}" of type {short_name(column)}',
        "42804",
    )
