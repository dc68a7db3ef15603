"""A PostgreSQL of the tests of the capture, and a capture of a database in it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from sandbox.engines.capture import CaptureRun, Job, Progress, Source, remove_from_source
from sandbox.engines.capture.mapping import AddedColumn, BeforeImage, Locator, Mapping, Selection
from sandbox.engines.capture.settings import Behaviour, Target
from sandbox.engines.capture.statistics import TableStatistics
from sandbox.engines.postgres import Cluster
from sandbox.runtime import Runtime
from tests.sandbox.capture_tools import Landed, until

PUBLIC = Locator("public")
MAPPING = Mapping(
    (Selection(PUBLIC),),
    (
        AddedColumn(PUBLIC, "dms_seq", "AR_H_CHANGE_SEQ", pa.string()),
        BeforeImage(PUBLIC, "BI_", "", "pk-only"),
    ),
)
SAFE = Behaviour(
    data_error="STOP_TASK",
    truncation_error="STOP_TASK",
    table_error="STOP_TASK",
    follow_dropped=False,
    follow_truncated=False,
    recoverable_seconds=0.2,
)


class Heard:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.load_done, self.end = threading.Event(), threading.Event()
        self.reason, self.error = "", ""
        self.messages: list[str] = []

    def running(self) -> None:
        pass

    def loaded(self) -> None:
        self.load_done.set()

    def ended(self, reason: str, error: str | None) -> None:
        self.reason, self.error = reason, error or ""
        self.end.set()

    def log(self, message: str) -> None:
        self.messages.append(message)


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    settings = {"wal_level": "logical", "max_replication_slots": 20, "max_wal_senders": 20}
    cluster = Cluster(
        tmp_path_factory.mktemp("capture"), "source", password="postgres", settings=settings
    )
    cluster.create()
    cluster.start()
    yield cluster
    cluster.remove()


class Capturing:
    """One capture of a database of its own, started and stopped as the test likes."""

    def __init__(self, cluster: Cluster, database: str, s3: Any) -> None:
        self.sql_database = database
        self.sql = cluster.connect(database)
        self.s3 = s3
        self.source = Source(lambda: cluster.dsn(database), f"slot_{database}")
        self.landed = Landed(s3, f"landing-{database.replace('_', '-')}")
        s3.create_bucket(Bucket=self.landed.bucket)
        self.target = Target(
            self.landed.bucket,
            folder="raw",
            operation_in_full_load=True,
            timestamp_column="dms_ts",
            batch_seconds=0.1,
        )
        self.behaviour = SAFE
        self.mapping = MAPPING
        self.progress = Progress()
        self.run: CaptureRun | None = None
        self.heard = Heard()

    def begin(self, mode: Any = "start-replication") -> None:
        self.heard = Heard()
        job = Job(self.source, lambda: self.s3, self.mapping, self.target, self.behaviour)
        self.run = CaptureRun(job, self.progress, self.heard)
        self.run.start(mode)

    def start(self, mode: Any = "start-replication") -> None:
        """Start and wait until the full load is over."""
        self.begin(mode)
        until(lambda: self.heard.load_done.is_set() or self.heard.end.is_set())

    def stop(self) -> None:
        if self.run is not None:
            self.run.stop()

    def remove(self) -> None:
        remove_from_source(self.source)

    def failed(self) -> str:
        """Wait for the capture to fail and return why."""
        assert self.heard.end.wait(30)
        assert self.heard.reason == "FATAL_ERROR", (self.heard.reason, self.heard.error)
        return self.heard.error

    def confirmed(self) -> str:
        query = "select confirmed_flush_lsn::text from pg_replication_slots where slot_name = %s"
        row = self.sql.execute(query, [self.source.slot]).fetchone()
        assert row is not None
        return row[0]

    def publication_of(self, table: str) -> str:
        query = "select pubname from pg_publication_tables where tablename = %s"
        row = self.sql.execute(query, [table]).fetchone()
        return row[0] if row else ""

    def until_changes(self, table: str, number: int) -> list[dict[str, Any]]:
        """Wait for so many changes of a table and return them in their order."""
        until(lambda: self.heard.end.is_set() or len(self.landed.change_rows(table)) >= number)
        assert not self.heard.end.is_set(), self.heard.error
        return sorted(self.landed.change_rows(table), key=lambda change: change["dms_seq"])

    def drained(self) -> None:
        """Wait until everything written so far has been captured."""
        self.sql.execute("create table if not exists mark (id int primary key)")
        self.sql.execute("insert into mark select count(*) from mark")
        until(lambda: self.heard.end.is_set() or self._counts() >= self._marks())
        assert not self.heard.end.is_set(), self.heard.error

    def stats(self, table: str) -> TableStatistics:
        return self.progress.statistics["public", table]

    def _marks(self) -> int:
        return self.sql.execute("select count(*) from mark").fetchone()[0]

    def _counts(self) -> int:
        found = self.progress.statistics.get(("public", "mark"))
        return found.inserts + found.load_rows if found else 0


@pytest.fixture
def capturing(cluster: Cluster, sandbox: Runtime, aws: Callable[..., Any]) -> Iterator[Capturing]:
    database = f"db_{uuid.uuid4().hex[:8]}"
    cluster.connect().execute(f"create database {database}")
    capturing = Capturing(cluster, database, sandbox.client("s3"))
    yield capturing
    capturing.stop()
    capturing.remove()
    capturing.sql.close()
    cluster.connect().execute(f"drop database {database} with (force)")
