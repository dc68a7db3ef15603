"""Which tables are captured, and which columns their files gain or lose.

https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

WILDCARD = re.compile(r"(\[[%_]\]|[%_])")


@functools.lru_cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = WILDCARD.split(text)
    return re.compile("".join(_expression(part) for part in parts), re.DOTALL)


def _expression(part: str) -> str:
    if part in {"%", "_"}:
        return ".*" if part == "%" else "."
    return re.escape(part[1:-1] if part in {"[%]", "[_]"} else part)


@dataclass(frozen=True)
class Locator:
    """Names of schema, table and column, in which % stands for any text and _ for one letter.

    In brackets, as [_], they stand for themselves.
    """

    schema: str
    table: str = "%"
    column: str = "%"

    def matches(self, schema: str, table: str, column: str | None = None) -> bool:
        """Whether the names fit; without a column, only schema and table are looked at."""
        return (
            _pattern(self.schema).fullmatch(schema) is not None
            and _pattern(self.table).fullmatch(table) is not None
            and (column is None or _pattern(self.column).fullmatch(column) is not None)
        )


@dataclass(frozen=True)
class Selection:
    """Includes or excludes tables; a table with the higher load order is loaded earlier."""

    locator: Locator
    include: bool = True
    load_order: int = 0


@dataclass(frozen=True)
class AddedColumn:
    """A column that holds a header of the record, such as AR_H_CHANGE_SEQ."""

    locator: Locator
    name: str
    header: str
    type: pa.DataType


@dataclass(frozen=True)
class BeforeImage:
    """Columns with the values before an update or delete."""

    locator: Locator
    prefix: str
    suffix: str
    columns: Literal["pk-only", "non-lob", "all"]


@dataclass(frozen=True)
class RemovedColumn:
    """A source column that is left out."""

    locator: Locator


Transformation = AddedColumn | BeforeImage | RemovedColumn


@dataclass(frozen=True)
class Mapping:
    """The table mapping of a capture, transformations in the order of their rules."""

    selections: tuple[Selection, ...]
    transformations: tuple[Transformation, ...] = ()

    def selects(self, schema: str, table: str) -> bool:
        """Whether a table is captured: some rule includes it and none excludes it."""
        found = [rule for rule in self.selections if rule.locator.matches(schema, table)]
        return bool(found) and all(rule.include for rule in found)

    def load_order(self, schema: str, table: str) -> int:
        """The highest load order that a rule gives a table."""
        orders = [
            rule.load_order for rule in self.selections if rule.locator.matches(schema, table)
        ]
        return max(orders, default=0)

    def added(self, schema: str, table: str) -> Iterator[AddedColumn]:
        """The columns added to a table's files."""
        for rule in self.transformations:
            if isinstance(rule, AddedColumn) and rule.locator.matches(schema, table):
                yield rule

    def before_image(self, schema: str, table: str) -> BeforeImage | None:
        """The before image of a table's changes, if it has one."""
        for rule in self.transformations:
            if isinstance(rule, BeforeImage) and rule.locator.matches(schema, table):
                return rule
        return None

    def removes(self, schema: str, table: str, column: str) -> bool:
        """Whether a source column is left out."""
        return any(
            isinstance(rule, RemovedColumn) and rule.locator.matches(schema, table, column)
            for rule in self.transformations
        )
