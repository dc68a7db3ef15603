"""Connections to the source, and what the capture keeps there: slot, publications, heartbeat."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from sandbox.engines.capture import catalog
from sandbox.engines.capture.catalog import Table
from sandbox.engines.capture.errors import CaptureError, UnavailableError

Connection = psycopg.Connection[Any]

# Values reach the files as text, so the session decides what the text of a value is.
SESSION = {
    "timezone": "UTC",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "lc_monetary": "C",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
# Connection lost, resources short, stopped by an operator, slot in use by a session that ends
PASSING = ("08", "53", "57", "55006")
HEARTBEAT_TABLE = "awsdms_heartbeat"
WHOLE = "insert, update, delete, truncate"
# An update of a table without a key would fail in the source if it were published
KEYLESS = "insert, truncate"


class Source:
    """The source database of one capture.

    conninfo gives libpq's connection string each time, since a secret may have been rotated; slot
    names the replication slot and its publications. All methods raise UnavailableError when
    the connection fails, CaptureError when the source refuses.
    """

    def __init__(self, conninfo: Callable[[], str], slot: str) -> None:
        self._conninfo = conninfo
        self.slot = slot
        self._open: set[Connection] = set()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def connect(self, **options: str) -> Iterator[Connection]:
        """A connection in autocommit mode, closed at the end."""
        with translated(), self._registered(self._connection(options)) as connection:
            yield connection

    @contextlib.contextmanager
    def snapshot(self, name: str | None = None) -> Iterator[Connection]:
        """A connection that sees the database as of one moment; an exported snapshot's by name."""
        with self.connect() as connection:
            connection.execute("begin isolation level repeatable read read only")
            if name is not None:
                statement = sql.SQL("set transaction snapshot {}").format(name)
                connection.execute(statement)
            yield connection

    def interrupt(self) -> None:
        """Cancel whatever the capture's connections wait for."""
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(psycopg.Error):
                    connection.cancel()

    def check(self, connection: Connection) -> None:
        """Whether the source can be captured at all: CaptureError says what is missing."""
        level = _one(connection, "show wal_level")
        if level != "logical":
            raise CaptureError(
                f"The source's wal_level is {level}: logical replication is not enabled; set "
                "rds.logical_replication to 1 and reboot the DB instance"
            )
        encoding = _one(connection, "show server_encoding")
        if encoding != "UTF8":
            raise CaptureError(f"The source's encoding is {encoding}, UTF8 is needed")

    def publish(self, connection: Connection, tables: Iterable[Table]) -> None:
        """Make the publications anew, for these tables."""
        self._unpublish(connection)
        tables = list(tables)
        for name, operations, published in (
            (self.slot, WHOLE, [table for table in tables if table.identified]),
            (self._keyless, KEYLESS, [table for table in tables if not table.identified]),
        ):
            statement = sql.SQL("create publication {}").format(sql.Identifier(name))
            if published:
                statement += sql.SQL(" for table only ")
                statement += sql.SQL(", only ").join(map(qualified, published))
            statement += sql.SQL(" with (publish = {})").format(operations)
            connection.execute(statement)

    def publish_more(self, connection: Connection, table: Table) -> None:
        """Add a table to the publication of tables with a key or without, from the other one."""
        wanted, other = self.slot, self._keyless
        if not table.identified:
            wanted, other = other, wanted
        if table.oid in self._published(connection, other):
            self._alter(connection, other, "drop", qualified(table))
        self._alter(connection, wanted, "add", qualified(table))

    @contextlib.contextmanager
    def create_slot(self) -> Iterator[str]:
        """Make the slot anew; gives the name of a snapshot of the moment where it begins."""
        with self.connect(replication="database") as connection:
            answer = connection.execute(
                sql.SQL(  # the replication grammar knows upper case only
                    "CREATE_REPLICATION_SLOT {} LOGICAL pgoutput (SNAPSHOT 'export')"
                ).format(sql.Identifier(self.slot))
            ).fetchone()
            assert answer is not None
            yield answer[2]  # slot_name, consistent_point, snapshot_name, output_plugin

    def check_slot(self, connection: Connection) -> None:
        """CaptureError when the slot is gone, or the log that it needs is."""
        row = connection.execute(
            "select wal_status from pg_replication_slots where slot_name = %s", [self.slot]
        ).fetchone()
        if row is None:
            raise CaptureError(f"The replication slot {self.slot} does not exist in the source")
        if row[0] == "lost":
            raise CaptureError(f"The source has removed the log that slot {self.slot} needs")

    def drop(self, connection: Connection) -> None:
        """Remove slot and publications, where they are."""
        connection.execute(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
            " where slot_name = %s",
            [self.slot],
        )
        self._unpublish(connection)

    def peek(self, connection: Connection, changes: int) -> Iterator[bytes]:
        """The messages of the slot since its position, up to some changes and then to the end of
        their transaction."""
        statement = (
            "select data from pg_logical_slot_peek_binary_changes(%s, null, %s,"
            " 'proto_version', '1', 'publication_names', %s)"
        )
        names = f'"{self.slot}","{self._keyless}"'
        with connection.cursor(binary=True) as cursor:
            for (data,) in cursor.stream(statement, [self.slot, changes, names]):
                yield data

    def advance(self, connection: Connection, lsn: int) -> None:
        """Move the slot: what lies before is never read again."""
        connection.execute(
            "select pg_replication_slot_advance(%s, '0/0'::pg_lsn + %s::numeric)", [self.slot, lsn]
        )

    def beat(self, connection: Connection, schema: str) -> None:
        """Write the heartbeat's row."""
        connection.execute(
            sql.SQL("update {} set hb_last_heartbeat_at = now() where hb_key = 1").format(
                sql.Identifier(schema, HEARTBEAT_TABLE)
            )
        )

    def ensure_heartbeat(self, connection: Connection, schema: str) -> None:
        """Make the heartbeat's table and publish it, unless that has been done."""
        table = sql.Identifier(schema, HEARTBEAT_TABLE)
        connection.execute(
            sql.SQL(
                "create table if not exists {} (hb_key bigint primary key,"
                " hb_created_at timestamptz, hb_last_heartbeat_at timestamptz)"
            ).format(table)
        )
        connection.execute(
            sql.SQL("insert into {} values (1, now(), now()) on conflict do nothing").format(table)
        )
        made = connection.execute("select %s::regclass::oid", [table.as_string(connection)])
        if made.fetchone()[0] not in self._published(connection, self.slot):  # type: ignore[index]
            self._alter(connection, self.slot, "add", table)

    def published(self, connection: Connection) -> set[int]:
        """The object identifiers of the tables in the publications."""
        return self._published(connection, self.slot, self._keyless)

    def value(self, connection: Connection, table: Table, column: str, key: list[Any]) -> Any:
        """The text that a row's column has now; None when the row is gone."""
        condition = sql.SQL(" and ").join(
            sql.SQL("{} = %s").format(sql.Identifier(name)) for name in table.key
        )
        statement = sql.SQL("select {}::text from only {} where {}").format(
            sql.Identifier(column), qualified(table), condition
        )
        try:
            row = connection.execute(statement, key).fetchone()
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
            return None
        return row[0] if row else None

    @property
    def _keyless(self) -> str:
        return f"{self.slot}_keyless"

    def _published(self, connection: Connection, *publications: str) -> set[int]:
        rows = connection.execute(
            "select prrelid from pg_publication_rel r join pg_publication p on p.oid = r.prpubid"
            " where p.pubname = any(%s)",
            [list(publications)],
        )
        return {row[0] for row in rows}

    def _alter(
        self,
        connection: Connection,
        publication: str,
        action: Literal["add", "drop"],
        table: sql.Identifier,
    ) -> None:
        statement = sql.SQL("alter publication {} {} table only {}")
        connection.execute(statement.format(sql.Identifier(publication), sql.SQL(action), table))

    def _unpublish(self, connection: Connection) -> None:
        for name in (self.slot, self._keyless):
            connection.execute(
                sql.SQL("drop publication if exists {}").format(sql.Identifier(name))
            )

    def _connection(self, options: dict[str, str]) -> Connection:
        settings = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
        conninfo = make_conninfo(
            self._conninfo(), options=settings, application_name=self.slot, **options
        )
        return psycopg.connect(conninfo, autocommit=True, connect_timeout=10)

    @contextlib.contextmanager
    def _registered(self, connection: Connection) -> Iterator[Connection]:
        with self._lock:
            self._open.add(connection)
        try:
            yield connection
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()


def written(connection: Connection) -> int:
    """How far the source's log goes, in bytes."""
    end: int = _one(connection, "select (pg_current_wal_flush_lsn() - '0/0')::bigint")
    return end


def tables(connection: Connection) -> list[Table]:
    """Every table that a capture may select."""
    with translated():
        return catalog.tables(connection)


def qualified(table: Table) -> sql.Identifier:
    """A table's name in a statement."""
    return sql.Identifier(table.schema, table.name)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Errors of the connection as those of the capture."""
    try:
        yield
    except psycopg.Error as error:
        passing = isinstance(error, psycopg.OperationalError) and (
            error.sqlstate is None or error.sqlstate.startswith(PASSING)
        )
        kind = UnavailableError if passing else CaptureError
        raise kind(f"The source: {_line(error)}") from error


def _line(error: psycopg.Error) -> str:
    text = error.diag.message_primary or str(error).strip().splitlines()[0]
    return f"{text} ({error.sqlstate})" if error.sqlstate else text


def _one(connection: Connection, statement: LiteralString) -> Any:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None
