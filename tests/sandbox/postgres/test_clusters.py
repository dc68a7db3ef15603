"""Clusters have their settings, keep strangers out, and leave nothing behind."""

from __future__ import annotations

import errno
import socket
import stat
from pathlib import Path

import psycopg
import pytest

from sandbox.engines.postgres import Cluster, PostgresError, binaries, errors, places, reap
from tests.sandbox.postgres.clusters import PASSWORD, alive, record_of, run, started


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def test_a_cluster_speaks_utf8_and_utc_and_has_its_settings(directory, port):
    settings = {"wal_level": "logical", "search_path": "it's, public"}
    cluster = started(directory, host="127.0.0.1", port=port, settings=settings)
    with psycopg.connect(cluster.dsn()) as connection:
        found = {
            name: connection.execute(f"show {name}").fetchone()[0]
            for name in ("server_encoding", "timezone", "wal_level", "search_path")
        }
        assert connection.execute("select 'B' < 'a', 'Z' < 'é'").fetchone() == (True, True)
    assert found == {
        "server_encoding": "UTF8",
        "timezone": "UTC",
        "wal_level": "logical",
        "search_path": "it's, public",
    }


def test_psql_reaches_it_with_the_password_and_not_without(directory, port):
    cluster = started(directory, host="127.0.0.1", port=port)
    psql = [str(binaries.find().bin / "psql"), "-Atwc", "select 1", "-U", "postgres", "postgres"]
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(cluster.port)}
    right = run(psql, env=where | {"PGPASSWORD": PASSWORD})
    assert right.stdout == "1\n"
    for credentials in ({}, {"PGPASSWORD": "wrong"}):
        wrong = run(psql, env=where | credentials)
        assert wrong.returncode != 0
        assert "password" in wrong.stderr


def test_a_cluster_without_a_host_listens_on_its_socket_only(directory):
    cluster = started(directory, port=5432)
    assert cluster.connect().execute("show listen_addresses").fetchone() == ("",)
    assert stat.S_ISSOCK((cluster.socket_dir / ".s.PGSQL.5432").stat().st_mode)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(cluster.dsn(password="wrong", user="postgres"))


def test_a_restart_brings_new_settings_and_keeps_the_rows(directory):
    cluster = started(directory, settings={"wal_level": "replica"})
    cluster.connect().execute("create table kept as select 42 as answer")
    cluster.restart({"wal_level": "logical"})
    with cluster.connect() as connection:
        assert connection.execute("show wal_level").fetchone() == ("logical",)
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_the_password_is_in_no_file_and_no_process_list(directory):
    cluster = started(directory, password="hunter2-hunter2")
    secret = b"hunter2-hunter2"
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if secret in path.read_bytes()]
    command_line = Path(f"/proc/{record_of(directory)['pid']}/cmdline")
    assert secret not in (command_line.read_bytes() if command_line.exists() else b"")
    assert cluster.running


@pytest.mark.parametrize("major", [16, 18])
def test_the_major_version_asked_for_is_the_one_that_runs(directory, major):
    assert started(directory, major=major).connect().info.server_version // 10000 == major


def test_removing_a_cluster_leaves_no_process_and_no_file(directory):
    cluster = started(directory)
    pid = record_of(directory)["pid"]
    cluster.remove()
    assert not alive(pid)
    assert not list((directory / "clusters").iterdir())
    assert not places.annex(directory).exists()


def test_a_path_too_long_for_a_socket_is_no_obstacle(directory):
    deep = directory / ("long-" * 25)
    cluster = started(deep)
    assert cluster.connect().execute("select 1").fetchone() == (1,)
    assert not cluster.socket_dir.is_relative_to(deep)
    cluster.remove()
    assert not cluster.socket_dir.exists()
    reap(deep)
    assert not places.annex(deep).exists()


def test_a_port_in_use_is_told_in_one_line(directory):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        cluster = Cluster(
            directory, "one", password=PASSWORD, host="127.0.0.1", port=taken.getsockname()[1]
        )
        cluster.create()
        with pytest.raises(PostgresError, match="Address already in use") as raised:
            cluster.start()
    assert len(str(raised.value).splitlines()) == 1


def test_a_wrong_setting_is_named(directory):
    cluster = Cluster(directory, "one", password=PASSWORD, settings={"wal_level": "deep"})
    cluster.create()
    with pytest.raises(PostgresError, match='"wal_level": "deep"'):
        cluster.start()


def test_a_full_disk_is_told_in_one_line(directory):
    expected = f"No disk space left for a PostgreSQL cluster in {directory}."
    output = 'creating configuration files ... initdb: error: could not write to file "x": '
    told = errors.from_output("x", output + "No space left on device\nremoving contents", directory)
    assert str(told) == expected
    assert str(errors.from_os("x", OSError(errno.ENOSPC, "full"), directory)) == expected


def test_a_chosen_folder_without_postgresql_is_named(monkeypatch):
    monkeypatch.setenv("SANDBOX_PG_BIN", "/nowhere")
    with pytest.raises(PostgresError, match="SANDBOX_PG_BIN=/nowhere"):
        binaries.find()
