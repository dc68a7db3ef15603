"""Capturing changes turn by turn, and noticing tables that come and go."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from typing import TYPE_CHECKING

import psycopg

from sandbox.engines.capture.captured import CapturedTable, CapturedTables
from sandbox.engines.capture.catalog import Table
from sandbox.engines.capture.errors import UnsupportedTableError
from sandbox.engines.capture.full_load import FullLoad
from sandbox.engines.capture.source import Connection, tables, written
from sandbox.engines.capture.stream import ChangeStream
from sandbox.engines.capture.writer import Writer

if TYPE_CHECKING:
    from sandbox.engines.capture.run import Job, Progress

TABLES_SECONDS = 2.0
LONGEST_WAIT = 1.0


class Watch:
    """Follows the changes over one pair of connections: to read the slot, and for all else."""

    def __init__(
        self,
        job: Job,
        progress: Progress,
        captured: CapturedTables,
        writer: Writer,
        connections: tuple[Connection, Connection],
    ) -> None:
        self._job = job
        self._captured = captured
        self._writer = writer
        self._helper = connections[1]
        self._stream = ChangeStream(
            job.source,
            connections,
            captured,
            writer,
            progress.sequence,
            (job.target, job.behaviour),
        )
        self._refused: set[int] = set()
        self._next_beat = self._next_look = self._turned = 0.0
        self._read = -1

    def turn(
        self, load: FullLoad, reloads: list[tuple[str, str]], stopping: threading.Event
    ) -> None:
        """Write all changes that wait, then load what is new or asked for."""
        self._beat()
        gone, new = self._look()
        end = written(self._helper)
        if end != self._read:  # reading begins where the slot is, however little has come
            while self._stream.read() and not stopping.is_set():
                pass
        self._read, self._turned = end, time.monotonic()
        for oid in gone:
            self._lose(oid)
        for table in new:
            self._adopt(table, load)
        for schema, name in reloads:
            if captured := self._captured.named(schema, name):
                with self._job.source.snapshot() as snapshot:
                    load.load(snapshot, captured, again=True)

    def wait(self, stopping: threading.Event) -> None:
        """Wait until the next files are due, by time or by size."""
        target = self._job.target
        due = self._turned + target.batch_seconds
        while (left := due - time.monotonic()) > 0 and not stopping.wait(min(left, LONGEST_WAIT)):
            if written(self._helper) - self._read >= target.batch_bytes:
                return
            self._beat()

    def _beat(self) -> None:
        heartbeat = self._job.behaviour.heartbeat
        if heartbeat and time.monotonic() >= self._next_beat:
            self._job.source.beat(self._helper, heartbeat.schema)
            self._next_beat = time.monotonic() + heartbeat.seconds

    def _look(self) -> tuple[list[int], list[Table]]:
        """Captured tables that are gone, and selected ones that are new."""
        if time.monotonic() < self._next_look:
            return [], []
        self._next_look = time.monotonic() + TABLES_SECONDS
        present = tables(self._helper)
        by_oid = {table.oid: table for table in present}
        gone = [each.table.oid for each in self._captured if each.table.oid not in by_oid]
        for each in self._captured:
            if each.table.oid in by_oid:
                self._identify(each, by_oid[each.table.oid])
        if not self._job.behaviour.new_tables:
            return gone, []
        known = self._refused | {each.table.oid for each in self._captured}
        mapping = self._job.mapping
        return gone, [
            table
            for table in present
            if table.oid not in known and mapping.selects(table.schema, table.name)
        ]

    def _identify(self, captured: CapturedTable, now: Table) -> None:
        """A table that got a key, or lost it, belongs into the other publication."""
        if captured.table.identified != now.identified:
            with contextlib.suppress(psycopg.errors.UndefinedTable):  # the next look misses it
                self._job.source.publish_more(self._helper, now)
            captured.table = dataclasses.replace(captured.table, key=now.key, identity=now.identity)
            captured.relation = None  # the next change brings it, and a new layout with it

    def _lose(self, oid: int) -> None:
        captured = self._captured.get(oid)
        if captured is None:
            return
        captured.statistics.state = "Table does not exist"
        if self._job.behaviour.follow_dropped:
            captured.statistics.count_ddl()
            self._writer.landing.clear(captured.table.schema, captured.table.name)
        self._captured.forget(captured)

    def _adopt(self, table: Table, load: FullLoad) -> None:
        """Capture a table that was made after the start: what it holds comes as a full load."""
        try:
            captured = self._captured.add(table, self._helper)
        except UnsupportedTableError as error:
            self._refused.add(table.oid)
            self._captured.statistics_of(table.schema, table.name).state = "Table error"
            self._writer.refuse(str(error))
            return
        with contextlib.suppress(psycopg.errors.UndefinedTable):
            self._job.source.publish_more(self._helper, table)
        captured.statistics.count_ddl()
        with self._job.source.snapshot() as snapshot:
            load.load(snapshot, captured)
