"""One sandbox for the playbooks of this test process.

It is a process of its own, which the modules reach as they reach AWS.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.process.programs import Place, free_port


@pytest.fixture(scope="session")
def endpoint_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a running sandbox answers."""
    with Place(tmp_path_factory.mktemp("sandbox") / "state", free_port()).up() as url:
        yield url
