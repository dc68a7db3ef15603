"""`make bench-load`: what the load costs, measured on a sandbox of its own.

    PYTHONPATH=collections python -m tests.bench [ticks] [throughput] [tables]

Wall time, one run each: the machine's other work shows in it. What the figures mean is told in
docs/performance.md.
"""

from __future__ import annotations

import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from sandbox.identity import ADMINISTRATOR_KEY
from sandbox.server import Sandbox
from sandbox.settings import Settings
from tests.bench import tables, throughput, ticks
from tests.bench.requests import counted

MEASURES: dict[str, Callable[..., None]] = {
    "ticks": ticks.measure,
    "throughput": throughput.measure,
    "tables": tables.measure,
}


def main(chosen: list[str]) -> int:
    """Take the measures chosen, or all; 0 when all were taken, whatever they are."""
    if unknown := set(chosen) - set(MEASURES):
        sys.exit(f"Unknown: {', '.join(sorted(unknown))}; allowed: {', '.join(MEASURES)}")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as directory,
        counted() as requests,
        Sandbox(Settings(directory=Path(directory), port=port)) as runtime,
    ):

        def aws(service: str, **credentials: str) -> Any:
            return boto3.client(
                service,
                region_name="us-east-1",
                endpoint_url=runtime.settings.endpoint_url,
                config=Config(retries={"total_max_attempts": 1}, max_pool_connections=20),
                **(credentials or ADMINISTRATOR_KEY),
            )

        for name, measure in MEASURES.items():
            if name in (chosen or MEASURES):
                print(f"\n== {name}", flush=True)
                measure(aws, requests)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
