"""Tables that change, come and go while they are captured."""

from __future__ import annotations

import dataclasses
import time

import pyarrow as pa
import pytest

from sandbox.engines.capture.mapping import (
    AddedColumn,
    BeforeImage,
    Locator,
    Mapping,
    RemovedColumn,
    Selection,
)
from tests.sandbox.capture.conftest import PUBLIC, SAFE, Capturing
from tests.sandbox.capture_tools import until

TABLE = "create table t (id int primary key, a int, b int)"
SEQUENCE = AddedColumn(PUBLIC, "dms_seq", "AR_H_CHANGE_SEQ", pa.string())


class TestAlteredTables:
    def test_a_new_column_is_in_later_files(self, capturing: Capturing) -> None:
        capturing.sql.execute(TABLE)
        capturing.start()
        capturing.sql.execute("insert into t values (1, 1, 1)")
        capturing.until_changes("public/t", 1)
        capturing.sql.execute("alter table t add c text default 'x'")
        capturing.sql.execute("insert into t values (2, 2, 2, 'y')")
        capturing.until_changes("public/t", 2)
        first, second = (
            capturing.landed.read("public/t", name).column_names
            for name in capturing.landed.changes("public/t")
        )
        assert first[2:5] == ["id", "a", "b"]
        assert second[2:6] == ["id", "a", "b", "c"]
        assert capturing.stats("t").ddls == 1

    def test_changes_before_and_after_come_in_files_of_their_own(
        self, capturing: Capturing
    ) -> None:
        capturing.sql.execute(TABLE)
        capturing.start()
        capturing.stop()
        capturing.sql.execute("insert into t values (1, 1, 1)")
        capturing.sql.execute("alter table t drop a")
        capturing.sql.execute("insert into t values (2, 2)")
        capturing.start("resume-processing")
        before, after = capturing.until_changes("public/t", 2)
        assert (before["a"], "a" in after) == (1, False)
        assert len(capturing.landed.changes("public/t")) == 2

    def test_the_columns_stay_when_changes_are_not_followed(self, capturing: Capturing) -> None:
        capturing.sql.execute(TABLE)
        capturing.behaviour = dataclasses.replace(SAFE, follow_altered=False)
        capturing.start()
        capturing.sql.execute("alter table t drop a")
        capturing.sql.execute("alter table t add c int")
        capturing.sql.execute("insert into t values (1, 2, 3)")
        (row,) = capturing.until_changes("public/t", 1)
        assert (row["id"], row["a"], row["b"]) == (1, None, 2)
        assert "c" not in row
        assert capturing.stats("t").ddls == 0

    def test_a_generated_column_stops_the_capture_unless_it_is_removed(
        self, capturing: Capturing
    ) -> None:
        capturing.sql.execute(
            "create table t (id int primary key, g int generated always as (id * 2) stored, n int)"
        )
        capturing.sql.execute("insert into t (id, n) values (1, 7)")
        capturing.start()
        assert "column g is generated" in capturing.failed()
        rules = (*capturing.mapping.transformations, RemovedColumn(Locator("public", "t", "g")))
        capturing.mapping = Mapping(capturing.mapping.selections, rules)
        capturing.start()
        capturing.sql.execute("insert into t (id, n) values (2, 8)")
        (change,) = capturing.until_changes("public/t", 1)
        (loaded,) = capturing.landed.load_rows("public/t")
        assert list(loaded) == list(change)
        assert (loaded["n"], change["n"]) == (7, 8)


class TestTruncatedAndDroppedTables:
    def test_what_has_landed_stays(self, capturing: Capturing) -> None:
        capturing.sql.execute(TABLE)
        capturing.sql.execute("insert into t values (1, 1, 1)")
        capturing.start()
        capturing.sql.execute("truncate t")
        capturing.sql.execute("insert into t values (2, 2, 2)")
        capturing.until_changes("public/t", 1)
        capturing.sql.execute("drop table t")
        until(lambda: capturing.stats("t").state == "Table does not exist")
        assert len(capturing.landed.names("public/t")) == 2

    def test_what_has_landed_goes_when_they_are_followed(self, capturing: Capturing) -> None:
        capturing.sql.execute(TABLE)
        capturing.sql.execute("create table other (id int primary key)")
        capturing.sql.execute("insert into t values (1, 1, 1)")
        capturing.behaviour = dataclasses.replace(SAFE, follow_truncated=True, follow_dropped=True)
        capturing.start()
        assert capturing.landed.names("public/t") == ["LOAD00000001.parquet"]
        capturing.sql.execute("truncate t")
        until(lambda: capturing.landed.names("public/t") == [])
        capturing.sql.execute("insert into t values (2, 2, 2)")
        capturing.until_changes("public/t", 1)
        capturing.sql.execute("drop table t")
        until(lambda: capturing.landed.names("public/t") == [])
        capturing.sql.execute("insert into other values (1)")
        capturing.until_changes("public/other", 1)

    def test_the_last_changes_of_a_dropped_table_are_landed(self, capturing: Capturing) -> None:
        capturing.sql.execute(TABLE)
        capturing.start()
        capturing.stop()
        capturing.sql.execute("insert into t values (1, 1, 1)")
        capturing.start("resume-processing")
        capturing.sql.execute("insert into t values (2, 2, 2)")
        capturing.sql.execute("drop table t")
        assert len(capturing.until_changes("public/t", 2)) == 2

    def test_tables_may_go_while_they_are_looked_at(
        self, capturing: Capturing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sandbox.engines.capture.watch.TABLES_SECONDS", 0)
        capturing.sql.execute("create table kept (id int primary key)")
        capturing.start()
        for number in range(40):
            capturing.sql.execute(f"create table t{number} (id int primary key)")
            time.sleep(number % 8 * 0.02)  # another moment of a look each time
            capturing.sql.execute(f"drop table t{number}")
        capturing.sql.execute("insert into kept values (1)")
        capturing.until_changes("public/kept", 1)


class TestNewTables:
    def test_one_made_after_the_start_is_loaded_and_followed(self, capturing: Capturing) -> None:
        capturing.sql.execute("create table old (id int primary key)")
        capturing.start()
        capturing.sql.execute(TABLE)
        capturing.sql.execute("insert into t values (1, 1, 1)")
        until(lambda: ("public", "t") in capturing.progress.statistics)
        until(lambda: capturing.stats("t").loaded)
        capturing.sql.execute("update t set a = 2")
        capturing.until_changes("public/t", 1)
        replayed = capturing.landed.replay("public/t", "id")
        assert replayed == {1: {"id": 1, "a": 2, "b": 1}}

    def test_one_made_while_the_capture_was_stopped_is_not_missed(
        self, capturing: Capturing
    ) -> None:
        capturing.sql.execute("create table old (id int primary key)")
        capturing.start()
        capturing.stop()
        capturing.sql.execute(TABLE)
        capturing.sql.execute("insert into t values (1, 1, 1)")
        capturing.start("resume-processing")
        assert [row["id"] for row in capturing.landed.load_rows("public/t")] == [1]
        capturing.sql.execute("delete from t")
        capturing.until_changes("public/t", 1)


def test_a_table_without_a_key_gives_its_inserts_only(capturing: Capturing) -> None:
    capturing.sql.execute("create table t (a int)")
    capturing.sql.execute("insert into t values (1)")
    capturing.start()
    capturing.sql.execute("insert into t values (2)")
    capturing.sql.execute("update t set a = 3 where a = 2")
    capturing.sql.execute("delete from t where a = 1")
    capturing.drained()
    (row,) = capturing.landed.change_rows("public/t")
    assert (row["Op"], row["a"]) == ("I", 2)
    assert "BI_a" not in row


def test_a_full_identity_gives_a_table_without_a_key_all_its_changes(
    capturing: Capturing,
) -> None:
    capturing.sql.execute("create table t (a int, b int)")
    capturing.sql.execute("alter table t replica identity full")
    rule = BeforeImage(PUBLIC, "BI_", "", "all")
    capturing.mapping = Mapping(capturing.mapping.selections, (SEQUENCE, rule))
    capturing.start()
    capturing.sql.execute("insert into t values (1, 1)")
    capturing.sql.execute("update t set b = 2")
    capturing.sql.execute("delete from t")
    insert, update, delete = capturing.until_changes("public/t", 3)
    assert (insert["BI_a"], insert["BI_b"]) == (None, None)
    assert (update["b"], update["BI_b"]) == (2, 1)
    assert (delete["a"], delete["b"], delete["BI_b"]) == (1, 2, 2)


def test_values_before_that_the_log_does_not_have_are_null(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    rule = BeforeImage(PUBLIC, "", "_before", "all")
    capturing.mapping = Mapping(capturing.mapping.selections, (SEQUENCE, rule))
    capturing.sql.execute("insert into t values (1, 1, 1)")
    capturing.start()
    capturing.sql.execute("update t set a = 2")
    (update,) = capturing.until_changes("public/t", 1)
    assert (update["id_before"], update["a_before"], update["b_before"]) == (1, None, None)


def test_only_what_is_selected_is_captured(capturing: Capturing) -> None:
    for name in ("orders", "order_items", "orderxitems", "secret"):
        capturing.sql.execute(f"create table {name} (id int primary key)")
        capturing.sql.execute(f"insert into {name} values (1)")
    capturing.sql.execute("create schema hidden")
    capturing.sql.execute("create table hidden.orders (id int primary key)")
    capturing.mapping = Mapping(
        (
            Selection(Locator("public", "order%")),
            Selection(Locator("public", "order[_]items"), include=False),
        )
    )
    capturing.start()
    captured = sorted(name for _, name in capturing.progress.statistics)
    assert captured == ["orders", "orderxitems"]


def test_headers_of_the_record_become_columns(capturing: Capturing) -> None:
    capturing.sql.execute(TABLE)
    headers = {
        "operation": ("AR_H_OPERATION", pa.string()),
        "position": ("AR_H_STREAM_POSITION", pa.string()),
        "at": ("AR_H_COMMIT_TIMESTAMP", pa.timestamp("us")),
        "whence": ("AR_M_SOURCE_TABLE_NAME", pa.string()),
    }
    capturing.mapping = Mapping(
        capturing.mapping.selections,
        tuple(AddedColumn(PUBLIC, name, *header) for name, header in headers.items()),
    )
    capturing.sql.execute("insert into t values (1, 1, 1)")
    capturing.start()
    capturing.sql.execute("delete from t")
    until(lambda: capturing.landed.change_rows("public/t"))
    (loaded,), (deleted,) = (
        capturing.landed.load_rows("public/t"),
        capturing.landed.change_rows("public/t"),
    )
    assert (loaded["operation"], loaded["position"], loaded["whence"]) == ("INSERT", "", "t")
    assert (deleted["operation"], deleted["whence"]) == ("DELETE", "t")
    assert "/" in deleted["position"]
    assert deleted["at"] >= loaded["at"]


def test_a_table_that_gets_a_key_gives_its_updates_from_then_on(capturing: Capturing) -> None:
    capturing.sql.execute("create table t (id int not null, a int)")
    capturing.start()
    capturing.sql.execute("insert into t values (1, 1)")
    capturing.until_changes("public/t", 1)
    capturing.sql.execute("alter table t add primary key (id)")
    until(lambda: capturing.publication_of("t") == capturing.source.slot)
    capturing.sql.execute("update t set id = 2")
    update = capturing.until_changes("public/t", 2)[1]
    assert (update["Op"], update["id"], update["BI_id"]) == ("U", 2, 1)
    capturing.sql.execute("alter table t drop constraint t_pkey")
    until(lambda: capturing.publication_of("t") != capturing.source.slot)
    capturing.sql.execute("update t set a = 3")
