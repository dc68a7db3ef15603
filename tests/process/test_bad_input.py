"""What cannot work says so in one line, with exit code 1 and no traceback, and touches nothing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import process
from sandbox.errors import StartupError
from sandbox.settings import Settings
from tests.process.programs import ROOT, free_port

MAKE_VENV = ["/bin/sh", str(ROOT / "make-venv.sh")]


def assert_refused(done: subprocess.CompletedProcess[str], *told: str) -> None:
    """The command failed and said why, in one line."""
    assert done.returncode == 1, done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("sandbox: ")
    for part in told:
        assert part in done.stderr


def test_a_port_of_another_program(place):
    here = place("one")
    with socket.create_server(("127.0.0.1", here.port)):
        assert_refused(here.run("up"), f"Port {here.port}", "another program", "SANDBOX_PORT")
    assert not here.leftovers()


def test_a_port_of_another_sandbox_and_a_directory_in_use(place):
    here, there = place("one"), place("two")
    here.run("up")
    assert_refused(
        there.run("up", SANDBOX_PORT=str(here.port)), str(here.directory), "SANDBOX_PORT"
    )
    other_port = str(free_port())
    assert_refused(
        here.run("up", SANDBOX_PORT=other_port), str(here.directory), other_port, "SANDBOX_DIR"
    )
    assert_refused(here.run("serve", SANDBOX_PORT=other_port), str(here.directory), "already")
    assert here.pid()
    assert not there.leftovers()


@pytest.mark.parametrize("command", ["up", "serve", "down"])
def test_a_directory_with_other_files_is_left_as_it_was(place, command):
    here = place("home")
    here.directory.mkdir()
    letter = here.directory / "letter.txt"
    letter.write_text("dear")
    done = here.run(command)
    if command == "down":
        assert done.returncode == 0
    else:
        assert_refused(done, "SANDBOX_DIR", str(here.directory), "other files")
    assert list(here.directory.iterdir()) == [letter]
    assert letter.read_text() == "dear"


@pytest.mark.parametrize("below", ["", "below"])
def test_a_directory_that_is_a_file(place, below):
    here = place("file")
    here.directory.write_text("dear")
    path = here.directory / below
    assert_refused(here.run("up", SANDBOX_DIR=str(path)), "SANDBOX_DIR", str(path))
    assert here.run("down", SANDBOX_DIR=str(path)).returncode == 0
    assert here.directory.read_text() == "dear"
    here.directory.unlink()


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("SANDBOX_PORT", "http", "from 1 to 65535"),
        ("SANDBOX_PORT", "0", "from 1 to 65535"),
        ("SANDBOX_PORT", "65536", "from 1 to 65535"),
        ("SANDBOX_PORT", "45.66", "from 1 to 65535"),
        ("SANDBOX_LATENCY", "slow", "from 0 to 100"),
        ("SANDBOX_LATENCY", "-1", "from 0 to 100"),
        ("SANDBOX_LATENCY", "nan", "from 0 to 100"),
    ],
)
def test_a_setting_that_is_not_allowed(place, name, value, allowed):
    here = place("one")
    for command in ("up", "down"):
        assert_refused(here.run(command, **{name: value}), name, repr(value), allowed)
    assert not here.leftovers()


def test_a_disk_that_is_full(tmp_path, monkeypatch):
    full = shutil.disk_usage(tmp_path)._replace(free=12_000_000)
    monkeypatch.setattr(process.shutil, "disk_usage", lambda _: full)
    with pytest.raises(StartupError, match=r"has 12 MB free; the sandbox needs 500 MB"):
        process.up(Settings(directory=tmp_path / "state", port=free_port()))
    assert not (tmp_path / "state").exists()


def test_no_python_that_runs(tmp_path):
    shims = make_shims(tmp_path, "python3.13", "python3.12", "python3.11", "python3")
    done = make_venv(tmp_path / "venv", shims)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "no usable Python" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_shim_that_runs_nothing_is_passed_over(tmp_path):
    shims = make_shims(tmp_path, "python3.13", "python3.12", "python3.11")
    real = shims / "python3"
    real.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    real.chmod(0o755)
    done = make_venv(tmp_path / "venv", shims)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "venv" / "bin" / "python").exists()


def make_shims(directory: Path, *names: str) -> Path:
    """Programs as a version manager leaves them: on the path, with nothing behind them."""
    shims = directory / "shims"
    shims.mkdir()
    for name in names:
        shim = shims / name
        shim.write_text(f"#!/bin/sh\necho '{name}: command not found' >&2\nexit 127\n")
        shim.chmod(0o755)
    return shims


def make_venv(venv: Path, path: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON"}
    return subprocess.run(
        [*MAKE_VENV, str(venv)],
        env=environment | {"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
