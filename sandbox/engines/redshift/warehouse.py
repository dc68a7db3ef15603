"""A warehouse: the databases of one Redshift namespace, on a PostgreSQL cluster of their own."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import threading
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from psycopg import pq

from sandbox.engines.postgres import Cluster
from sandbox.engines.redshift import batch
from sandbox.engines.redshift.backend import Backend
from sandbox.engines.redshift.journal import Journal
from sandbox.engines.redshift.model import RedshiftError, StatementResult, Storage
from sandbox.engines.redshift.nodes import literal, quote
from sandbox.engines.redshift.principals import pg_user
from sandbox.engines.redshift.queries import Queries
from sandbox.engines.redshift.session import Session
from sandbox.engines.redshift.wire.server import Server, Tls

OWNER = "rdsdb"  # Redshift's own superuser has this name too
TEMPLATE = "template1"
SCRIPTS = (
    "dates.sql",
    "numbers.sql",
    "strings.sql",
    "checksums.sql",
    "super.sql",
    "partiql.sql",
    "aggregates.sql",
    "windows.sql",
    "tables.sql",
    "catalogs.sql",
    "views.sql",
    "discovery.sql",
    "security.sql",
    "masking.sql",
    "materialized.sql",
    "show.sql",
    "queries.sql",
)
SETTINGS: dict[str, str | int | bool] = {
    "standard_conforming_strings": False,  # as the lexer reads strings
    "escape_string_warning": False,
    "backslash_quote": True,
    "default_transaction_isolation": "repeatable read",
    "jit": False,
    "max_connections": 200,
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "synchronous_commit": False,
    "work_mem": "64MB",  # loads sort and join all that is new
    "temp_buffers": "32MB",
    "log_min_error_statement": "panic",  # statements carry passwords
}


class Warehouse:
    """One Redshift namespace's data. Methods may be called from any thread."""

    def __init__(
        self,
        directory: Path,
        *,
        name: str,
        admin_user: str,
        admin_password: str,
        database: str,
    ) -> None:
        self.name = name
        self._cluster = Cluster(
            directory,
            f"redshift-{name}",
            password=secrets.token_hex(16),
            superuser=OWNER,
            settings=SETTINGS,
        )
        self._admin = (admin_user, admin_password)
        self._database = database
        self._created = False
        self._lock = threading.RLock()
        self._users: set[str] = set()
        self._journals: dict[str, Journal] = {}
        self._query_ids = itertools.count(int(time.time()))
        self._servers: list[Server] = []
        self.queries = Queries()

    def start(self) -> None:
        """Start the cluster; the first time, make it with its first database and user."""
        with self._lock:
            if not self._created:
                self._cluster.create()
            self._cluster.start()
            if not self._created:
                self._prepare()
                self._created = True

    def stop(self) -> None:
        """Stop the cluster; its data stay."""
        with self._lock:
            for server in self._servers:
                server.close()
            self._servers.clear()
            self._forget_journals()
            self._cluster.stop()

    def destroy(self) -> None:
        """Stop the cluster and remove its data."""
        with self._lock:
            self.stop()
            self._cluster.remove()
            self._created = False

    def create_database(self, name: str) -> None:
        """Make a database. Raises RedshiftError when there is one of the name."""
        with contextlib.closing(self._engine("postgres")) as backend:
            backend.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {TEMPLATE}")
            backend.execute(f"GRANT TEMPORARY ON DATABASE {quote(name)} TO PUBLIC")

    def set_admin(self, user: str, password: str) -> None:
        """Make this user, with this password, the administrator: a superuser."""
        with self._lock, contextlib.closing(self._engine("postgres")) as backend:
            former, self._admin = self._admin[0], (user, password)
            name = quote(pg_user(user))
            if former != user and _exists(backend, former) and not _exists(backend, user):
                backend.execute(f"ALTER ROLE {quote(pg_user(former))} RENAME TO {name}")
            verb = "ALTER" if _exists(backend, user) else "CREATE"
            backend.execute(
                f"{verb} ROLE {name} SUPERUSER CREATEDB LOGIN PASSWORD {literal(password)}"
            )
            self._users = {user}

    def accepts(self, user: str, password: str) -> bool:
        """Whether this is the password that a database user got by CREATE or ALTER USER."""
        try:
            dsn = self._cluster.dsn(self._database, pg_user(user), password)
        except RedshiftError:
            return False
        connection = pq.PGconn.connect(dsn.encode())
        try:
            return connection.status == pq.ConnStatus.OK
        finally:
            connection.finish()

    def run(
        self,
        statements: list[str],
        *,
        user: str,
        database: str,
        storage: Storage,
        transaction: bool,
        parameters: list[dict[str, Any]] | None = None,
        on_start: Callable[[int], None] | None = None,
        on_done: Callable[[int, StatementResult], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> list[StatementResult]:
        """Run statements in a session of their own, as a database user.

        The user is made on first use, as a member of PUBLIC only. With transaction they are one
        transaction, else each is its own. parameters are the Data API's: name and value of each
        :name. on_start and on_done are called with the place of a statement, from 0.

        Raises RedshiftError, with .index, after rolling back.
        """
        runner = self.runner(user, database, storage)
        wanted = batch.Batch(statements, transaction, parameters, on_start, on_done)
        try:
            return runner.run(wanted, cancelled)
        finally:
            runner.close()

    def runner(self, user: str, database: str, storage: Storage) -> batch.Runner:
        """A session for several batches, one after the other: close it."""
        return batch.Runner(self.session(user, database, storage))

    def session(self, user: str, database: str, storage: Storage | None) -> Session:
        """A session of a database user, who is made on first use."""
        return Session(self, user, database, storage)

    def serve(
        self,
        host: str,
        port: int,
        authenticate: Callable[[str, str], bool],
        storage_for: Callable[[str], Storage],
        tls: Tls | None = None,
    ) -> Server:
        """Serve clients of the wire protocol at an address, in clear text alone without tls.

        authenticate is asked with a user and a password, storage_for gives a user's S3 clients.
        """
        server = Server(self, host, port, authenticate, storage_for, tls)
        self._servers.append(server)
        return server

    # for sessions

    def connect(self, user: str, database: str) -> Backend:
        """A connection as a database user. Raises RedshiftError when there is no such database."""
        if database in ("postgres", TEMPLATE, "template0"):
            raise RedshiftError(f'database "{database}" does not exist', "3D000")
        self._ensure_user(user)
        try:
            return Backend(self._cluster.dsn(database), pg_user(user))
        except RedshiftError as error:
            if f'database "{database}" does not exist' in error.message:
                message = f'database "{database}" does not exist'
                raise RedshiftError(message, "3D000") from None
            raise

    def journal(self, database: str) -> Journal:
        """Where the records of a database's queries and loads go."""
        with self._lock:
            if database not in self._journals:
                self._journals[database] = Journal(self._engine(database))
            return self._journals[database]

    def next_query_id(self) -> int:
        return next(self._query_ids)

    def _ensure_user(self, user: str) -> None:
        with self._lock:
            if user in self._users:
                return
            with contextlib.closing(self._engine("postgres")) as backend:
                if not _exists(backend, user):
                    backend.execute(f"CREATE ROLE {quote(pg_user(user))} LOGIN")
            self._users.add(user)

    def _engine(self, database: str) -> Backend:
        return Backend(self._cluster.dsn(database), OWNER)

    def _prepare(self) -> None:
        with contextlib.closing(self._engine(TEMPLATE)) as backend:
            backend.execute("SET allow_system_table_mods = on")
            backend.execute("SET standard_conforming_strings = on")
            for script in SCRIPTS:
                backend.execute((files(__package__) / "bootstrap" / script).read_text())
        self.set_admin(*self._admin)
        self.create_database(self._database)

    def _forget_journals(self) -> None:
        for journal in self._journals.values():
            journal.close()
        self._journals.clear()


def _exists(backend: Backend, user: str) -> bool:
    name = literal(pg_user(user))
    return bool(backend.rows(f"SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = {name}"))
