"""What the warehouse gives and takes: results, errors, and the storage that COPY reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Column:
    """One column of a result set, as the Data API's ColumnMetadata describes it.

    length and precision are in characters or digits as the type has it (0 when it has none);
    nullable is 0 (no), 1 (yes) or 2 (unknown, an expression). schema_name and table_name are
    empty for an expression. label is the output name, name the table's own column name.
    """

    name: str
    type_name: str
    length: int
    precision: int
    scale: int
    nullable: int
    schema_name: str
    table_name: str
    label: str


@dataclass(frozen=True)
class StatementResult:
    """What one statement did.

    columns is None when the statement has no result set. row_count is the rows returned or
    affected, -1 where Redshift reports none (DDL, COPY). duration_ns is in nanoseconds.
    """

    columns: list[Column] | None
    rows: list[tuple[Any, ...]]
    row_count: int
    duration_ns: int
    redshift_pid: int
    query_id: int


class RedshiftError(Exception):
    """A statement that Redshift refuses or that failed.

    message is the server's text without its "ERROR: ", sqlstate its five characters, index the
    place of the statement in its batch, from 0.
    """

    def __init__(
        self,
        message: str,
        sqlstate: str = "XX000",
        index: int = 0,
        *,
        detail: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message, sqlstate, index)
        self.message = message
        self.sqlstate = sqlstate
        self.index = index
        self.detail = detail
        self.hint = hint

    def __str__(self) -> str:
        lines = [f"ERROR: {self.message}"]
        if self.detail:
            lines.append(f"  Detail: {self.detail}")
        if self.hint:
            lines.append(f"  Hint: {self.hint}")
        return "\n".join(lines)


class Storage(Protocol):
    """Where COPY gets its S3 clients from."""

    def client(self, iam_role: str) -> Any:
        """An S3 client of boto3 that signs as a role.

        iam_role is "default" or a role's ARN. Raises RedshiftError when the namespace has no
        such role.
        """
