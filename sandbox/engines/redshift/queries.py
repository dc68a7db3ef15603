"""The latest statements of a warehouse, as sys_query_history, stv_inflight and stl_query tell them.

They are kept in memory: how many is bounded, and they are gone when the warehouse stops.
https://docs.aws.amazon.com/redshift/latest/dg/SYS_QUERY_HISTORY.html
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import literal
from sandbox.engines.redshift.plan import Plan

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

VIEWS = frozenset(
    {
        "sys_query_history",
        "stv_inflight",
        "stl_query",
        "svl_stored_proc_call",
        "sys_procedure_call",
    }
)
SETTING = "redshift.query_log"
KEPT = 1_000
LONGEST = 4_000  # characters of a statement's text
CANCELLED = "57014"
KINDS = {"(": "SELECT", "WITH": "SELECT", "TRUNCATE": "DDL"}
OWN_KINDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "UNLOAD")
DEFINITIONS = ("CREATE", "ALTER", "DROP", "COMMENT")


@dataclass
class Record:
    """One statement that runs or has run. The names are those that bootstrap/queries.sql reads."""

    query_id: int
    session_id: int
    username: str
    database_name: str
    query_text: str
    query_type: str
    start_time: str
    end_time: str | None = None
    status: str = "running"
    returned_rows: int = 0
    error_message: str = ""
    session_username: str = ""
    caller_id: int | None = None  # of the procedure's call that it belongs to


class Queries:
    """Remembers the statements of all sessions. Methods may be called from any thread."""

    def __init__(self) -> None:
        self._records: deque[Record] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    @contextmanager
    def running(self, session: Session, plan: Plan) -> Iterator[Record]:
        """The time in which a statement runs; who runs it tells the record of its rows."""
        record = _record(session, plan.text)
        with self._lock:
            self._records.append(record)
        try:
            yield record
            record.status = "success"
        except RedshiftError as error:
            record.status = "canceled" if error.sqlstate == CANCELLED else "failed"
            record.error_message = error.message
            raise
        finally:
            record.end_time = _now()

    def told(self, session: Session, text: str) -> str:
        """SQL that tells a session what its user may see, and that this statement of it runs."""
        with self._lock:
            known = list(self._records)
        seen = [each for each in known if session.superuser or each.username == session.user]
        listed = [asdict(each) for each in [*seen, _record(session, text)]]
        told = json.dumps({"user": session.user, "statements": listed})
        return f"SELECT pg_catalog.set_config({literal(SETTING)}, {literal(told)}, false)"


def statement_text(tokens: Sequence[Token]) -> str:
    """A statement as the views show it, without its passwords."""
    pieces: list[str] = []
    before = ""
    for token in tokens:
        secret = before == "PASSWORD" and token.kind is Kind.STRING
        pieces.append((" " if token.spaced else "") + ("'***'" if secret else token.text))
        before = token.word
    return "".join(pieces).strip()[:LONGEST]


def _record(session: Session, text: str) -> Record:
    return Record(
        session.query_id,
        session.backend.pid,
        session.user,
        session.database,
        text,
        _kind(text),
        _now(),
        session_username=session.login,
        caller_id=session.chain.queries[-1] if session.chain else None,
    )


def _kind(text: str) -> str:
    words = text.upper().split()
    first = words[0].partition("(")[0] or "(" if words else ""
    if first == "CREATE" and " AS SELECT " in f" {' '.join(words)} " and "VIEW" not in words[:4]:
        return "CTAS"
    if first in DEFINITIONS:
        return "DDL"
    return first if first in OWN_KINDS else KINDS.get(first, "UTILITY")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
