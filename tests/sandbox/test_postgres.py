"""Clusters start for everybody, keep strangers out, and leave nothing behind."""

from __future__ import annotations

import errno
import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sandbox.engines.postgres import (
    Cluster,
    PostgresError,
    binaries,
    errors,
    namespace,
    places,
    reap,
)

PASSWORD = "pass'word \\ 1"
REPOSITORY = Path(__file__).parents[2]
ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """A sandbox's directory; what a test leaves in it is reaped."""
    yield tmp_path
    reap(tmp_path)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def started(directory: Path, name: str = "one", **settings) -> Cluster:
    cluster = Cluster(directory, name, **({"password": PASSWORD} | settings))
    cluster.create()
    cluster.start()
    return cluster


def record_of(directory: Path, name: str = "one") -> dict:
    return json.loads((directory / "clusters" / f"{name}.json").read_text())


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits for its parent to look does not."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return False
    return "State:\tZ" not in status.read_text()


def run(command: list[str], **options) -> subprocess.CompletedProcess[str]:
    """Run a program that may import the sandbox."""
    environment = {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path]), "PATH": "/bin"}
    keywords = {"env": environment, "cwd": "/", "capture_output": True, "text": True} | options
    return subprocess.run(command, check=False, **keywords)


def run_as_normal_user(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Python code as somebody who is not root, which this process may itself be."""
    command = [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)]
    if not ROOT:
        return run(command)
    who = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []}
    try:
        probe = [sys.executable, "-c", "import sandbox.engines.postgres"]
        reachable = run(probe, **who).returncode == 0
    except PermissionError:
        reachable = False
    if reachable:
        return run(command, **who)
    # this Python lies where only root may go: another user id with root's reach will do
    return run([sys.executable, namespace.__file__, *command])


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


LEFT_BEHIND = """
    import os, signal, sys
    from pathlib import Path
    from sandbox.engines.postgres import Cluster
    cluster = Cluster(Path(sys.argv[1]), "one", password="secret")
    cluster.create()
    cluster.start()
    assert cluster.connect().execute("select 1").fetchone() == (1,)
    sys.stdout.write(str(os.geteuid()))
    sys.stdout.flush()
    if sys.argv[2] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    cluster.remove()
"""


def leave_behind(directory: Path) -> int:
    """Have a process killed that runs a cluster; the orphan's process id."""
    program = [sys.executable, "-c", textwrap.dedent(LEFT_BEHIND), str(directory), "die"]
    done = run(program)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return record_of(directory)["pid"]


def test_the_orphans_of_a_killed_sandbox_are_stopped_and_removed(directory):
    pid = leave_behind(directory)
    assert alive(pid)
    assert reap(directory) == ["one"]
    assert not alive(pid)
    assert list(directory.iterdir()) == []
    assert reap(directory) == []


def test_a_process_that_took_an_old_id_is_left_alone(directory):
    started(directory).stop()
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        path = directory / "clusters" / "one.json"
        path.write_text(json.dumps(record_of(directory) | {"pid": bystander.pid}))
        assert reap(directory) == ["one"]
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_damaged_record_removes_nothing_outside_the_sandbox(directory, tmp_path_factory):
    precious = tmp_path_factory.mktemp("precious")
    started(directory).stop()
    path = directory / "clusters" / "one.json"
    path.write_text(json.dumps(record_of(directory) | {"directories": [str(precious), "/"]}))
    reap(directory)
    assert precious.exists()


def test_a_normal_user_runs_a_cluster():
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o777)
        done = run_as_normal_user(LEFT_BEHIND, home, "live")
        assert done.returncode == 0, done.stderr
        assert done.stdout != "0"
        assert not list(Path(home, "clusters").iterdir())


@pytest.mark.parametrize("owner", ["ourselves", "somebody else"])
def test_a_private_folder_is_no_obstacle(tmp_path, owner):
    """Root works in its own 0700 folder as in another user's; a normal user in its own."""
    private = tmp_path / "private"
    directory = private / "state"
    directory.mkdir(parents=True)
    private.chmod(0o700)
    if ROOT and owner == "somebody else":
        os.chown(private, NOBODY.pw_uid + 1, NOBODY.pw_gid)
    pid = leave_behind(directory)
    assert alive(pid)
    assert reap(directory) == ["one"]
    assert not alive(pid)
    assert list(directory.iterdir()) == []
    assert not places.annex(directory).exists()


def test_programs_in_a_private_folder_are_no_obstacle(tmp_path, monkeypatch):
    private = tmp_path / "private"
    install = binaries.find()
    for folder in install.folders:
        shutil.copytree(folder, private / folder.relative_to(install.bin.parents[2]), symlinks=True)
    (private / "state").mkdir()
    private.chmod(0o700)
    if ROOT:
        os.chown(private, NOBODY.pw_uid + 1, NOBODY.pw_gid)
    monkeypatch.setenv(
        "SANDBOX_PG_BIN", str(private / install.bin.relative_to(install.bin.parents[2]))
    )
    cluster = started(private / "state")
    assert cluster.connect().execute("select 1").fetchone() == (1,)
    cluster.remove()
    reap(private / "state")
    assert not places.annex(private / "state").exists()
