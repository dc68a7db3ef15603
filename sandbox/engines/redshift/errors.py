"""PostgreSQL's errors in Redshift's words."""

from __future__ import annotations

import re
from typing import Any

from psycopg.pq import DiagnosticField

from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.tables import BYTE_LIMIT

SERIALIZATION_FAILURE = "40001"
CHECK_VIOLATION = "23514"
CANCELLED = "57014"
CARDINALITY = "21000"
DIVISION_BY_ZERO = "22012"
NOT_NULL = "23502"

PRINCIPAL = re.compile(r'\brole "(role:|group:|)([^"]*)"')
KINDS = {"role:": "role", "group:": "group", "": "user"}
REWORDED = (
    (
        re.compile(r"permission denied for (table|view|materialized view) "),
        "permission denied for relation ",
    ),
    (re.compile(r"must be owner of (table|view|materialized view) "), "must be owner of relation "),
    (
        re.compile(r"function pg_catalog\.redshift_(at|un\w+)\(([^,]*?)(, .*)?\) does not exist"),
        r"cannot navigate into type \2: it is not super",
    ),
    (re.compile(r"pg_catalog\.redshift_|\bredshift_(?=\w+\(|pg_)"), ""),
    (re.compile(r"\bjsonb\b"), "super"),
    (re.compile(r"\bbytea\b"), "varbyte"),
)


def from_result(result: Any, table: str = "", table_id: int = 0) -> RedshiftError:
    """The error of a failed PGresult; table is what the statement writes to."""

    def field(name: DiagnosticField) -> str:
        return (result.error_field(name) or b"").decode()

    state = field(DiagnosticField.SQLSTATE) or "XX000"
    message = field(DiagnosticField.MESSAGE_PRIMARY) or result.error_message.decode().strip()
    constraint = field(DiagnosticField.CONSTRAINT_NAME)
    detail = field(DiagnosticField.MESSAGE_DETAIL)
    hint = field(DiagnosticField.MESSAGE_HINT)
    if state == SERIALIZATION_FAILURE:
        return RedshiftError(
            "1023",
            state,
            detail=f"Serializable isolation violation on table - {table_id or table},"
            " transactions forming the cycle are: concurrent writers of the same rows",
        )
    if state == CHECK_VIOLATION and constraint.startswith(BYTE_LIMIT):
        length = constraint.removeprefix(BYTE_LIMIT).split("_")[0]
        return RedshiftError(f"value too long for type character varying({length})", "22001")
    if state == CANCELLED:
        return RedshiftError("Query cancelled on user's request", state)
    if state == CARDINALITY and message.startswith("MERGE"):
        return RedshiftError("Found multiple matches to update the same tuple.", "XX000")
    if state == DIVISION_BY_ZERO:
        return RedshiftError("Divide by zero", state)
    if state == NOT_NULL:
        column = field(DiagnosticField.COLUMN_NAME)
        return RedshiftError(f"Cannot insert a NULL value into column {column}", state, hint=hint)
    if message.startswith("cannot insert a non-DEFAULT value"):
        return RedshiftError("cannot set an identity column to a value", "0A000")
    # PostgreSQL's hints and details name functions and roles that Redshift does not have
    keeps_detail = state in {"40P01", "2BP01"}
    return RedshiftError(reword(message), state, detail=reword(detail) if keeps_detail else "")


def reword(text: str) -> str:
    """A message with PostgreSQL's terms replaced by Redshift's."""
    text = PRINCIPAL.sub(lambda match: f'{KINDS[match[1]]} "{match[2]}"', text)
    for pattern, replacement in REWORDED:
        text = pattern.sub(replacement, text)
    return text
