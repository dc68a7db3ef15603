"""What the system views tell of past queries and loads, kept in each database."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sandbox.engines.redshift.backend import Backend
from sandbox.engines.redshift.nodes import literal

if TYPE_CHECKING:
    from sandbox.engines.redshift.copying import Load
    from sandbox.engines.redshift.session import Session


class Journal:
    """Writes the records of one database, outside the transactions that they are about."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()

    def load(self, session: Session, load: Load) -> None:
        """One COPY, and each of its files."""
        head = f"{session.query_id}, {session.backend.pid}, {literal(session.user)}"
        status = "failed" if load.error else "completed"
        size = sum(count for _, count, _ in load.files)
        statements = [
            "INSERT INTO pg_catalog.redshift_load VALUES ("
            f"{head}, {literal(session.database)}, {literal(load.table)}, {literal(load.source)},"
            f" '{load.started:%Y-%m-%d %H:%M:%S.%f}', '{load.ended:%Y-%m-%d %H:%M:%S.%f}',"
            f" {literal(status)}, {load.rows}, {size}, {len(load.files)}, {literal(load.error)})"
        ]
        statements += [
            f"INSERT INTO pg_catalog.redshift_load_file VALUES ({head}, {literal(url)}, {count},"
            f" {rows})"
            for url, count, rows in load.files
        ]
        with self._lock:
            self._backend.execute("; ".join(statements))

    def close(self) -> None:
        with self._lock:
            self._backend.close()
