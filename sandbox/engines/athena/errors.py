"""Why a query is not run, or fails."""

from __future__ import annotations

CANCELLED = "Query cancelled by user"
SYSTEM, USER, OTHER = 1, 2, 3
"""ErrorCategory: https://docs.aws.amazon.com/athena/latest/ug/error-reference.html"""


class Malformed(Exception):  # noqa: N818  named for what the statement is
    """A statement that Athena refuses to start: its text, and AWS's AthenaErrorCode."""

    def __init__(self, message: str, code: str = "MALFORMED_QUERY") -> None:
        super().__init__(message)
        self.code = code


class QueryFailed(Exception):  # noqa: N818  named for the state it leads to
    """A query that fails: the text is its StateChangeReason."""

    def __init__(self, reason: str, category: int = USER) -> None:
        super().__init__(reason)
        self.category = category


class Cancelled(QueryFailed):
    """A query that is ended before it has ended by itself."""


def at(sql: str, offset: int) -> str:
    """A place in a statement as Trino tells it: line and column, both from 1."""
    before = sql[:offset]
    return f"line {before.count(chr(10)) + 1}:{offset - before.rfind(chr(10))}"
