"""Starting, stopping, failing and recovering; slot, heartbeat and files."""

from __future__ import annotations

import dataclasses
import datetime
import io
import re

import psycopg
import pyarrow.parquet as pq
import pytest

from sandbox.engines.capture.sequence import ChangeSequence
from sandbox.engines.capture.settings import Heartbeat, ParquetOptions
from sandbox.engines.postgres import Cluster
from tests.sandbox.capture.conftest import SAFE, Capturing
from tests.sandbox.capture_tools import until

TABLE = "create table t (id int primary key, v text)"


def test_a_source_without_logical_replication_says_what_to_do(
    capturing: Capturing, cluster: Cluster
) -> None:
    capturing.sql.execute(TABLE)
    capturing.sql.close()
    settings = {"wal_level": "replica", "max_replication_slots": 20}
    cluster.restart(settings)
    try:
        capturing.start()
        assert "rds.logical_replication" in capturing.failed()
    finally:
        cluster.restart(settings | {"wal_level": "logical"})


def test_no_table_to_capture_is_a_failure_unless_it_is_allowed(capturing: Capturing) -> None:
    capturing.start()
    assert "No tables were found" in capturing.failed()
    capturing.behaviour = dataclasses.replace(SAFE, fail_without_tables=False)
    capturing.start()
    capturing.sql.execute(TABLE)
    capturing.sql.execute("insert into t values (1)")
    until(lambda: capturing.landed.names("public/t"))


def test_a_slot_that_is_gone_is_a_failure(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    capturing.start()
    capturing.stop()
    capturing.sql.execute("select pg_drop_replication_slot(%s)", [capturing.source.slot])
    capturing.start("resume-processing")
    assert capturing.source.slot in capturing.failed()
    capturing.start("reload-target")
    capturing.sql.execute("insert into t values (1)")
    capturing.until_changes("public/t", 1)


def test_a_bucket_that_is_gone_is_a_failure_and_nothing_is_lost(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    capturing.start()
    capturing.s3.delete_bucket(Bucket=capturing.landed.bucket)
    capturing.sql.execute("insert into t values (1)")
    assert "NoSuchBucket" in capturing.failed()
    capturing.s3.create_bucket(Bucket=capturing.landed.bucket)
    capturing.start("resume-processing")
    assert [row["id"] for row in capturing.until_changes("public/t", 1)] == [1]


def test_a_source_that_restarts_is_waited_for(capturing: Capturing, cluster: Cluster) -> None:
    capturing.sql.execute(TABLE)
    capturing.start()
    capturing.sql.close()
    cluster.restart()
    capturing.sql = cluster.connect(capturing.sql_database)
    capturing.sql.execute("insert into t values (1)")
    capturing.until_changes("public/t", 1)
    assert any("trying again" in message for message in capturing.heard.messages)


def test_a_stopped_capture_keeps_its_slot_and_a_removed_one_does_not(
    capturing: Capturing,
) -> None:
    capturing.sql.execute(TABLE)
    capturing.start()
    capturing.stop()
    slots = "select count(*) from pg_replication_slots where slot_name = %s"
    assert capturing.sql.execute(slots, [capturing.source.slot]).fetchone() == (1,)
    capturing.remove()
    assert capturing.sql.execute(slots, [capturing.source.slot]).fetchone() == (0,)
    assert capturing.sql.execute("select count(*) from pg_publication").fetchone() == (0,)


def test_the_heartbeat_moves_the_slot_of_an_idle_table(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    capturing.behaviour = dataclasses.replace(SAFE, heartbeat=Heartbeat("beats", 0.1))
    capturing.sql.execute("create schema beats")
    capturing.start()
    before = capturing.confirmed()
    until(lambda: capturing.confirmed() != before)
    beat = "select hb_last_heartbeat_at > hb_created_at from beats.awsdms_heartbeat"
    assert capturing.sql.execute(beat).fetchone() == (True,)
    assert capturing.landed.names("beats/awsdms_heartbeat") == []


def test_a_heartbeat_can_be_asked_for_later(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    capturing.start()
    capturing.stop()
    capturing.behaviour = dataclasses.replace(SAFE, heartbeat=Heartbeat("public", 0.1))
    for _ in range(2):
        capturing.start("resume-processing")
        before = capturing.confirmed()
        until(lambda before=before: capturing.confirmed() != before)
        capturing.stop()


def test_without_a_heartbeat_the_slot_of_an_idle_table_stays(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    capturing.sql.execute("create schema aside")
    capturing.sql.execute("create table aside.t (id int primary key)")
    capturing.start()
    before = capturing.confirmed()
    capturing.sql.execute("insert into aside.t select generate_series(1, 100)")
    capturing.stop()
    assert capturing.confirmed() == before


def test_a_table_is_loaded_again_while_changes_go_on(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    capturing.sql.execute("insert into t values (1)")
    capturing.start()
    capturing.sql.execute("insert into t values (2)")
    capturing.until_changes("public/t", 1)
    assert capturing.run is not None
    capturing.run.reload([("public", "t")])
    until(lambda: capturing.stats("t").reloaded and capturing.stats("t").loaded)
    assert capturing.landed.loads("public/t") == ["LOAD00000001.parquet"]
    assert [row["id"] for row in capturing.landed.load_rows("public/t")] == [1, 2]
    capturing.sql.execute("insert into t values (3)")
    capturing.until_changes("public/t", 2)


def test_the_target_is_emptied_first_when_asked_for(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    capturing.sql.execute("insert into t values (1)")
    capturing.start()
    capturing.sql.execute("insert into t values (2)")
    capturing.until_changes("public/t", 1)
    capturing.stop()
    capturing.start("reload-target")
    assert len(capturing.landed.names("public/t")) == 2
    capturing.stop()
    capturing.behaviour = dataclasses.replace(SAFE, prepare="DROP_AND_CREATE")
    capturing.start("reload-target")
    assert capturing.landed.names("public/t") == ["LOAD00000001.parquet"]
    assert len(capturing.landed.load_rows("public/t")) == 2


def test_a_full_load_alone_ends_by_itself(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    capturing.sql.execute("insert into t select g, repeat('x', 100) from generate_series(1, 3) g")
    capturing.behaviour = dataclasses.replace(SAFE, migration="full-load")
    capturing.start()
    assert capturing.heard.end.wait(10)
    assert capturing.heard.reason == "FULL_LOAD_ONLY_FINISHED"
    assert len(capturing.landed.load_rows("public/t")) == 3
    slots = "select count(*) from pg_replication_slots where slot_name = %s"
    assert capturing.sql.execute(slots, [capturing.source.slot]).fetchone() == (0,)


def test_changes_alone_leave_what_there_was(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    capturing.sql.execute("insert into t values (1)")
    capturing.behaviour = dataclasses.replace(SAFE, migration="cdc")
    capturing.start()
    capturing.sql.execute("insert into t values (2)")
    assert [row["id"] for row in capturing.until_changes("public/t", 1)] == [2]
    assert capturing.landed.loads("public/t") == []


def test_a_row_written_during_the_load_is_in_the_changes_only(
    capturing: Capturing, cluster: Cluster
) -> None:
    """A transaction open at the start is waited for, as a replication slot needs it."""
    capturing.sql.execute(TABLE)
    with psycopg.connect(cluster.dsn(capturing.sql_database)) as writer:
        writer.execute("insert into t values (1)")
        capturing.begin()
        assert not capturing.heard.load_done.wait(0.5)
        writer.commit()
    assert capturing.heard.load_done.wait(10)
    capturing.sql.execute("insert into t values (2)")
    capturing.until_changes("public/t", 1)
    assert [row["id"] for row in capturing.landed.load_rows("public/t")] == [1]
    assert [row["id"] for row in capturing.landed.change_rows("public/t")] == [2]


def test_a_capture_that_waits_for_a_transaction_can_be_stopped(
    capturing: Capturing, cluster: Cluster
) -> None:
    capturing.sql.execute(TABLE)
    with psycopg.connect(cluster.dsn(capturing.sql_database)) as writer:
        writer.execute("insert into t values (1)")
        capturing.begin()
        assert not capturing.heard.load_done.wait(0.3)
        capturing.stop()
    assert capturing.heard.reason == "NORMAL"


@pytest.mark.parametrize(
    ("options", "operations", "has_op"),
    [
        ({}, "IUD", True),
        ({"inserts_only": True}, "I", True),
        ({"inserts_and_updates": True}, "IU", True),
        ({"inserts_only": True, "operation_in_full_load": False}, "I", False),
        ({"operation_in_full_load": False}, "IUD", True),
    ],
)
def test_the_target_says_which_operations_are_landed(
    capturing: Capturing, options: dict[str, bool], operations: str, has_op: bool
) -> None:
    capturing.sql.execute(TABLE)
    capturing.target = dataclasses.replace(capturing.target, **options)
    capturing.start()
    capturing.sql.execute("insert into t values (1)")
    capturing.sql.execute("update t set v = 'x'")
    capturing.sql.execute("delete from t")
    rows = capturing.until_changes("public/t", len(operations))
    assert "".join(row.get("Op", "I") for row in rows) == operations
    assert ("Op" in rows[0]) is has_op


def test_files_of_changes_have_growing_names_and_the_wanted_form(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    options = ParquetOptions(compression="GZIP", row_group_rows=2)
    capturing.target = dataclasses.replace(capturing.target, parquet=options, batch_bytes=200)
    capturing.start()
    for first in range(0, 100, 10):
        capturing.sql.execute(
            "insert into t select g, 'v' from generate_series(%s::int, %s) g", [first, first + 9]
        )
    capturing.until_changes("public/t", 100)
    names = capturing.landed.changes("public/t")
    assert len(names) > 5
    assert all(re.fullmatch(r"\d{8}-\d{9}\.parquet", name) for name in names)
    ids = [
        row["id"] for name in names for row in capturing.landed.read("public/t", name).to_pylist()
    ]
    assert ids == sorted(ids)
    file = pq.ParquetFile(io.BytesIO(capturing.landed.body("public/t", names[0])))
    column = file.metadata.row_group(0).column(0)
    assert column.compression == "GZIP"
    assert file.metadata.row_group(0).num_rows <= 2
    assert all(field.nullable for field in file.schema_arrow)


def test_the_sequence_only_grows_when_the_clock_goes_back() -> None:
    sequence = ChangeSequence()
    noon = datetime.datetime(2024, 1, 1, 12, 0, 0, 990_000, tzinfo=datetime.UTC)
    sequence.begin(noon)
    first = sequence.next()
    sequence.begin(noon - datetime.timedelta(hours=1))
    second = sequence.next()
    assert first == "2024010112000099" + "1".zfill(19)
    assert second > first
