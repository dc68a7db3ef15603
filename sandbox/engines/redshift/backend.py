"""One connection to the PostgreSQL behind the gate."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from psycopg import pq

from sandbox.engines.redshift.errors import from_result, reword
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import quote

OK = {
    pq.ExecStatus.COMMAND_OK,
    pq.ExecStatus.TUPLES_OK,
    pq.ExecStatus.EMPTY_QUERY,
    pq.ExecStatus.COPY_IN,
    pq.ExecStatus.COPY_OUT,
}
NO_COLUMN = re.compile(r'column "?(?:[^"]*\.)?([^".]+)"? does not exist')


class Backend:
    """Runs SQL as one database user, and with the engine's own rights where it must.

    It connects as the engine's superuser and takes the user's identity with SET SESSION
    AUTHORIZATION: the gate lets no statement through that could change that back.
    """

    def __init__(self, dsn: str, user: str) -> None:
        self._connection = pq.PGconn.connect(dsn.encode())
        if self._connection.status != pq.ConnStatus.OK:
            message = self._connection.error_message.decode().strip().splitlines()
            raise RedshiftError(message[-1] if message else "connection failed", "08006")
        self.notices: list[str] = []
        # columns that a statement's masked tables have and its user may not read, and the tables
        self.withheld: dict[str, str] = {}
        self._connection.notice_handler = self._notice
        self._closing = threading.Lock()
        self._user = ""
        self._acting = ""  # whom the transaction's statements run as, where not as the user
        self.become(user)

    def _notice(self, result: pq.abc.PGresult) -> None:
        message = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b""
        self.notices.append(reword(message.decode()))

    @property
    def pid(self) -> int:
        return self._connection.backend_pid

    @property
    def connection(self) -> pq.abc.PGconn:
        """The libpq connection, for the wire protocol's prepared statements."""
        return self._connection

    @property
    def broken(self) -> bool:
        return self._connection.status != pq.ConnStatus.OK

    def become(self, user: str) -> None:
        """Be another database user from here on (a PostgreSQL role name)."""
        self.execute(f"SET SESSION AUTHORIZATION {quote(user)}")
        self._user = user

    @property
    def role(self) -> str:
        """Whom statements run as (a PostgreSQL role name)."""
        return self._acting or self._user

    def act_as(self, role: str) -> None:
        """Run the statements of this and the next transactions as another role.

        A transaction that ends is the user's again, whatever becomes of it; resume() is what
        makes the next one the role's.
        """
        self._acting = "" if role == self._user else role
        if self._connection.transaction_status == pq.TransactionStatus.INTRANS:
            self.execute(f"SET LOCAL SESSION AUTHORIZATION {quote(role)}")

    def resume(self) -> None:
        """A transaction has begun."""
        if self._acting:
            self.act_as(self._acting)

    def execute(
        self,
        sql: str,
        parameters: Sequence[str | None] | None = None,
        *,
        types: Sequence[int] | None = None,
        table: str = "",
    ) -> pq.abc.PGresult:
        """Run one statement as the user; types are those of its parameters, 0 where unknown.

        Raises RedshiftError.
        """
        if parameters is None:
            result = self._connection.exec_(sql.encode())
        else:
            values = [None if value is None else value.encode() for value in parameters]
            result = self._connection.exec_params(sql.encode(), values, types)
        return self.checked(result, table)

    def checked(self, result: pq.abc.PGresult, table: str = "") -> pq.abc.PGresult:
        """The result, or its error raised."""
        if result.status in OK:
            return result
        error = from_result(result, table)
        missing = NO_COLUMN.fullmatch(error.message)
        if missing and (relation := self.withheld.get(missing[1])):
            raise RedshiftError(f"permission denied for relation {relation}", "42501")
        raise error

    def rows(self, sql: str) -> list[tuple[str | None, ...]]:
        """The rows of a query of the engine's own, run as the user, as text."""
        return texts(self.execute(sql))

    def internal(self, sql: str) -> pq.abc.PGresult:
        """Run SQL with the engine's rights, in the user's transaction."""
        with self.privileged():
            return self.execute(sql)

    @contextlib.contextmanager
    def privileged(self) -> Iterator[None]:
        """Have the engine's rights for a while, in the user's transaction."""
        # what the end of the transaction must undo is set for the transaction only
        verb = "SET LOCAL" if self._acting else "SET"
        self.execute(f"{verb} SESSION AUTHORIZATION DEFAULT")
        try:
            yield
        finally:
            # a failed transaction refuses this, but its rollback restores the user
            if self._connection.transaction_status != pq.TransactionStatus.INERROR:
                self.execute(f"{verb} SESSION AUTHORIZATION {quote(self.role)}")

    def copy_in(self, sql: str, chunks: Iterable[bytes]) -> None:
        """Feed COPY … FROM STDIN."""
        self.execute(sql)
        try:
            for chunk in chunks:
                self._connection.put_copy_data(chunk)
        except BaseException as error:
            self._connection.put_copy_end(str(error).encode())
            self._drain()
            raise
        self._connection.put_copy_end()
        result = self._connection.get_result()
        if result is not None:
            self._drain()
            self.checked(result)

    def copy_out(self, sql: str) -> bytes:
        """All that COPY … TO STDOUT gives."""
        self.execute(sql)
        chunks: list[bytes] = []
        while True:
            size, chunk = self._connection.get_copy_data(0)
            if size < 0:
                break
            chunks.append(bytes(chunk))
        result = self._connection.get_result()
        if result is not None:
            self._drain()
            self.checked(result)
        return b"".join(chunks)

    def _drain(self) -> None:
        while self._connection.get_result() is not None:
            pass

    def cancel(self) -> None:
        """Stop the statement at hand, from another thread."""
        with self._closing:
            if self._connection.status == pq.ConnStatus.OK:
                with contextlib.suppress(Exception):
                    self._connection.get_cancel().cancel()

    def close(self) -> None:
        with self._closing:
            self._connection.finish()


def texts(result: Any) -> list[tuple[str | None, ...]]:
    """All rows of a text result."""
    decoded = []
    for row in range(result.ntuples):
        values = (result.get_value(row, column) for column in range(result.nfields))
        decoded.append(tuple(None if value is None else value.decode() for value in values))
    return decoded
