"""One sandbox for the examples of this test process, apart from that of the modules' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.process.programs import Place, free_port


@pytest.fixture(scope="module")
def endpoint_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a running sandbox answers."""
    with Place(tmp_path_factory.mktemp("sandbox") / "state", free_port()).up() as url:
        yield url
