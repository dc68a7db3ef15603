"""The sandbox as a background process: started once, found again, stopped without a trace.

The serving process holds a lock on a file of its directory for as long as it lives, so that
another can tell a running sandbox from the remains of a dead one.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from sandbox.errors import StartupError
from sandbox.server import HEALTH_PATH, Sandbox
from sandbox.settings import Settings

START_SECONDS = 60
STOP_SECONDS = 30
NEEDED_BYTES = 500_000_000
RECORD = "sandbox.json"
LOG = "sandbox.log"


def serve(settings: Settings) -> None:
    """Serve in the foreground until SIGTERM or SIGINT.

    Raises StartupError when the directory is another sandbox's or not a sandbox's at all.
    """
    _claim(settings)
    sandbox = Sandbox(settings)
    try:
        sandbox.start()
        # what was imported stays for good, and is never looked through
        gc.freeze()
        gc.enable()
        wanted = {signal.SIGTERM, signal.SIGINT}
        _say(f"ready: {settings.endpoint_url}")
        signal.sigwait(wanted)
    finally:
        sandbox.stop()


def up(settings: Settings) -> None:
    """Start the sandbox in the background unless it is up, and wait until it answers."""
    found = _health(settings)
    if found:
        if found["directory"] != str(settings.directory):
            raise StartupError(
                f"Port {settings.port} serves the sandbox of {found['directory']}: "
                "choose another with SANDBOX_PORT"
            )
        _say(f"The sandbox is up already: {_how_to_reach(settings)}")
        return
    _check_port(settings)
    if (settings.directory / RECORD).exists():
        if _running_pid(settings.directory):
            raise StartupError(
                f"A sandbox runs in {settings.directory} on another port than {settings.port}: "
                "stop it with `make down`, or choose another directory with SANDBOX_DIR"
            )
        _say("An earlier sandbox here has died; what is left of it is removed first.")
        _remove(settings.directory)
    _check_disk(settings.directory)
    _make_directory(settings.directory)
    _start_in_background(settings)
    _say(f"The sandbox is up: {_how_to_reach(settings)}")


def down(settings: Settings) -> None:
    """Stop every process that the sandbox started, and remove its state."""
    if not (settings.directory / RECORD).exists():
        if (settings.directory / LOG).exists():  # one that ended before it claimed its directory
            _make_directory(settings.directory)
            _remove(settings.directory)
        _say(f"No sandbox in {settings.directory}.")
        return
    pid = _running_pid(settings.directory)
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while _running_pid(settings.directory):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                deadline += STOP_SECONDS
            time.sleep(0.05)
    _remove(settings.directory)
    _say("The sandbox is down; its processes have ended and its state is removed.")


def _claim(settings: Settings) -> None:
    directory = settings.directory
    _make_directory(directory)
    try:
        # never closed: the system gives the lock back when the process has really ended
        lock = os.open(directory / RECORD, os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StartupError(f"A sandbox runs in {directory} already") from error
    except OSError as error:
        raise StartupError(f"SANDBOX_DIR is {directory}: {error.strerror}") from error
    os.ftruncate(lock, 0)
    os.write(lock, json.dumps({"pid": os.getpid(), "port": settings.port}).encode())
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})


def _make_directory(directory: Path) -> None:
    """Make the directory unless it is there, as a sandbox's own or empty."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        names = {entry.name for entry in directory.iterdir()}
    except OSError as error:
        raise StartupError(f"SANDBOX_DIR is {directory}: {error.strerror}") from error
    if RECORD not in names and names - {LOG}:
        raise StartupError(
            f"SANDBOX_DIR is {directory}, which holds other files: `make down` removes the whole "
            "directory, so it must be empty or not yet there"
        )


def _running_pid(directory: Path) -> int | None:
    """The process that serves this directory, None when it has ended."""
    try:
        with (directory / RECORD).open("r+") as record:
            try:
                fcntl.flock(record, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(json.load(record)["pid"])
    except (FileNotFoundError, ValueError):
        return None
    return None


def _remove(directory: Path) -> None:
    from sandbox.engines.postgres import (  # noqa: PLC0415  not needed to see what is up
        PostgresError,
        reap,
    )

    try:
        reap(directory)
    except PostgresError as error:
        raise StartupError(str(error)) from error
    shutil.rmtree(directory, ignore_errors=True)
    if directory.exists():
        raise StartupError(f"{directory} cannot be removed: do it by hand")


def _start_in_background(settings: Settings) -> None:
    log = settings.directory / LOG
    environment = os.environ | {
        "SANDBOX_DIR": str(settings.directory),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *_python_path()]),
    }
    _say(f"Starting the sandbox (log: {log}) ...")
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "serve"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,  # Ctrl-C in the terminal is not meant for the sandbox
        )
    deadline = time.monotonic() + START_SECONDS
    try:
        while not _health(settings):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                lines = log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
                raise StartupError(f"The sandbox did not start: {lines[-1]} (log: {log})")
            time.sleep(0.1)
    except KeyboardInterrupt:
        process.terminate()  # it may not have claimed its directory yet: down would not find it
        process.wait()
        raise StartupError("Stopped before the sandbox was up") from None


def _python_path() -> list[str]:
    return [path for path in (os.environ.get("PYTHONPATH"),) if path]


def _health(settings: Settings) -> dict[str, Any] | None:
    try:
        url = settings.endpoint_url + HEALTH_PATH
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found if "directory" in found else None
    except (OSError, ValueError):
        return None


def _check_port(settings: Settings) -> None:
    try:
        with socket.create_connection(("127.0.0.1", settings.port), timeout=1):
            pass
    except OSError:
        return
    raise StartupError(
        f"Port {settings.port} on 127.0.0.1 is in use by another program: "
        "stop that, or choose another with SANDBOX_PORT"
    )


def _check_disk(directory: Path) -> None:
    existing = next(parent for parent in (directory, *directory.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < NEEDED_BYTES:
        raise StartupError(
            f"{existing} has {free // 1_000_000} MB free; the sandbox needs "
            f"{NEEDED_BYTES // 1_000_000} MB: make room, or choose another place with SANDBOX_DIR"
        )


def _how_to_reach(settings: Settings) -> str:
    return (
        f"AWS_ENDPOINT_URL={settings.endpoint_url} AWS_REGION={settings.region}, any credentials; "
        f"state in {settings.directory}"
    )


def _say(text: str) -> None:
    print(text, flush=True)
