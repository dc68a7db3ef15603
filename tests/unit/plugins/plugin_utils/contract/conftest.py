"""The documents that the tests begin with."""

from __future__ import annotations

import pytest

from .documents import Documents


@pytest.fixture
def documents() -> Documents:
    """The sandbox's inventory with the table orders alone."""
    return Documents("sandbox").only("orders")


@pytest.fixture(params=["sandbox", "dev", "prod"])
def inventory(request) -> Documents:
    """Each inventory that is shipped."""
    return Documents(request.param)
