"""A site with tables of its own, for what reads their source."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.process.programs import Place, free_port
from tests.source.shop import Shop


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The site, deployed and loaded once."""
    directory = tmp_path_factory.mktemp("source")
    place = Place((directory / "sandbox").resolve(), free_port())
    with place.up() as endpoint:
        made = Shop(directory, endpoint, str(place.port))
        made.deploy()
        yield made
