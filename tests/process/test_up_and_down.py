"""`up` leaves a sandbox that serves, `down` leaves nothing, also after a kill."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.process.programs import (
    ROOT,
    SECONDS,
    Place,
    alive,
    descendants,
    interruptible,
    query,
)


def test_up_serves_until_down_which_leaves_no_process_and_no_file(place):
    here = place("one")
    first = here.run("up")
    assert first.returncode == 0, first.stderr
    assert f"AWS_ENDPOINT_URL=http://127.0.0.1:{here.port}" in first.stdout
    pid = here.pid()
    assert query(here.database("shop"), "SELECT current_user") == "shop_admin"

    again = here.run("up")
    assert again.returncode == 0
    assert "up already" in again.stdout
    assert here.pid() == pid

    processes = descendants(pid)
    assert processes > {pid, *here.clusters()}
    down = here.run("down")
    assert down.returncode == 0, down.stderr
    assert not alive(processes)
    assert not here.leftovers()
    assert not here.answers()

    nothing = here.run("down")
    assert nothing.returncode == 0
    assert nothing.stdout.startswith("No sandbox in ")


def test_two_sandboxes_run_side_by_side(place):
    one, two = place("one"), place("two")
    assert one.run("up").returncode == 0
    assert two.run("up").returncode == 0
    first, second = one.database("shop"), two.database("shop")
    assert first["Endpoint"]["Address"] != second["Endpoint"]["Address"]
    assert query(first, "SELECT 1") == query(second, "SELECT 1") == 1

    assert one.run("down").returncode == 0
    assert query(second, "SELECT 1") == 1
    assert two.pid()


def test_what_a_killed_sandbox_left_is_stopped_and_removed(place):
    here = place("one")
    here.run("up")
    before = killed_with_a_database(here)
    up = here.run("up")
    assert up.returncode == 0, up.stderr
    assert "died" in up.stdout
    assert not alive(before)

    # the new one knows nothing of the old: the same name is free
    left = killed_with_a_database(here)
    down = here.run("down")
    assert down.returncode == 0, down.stderr
    assert not alive(left)
    assert not here.leftovers()


def killed_with_a_database(here: Place) -> set[int]:
    """Kill a sandbox that runs a database; the database's process, which lives on."""
    assert query(here.database("shop"), "SELECT current_database()") == "shop"
    clusters = set(here.clusters())
    pid = here.pid()
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + SECONDS
    while alive({pid}):  # a large process takes its time to go
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert alive(clusters) == clusters != set()
    return clusters


@interruptible()
def test_an_interrupted_up_leaves_nothing_that_down_cannot_stop(place, tmp_path):
    here = place("one")
    plan = tmp_path / "faults.yml"
    os.mkfifo(plan)  # the sandbox starts no further than to the end of its fault plan
    starting = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "up"],
        env=here.environment(SANDBOX_FAULTS=str(plan)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    writer = os.fdopen(opened_for_writing(plan), "w")
    processes = descendants(starting.pid)
    assert len(processes) == 2
    os.killpg(starting.pid, signal.SIGINT)
    with writer:
        writer.write("faults: []\n")
    _, errors = starting.communicate(timeout=SECONDS)
    assert starting.returncode == 1
    assert errors == "sandbox: Stopped before the sandbox was up\n"
    assert not alive(processes)
    assert here.run("down").returncode == 0
    assert not here.leftovers()


def opened_for_writing(fifo: Path) -> int:
    """The writing end of a FIFO, once somebody reads it."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO or time.monotonic() > deadline:
                raise
        time.sleep(0.02)
