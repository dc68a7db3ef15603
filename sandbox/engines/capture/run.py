"""One run of a capture, from its start to its stop: full load, then changes."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from sandbox.engines.capture.captured import CapturedTable, CapturedTables
from sandbox.engines.capture.catalog import Table
from sandbox.engines.capture.errors import CaptureError, UnavailableError, UnsupportedTableError
from sandbox.engines.capture.full_load import FullLoad, StoppedError
from sandbox.engines.capture.landing import FileNames, Landing
from sandbox.engines.capture.layout import LayoutMaker
from sandbox.engines.capture.mapping import Mapping
from sandbox.engines.capture.sequence import ChangeSequence
from sandbox.engines.capture.settings import Behaviour, Target
from sandbox.engines.capture.source import Connection, Source
from sandbox.engines.capture.statistics import TableStatistics, now
from sandbox.engines.capture.watch import Watch
from sandbox.engines.capture.writer import Writer

StartMode = Literal["start-replication", "resume-processing", "reload-target"]
GRACE_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 60.0


@dataclass(frozen=True)
class Job:
    """What is captured, from where, to where, and how; s3 gives a client of the target's role."""

    source: Source
    s3: Callable[[], Any]
    mapping: Mapping
    target: Target
    behaviour: Behaviour


@dataclass
class Progress:
    """What a capture remembers from one run to the next."""

    statistics: dict[tuple[str, str], TableStatistics] = field(default_factory=dict)
    sequence: ChangeSequence = field(default_factory=ChangeSequence)
    names: FileNames = field(default_factory=FileNames)


class Listener(Protocol):
    """Who is told of a run; from the run's own thread."""

    def running(self) -> None:
        """Tables are about to be loaded, or changes to be captured."""

    def loaded(self) -> None:
        """The full load is over."""

    def ended(self, reason: str, error: str | None) -> None:
        """The run is over: NORMAL, FULL_LOAD_ONLY_FINISHED, RECOVERABLE_ERROR or FATAL_ERROR."""

    def log(self, message: str) -> None:
        """Something worth the task's log."""


class CaptureRun:
    """One run; start it once."""

    def __init__(self, job: Job, progress: Progress, listener: Listener) -> None:
        self._job = job
        self._progress = progress
        self._listener = listener
        self._stopping = threading.Event()
        landing = Landing(job.s3, job.target, progress.names)
        self._writer = Writer(landing, job.target, job.behaviour, listener.log)
        maker = LayoutMaker(job.mapping, job.target, job.behaviour)
        self._tables = CapturedTables(maker, progress.statistics, listener.log)
        self._load = FullLoad(self._writer, job.target, job.behaviour, now(), self._stopping)
        self._watch: Watch | None = None
        self._reloads: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self, mode: StartMode) -> None:
        """Begin, in a thread of its own; the listener hears how it goes."""
        name = f"capture {self._job.source.slot}"
        self._thread = threading.Thread(target=self._run, args=(mode,), name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop and wait until it has; slot and publications stay in the source."""
        self._stopping.set()
        if self._thread is None or self._thread is threading.current_thread():
            return
        patience = GRACE_SECONDS
        while self._thread.is_alive():
            self._thread.join(patience)
            self._job.source.interrupt()
            patience = 0.2

    def reload(self, tables: Iterable[tuple[str, str]]) -> None:
        """Load tables again while changes go on being captured."""
        with self._lock:
            self._reloads.extend(tables)

    def _run(self, mode: StartMode) -> None:
        reason, error = "NORMAL", None
        try:
            reason = self._capture(mode)
        except StoppedError:
            pass
        except UnavailableError as failure:
            if not self._stopping.is_set():
                reason, error = "RECOVERABLE_ERROR", str(failure)
        except CaptureError as failure:
            reason, error = "FATAL_ERROR", str(failure)
        except Exception as failure:  # nobody else would hear of it
            traceback.print_exc()
            reason, error = "FATAL_ERROR", f"internal error: {failure!r}"
        for statistics in self._progress.statistics.values():
            if statistics.state in {"Full load", "Table is being reloaded"}:
                statistics.end_load("Table cancelled")
        self._listener.ended(reason, error)

    def _capture(self, mode: StartMode) -> str:
        source, migration = self._job.source, self._job.behaviour.migration
        if self._stopping.is_set():
            raise StoppedError
        with source.connect() as connection:
            if migration != "full-load":
                source.check(connection)
            selected = self._select(connection)
            if mode == "resume-processing":
                self._resume(connection, selected)
            else:
                self._begin(connection, selected)
        self._listener.loaded()
        if migration == "full-load":
            return "FULL_LOAD_ONLY_FINISHED"
        self._follow_changes()
        return "NORMAL"

    def _select(self, connection: Connection) -> list[Table]:
        selected = self._tables.select(connection)
        if not selected and self._job.behaviour.fail_without_tables:
            raise CaptureError(
                "No tables were found at task initialization. Either the selected table(s) or "
                "schemas(s) no longer exist or no match was found for the table selection "
                "pattern(s)."
            )
        return selected

    def _begin(self, connection: Connection, selected: list[Table]) -> None:
        source, behaviour = self._job.source, self._job.behaviour
        self._progress.statistics.clear()
        captured = [self._add(table, connection) for table in selected]
        tables = [each for each in captured if each is not None]
        if behaviour.migration == "full-load":
            self._listener.running()
            with source.snapshot() as snapshot:
                self._load_all(snapshot, tables)
            return
        source.drop(connection)
        source.publish(connection, (each.table for each in tables))
        self._ensure_heartbeat(connection)
        with source.create_slot() as name:
            self._listener.running()
            if behaviour.migration == "cdc":
                for each in tables:
                    each.statistics.state = "Table completed"
                return
            with source.snapshot(name) as snapshot:
                self._load_all(snapshot, tables)

    def _resume(self, connection: Connection, selected: list[Table]) -> None:
        """Go on: what was not loaded is loaded now, which the slot's changes then bring up."""
        source, behaviour = self._job.source, self._job.behaviour
        if behaviour.migration != "full-load":
            source.check_slot(connection)
            self._ensure_heartbeat(connection)
            published = source.published(connection)
            for table in selected:
                if table.oid not in published:
                    self._tables.statistics_of(table.schema, table.name).state = "Before load"
                    source.publish_more(connection, table)
        captured = [self._add(table, connection) for table in selected]
        self._listener.running()
        if behaviour.migration == "cdc":
            return
        waiting = [each for each in captured if each and not each.statistics.loaded]
        with source.snapshot() as snapshot:
            self._load_all(snapshot, [each for each in waiting if not each.statistics.suspended])

    def _ensure_heartbeat(self, connection: Connection) -> None:
        if heartbeat := self._job.behaviour.heartbeat:
            self._job.source.ensure_heartbeat(connection, heartbeat.schema)

    def _add(self, table: Table, connection: Connection) -> CapturedTable | None:
        try:
            return self._tables.add(table, connection)
        except UnsupportedTableError as error:
            self._tables.statistics_of(table.schema, table.name).state = "Table error"
            self._writer.refuse(str(error))
            return None

    def _load_all(self, snapshot: Connection, tables: Iterable[CapturedTable]) -> None:
        for captured in tables:
            self._load.load(snapshot, captured)

    def _follow_changes(self) -> None:
        behaviour = self._job.behaviour
        attempt = 0
        while not self._stopping.is_set():
            try:
                with self._job.source.connect() as reader, self._job.source.connect() as helper:
                    self._job.source.check_slot(reader)
                    watch = Watch(
                        self._job, self._progress, self._tables, self._writer, (reader, helper)
                    )
                    while not self._stopping.is_set():
                        watch.turn(self._load, self._take_reloads(), self._stopping)
                        attempt = 0
                        watch.wait(self._stopping)
            except UnavailableError as error:
                attempt += 1
                if 0 <= behaviour.recoverable_attempts < attempt or self._stopping.is_set():
                    raise
                self._listener.log(f"{error}; trying again")
                delay = min(behaviour.recoverable_seconds * attempt, LONGEST_RETRY_SECONDS)
                self._stopping.wait(delay)

    def _take_reloads(self) -> list[tuple[str, str]]:
        with self._lock:
            taken, self._reloads = self._reloads, []
        return taken


def remove_from_source(source: Source) -> None:
    """Drop a capture's slot and publications. Raises CaptureError when the source refuses."""
    with source.connect() as connection:
        source.drop(connection)


def probe_source(source: Source) -> int:
    """Connect to the source: its major version. CaptureError tells what is wrong."""
    with source.connect() as connection:
        return connection.info.server_version // 10_000
