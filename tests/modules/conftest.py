"""Runs the playbooks of the chosen module tests, a few at a time, each alone in a sandbox.

The sandboxes are processes, which the modules reach as they reach AWS.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.modules.playbook import Answer, Played, play

ROOT = Path(__file__).parents[2]
MOST_AT_ONCE = 4


@pytest.fixture(scope="session")
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """For each test file that was chosen, the future of what its playbook answers."""
    tests = [
        item.callspec.params["test"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and "played" in item.fixturenames
    ]
    count = min(len(tests), os.cpu_count() or 1, MOST_AT_ONCE)
    free: SimpleQueue[str] = SimpleQueue()

    def run(test: Path) -> tuple[list[Answer], str]:
        endpoint_url = free.get()
        try:
            return play(test, endpoint_url, tmp_path_factory.mktemp(test.stem))
        finally:
            free.put(endpoint_url)

    with ExitStack() as running, ThreadPoolExecutor(count) as pool:
        for _ in range(count):
            free.put(running.enter_context(sandbox(tmp_path_factory.mktemp("sandbox") / "state")))
        yield {test: pool.submit(run, test) for test in tests}
        pool.shutdown(cancel_futures=True)


@contextmanager
def sandbox(directory: Path) -> Iterator[str]:
    """A running sandbox; yields where it answers."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {**os.environ, "SANDBOX_PORT": str(port), "SANDBOX_DIR": str(directory)}

    def ask(command: str) -> None:
        words = [sys.executable, "-m", "sandbox", command]
        subprocess.run(words, check=True, env=environment, cwd=ROOT)

    ask("up")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        ask("down")
