"""The documents that the tests begin with."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from .documents import Documents


@pytest.fixture
def documents() -> Documents:
    """The sandbox's inventory with the table orders alone."""
    return Documents("sandbox").only("orders")


@pytest.fixture
def derived(documents: Documents) -> dict[str, Any]:
    """What the contract derives from those documents."""
    return derive(*documents)


@pytest.fixture(params=["sandbox", "dev", "prod"])
def inventory(request) -> Documents:
    """Each inventory that is shipped."""
    return Documents(request.param)
