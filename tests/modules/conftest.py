"""One sandbox for the playbooks of this test process.

It is a process of its own, which the modules reach as they reach AWS.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def endpoint_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a running sandbox answers."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    directory = tmp_path_factory.mktemp("sandbox") / "state"
    environment = {**os.environ, "SANDBOX_PORT": str(port), "SANDBOX_DIR": str(directory)}

    def ask(command: str) -> None:
        words = [sys.executable, "-m", "sandbox", command]
        subprocess.run(words, check=True, env=environment, cwd=ROOT)

    ask("up")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        ask("down")
