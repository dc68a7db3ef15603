"""The endpoint of a warehouse, and psql, which asks it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.engines.postgres import binaries
from sandbox.engines.redshift import Server
from tests.sandbox.redshift_services.tools import PASSWORD
from tests.sandbox.redshift_tools import DATABASE, Bucket, BucketStorage, Desk, opened


@pytest.fixture(scope="package")
def bucket(aws: Callable[..., Any]) -> Bucket:
    return Bucket(aws("s3"))


@pytest.fixture(scope="package")
def desk(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("wire"), BucketStorage(bucket.s3)) as desk:
        yield desk


@pytest.fixture(scope="package")
def server(desk: Desk) -> Iterator[Server]:
    server = desk.warehouse.serve(
        "127.0.0.1", 0, lambda _user, password: password == PASSWORD, lambda _user: desk.storage
    )
    yield server
    server.close()


@pytest.fixture
def psql(server: Server) -> Callable[..., subprocess.CompletedProcess[str]]:
    program = binaries.find().bin / "psql"

    def run(
        *commands: str, script: str = "", password: str = PASSWORD, database: str = DATABASE
    ) -> subprocess.CompletedProcess[str]:
        address = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "admin", "-d", database]
        options = [part for command in commands for part in ("-c", command)]
        return subprocess.run(
            [str(program), "-X", "-At", *address, *options],
            input=script,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={"PATH": os.environ["PATH"], "PGPASSWORD": password},
        )

    return run
