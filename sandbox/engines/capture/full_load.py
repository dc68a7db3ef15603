"""The full load: the rows that a table has at one moment, into LOAD files."""

from __future__ import annotations

import datetime
import io
import threading
from collections.abc import Callable, Iterator

import psycopg
import pyarrow as pa
import pyarrow.csv
from psycopg import sql

from sandbox.engines.capture.captured import CapturedTable
from sandbox.engines.capture.records import Rows
from sandbox.engines.capture.settings import Behaviour, Target
from sandbox.engines.capture.source import Connection, qualified
from sandbox.engines.capture.statistics import now
from sandbox.engines.capture.writer import Writer

CHUNK_BYTES = 16_000_000


class StoppedError(Exception):
    """The capture was asked to stop in the middle of a load."""


class FullLoad:
    """Loads tables over a connection that sees one snapshot."""

    def __init__(
        self,
        writer: Writer,
        target: Target,
        behaviour: Behaviour,
        begun: datetime.datetime,
        stopping: threading.Event,
    ) -> None:
        self._writer = writer
        self._behaviour = behaviour
        self._stopping = stopping
        self._time: Callable[[], datetime.datetime] = (
            (lambda: begun) if target.task_start_as_timestamp else now
        )

    def load(self, connection: Connection, captured: CapturedTable, *, again: bool = False) -> None:
        """Write all rows of a table; again tells that changes are captured already.

        A table that was dropped since it was selected is none; raises StoppedError, CaptureError as
        Writer does, psycopg's other errors as they are.
        """
        table, statistics = captured.table, captured.statistics
        landing = self._writer.landing
        statistics.begin_load(again=again)
        if self._behaviour.prepare != "DO_NOTHING":
            landing.clear(table.schema, table.name)
        landing.restart_load(table.schema, table.name)
        try:
            with connection.transaction():  # or the loads of other tables would fail with this one
                self._write(connection, captured)
        except psycopg.errors.UndefinedTable:
            statistics.end_load("Table does not exist")
            return
        if not statistics.suspended:
            statistics.end_load()

    def _write(self, connection: Connection, captured: CapturedTable) -> None:
        for chunk in self._chunks(connection, captured):
            if self._stopping.is_set():
                captured.statistics.end_load("Table cancelled")
                raise StoppedError
            texts = _texts(chunk, len(captured.table.columns))
            arrays = [column.combine_chunks() for column in texts.columns]
            self._writer.write_rows(captured, Rows(arrays, texts.num_rows, self._time()))
            if captured.statistics.suspended:
                return

    def _chunks(self, connection: Connection, captured: CapturedTable) -> Iterator[bytes]:
        """The table's rows as CSV, some megabytes at a time; each message is a whole row."""
        table = captured.table
        statement = sql.SQL("copy (select {} from only {}) to stdout (format csv)").format(
            sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns),
            qualified(table),
        )
        chunk = bytearray()
        with connection.cursor().copy(statement) as copy:
            for row in copy:
                chunk += row
                if len(chunk) >= CHUNK_BYTES:
                    yield bytes(chunk)
                    chunk.clear()
        if chunk:
            yield bytes(chunk)


def _texts(chunk: bytes, columns: int) -> pa.Table:
    """CSV as columns of texts; null is what stands unquoted and empty."""
    names = [str(number) for number in range(columns)]
    return pyarrow.csv.read_csv(
        io.BytesIO(chunk),
        read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=len(chunk) + 1),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
