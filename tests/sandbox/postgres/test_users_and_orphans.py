"""Anybody can run a cluster anywhere, and whoever comes after a killed sandbox can clean up."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from sandbox.engines.postgres import binaries, namespace, places, reap
from tests.sandbox.postgres.clusters import alive, record_of, run, started

ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")

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
