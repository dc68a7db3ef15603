"""Warehouses, real and played by PostgreSQL, and the documents of an inventory with no reader."""

from __future__ import annotations

import pytest

from tests.sandbox.load.engine import Engine
from tests.sandbox.load.world import cluster
from tests.sandbox.redshift_tools import opened
from tests.unit.plugins.plugin_utils.contract.documents import Documents


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster")) as opened:
        yield opened


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    """The sandbox's Redshift engine, for one table after the other."""
    with opened(tmp_path_factory.mktemp("engine")) as desk:
        made = Engine(desk.warehouse)
        yield made
        made.close()


@pytest.fixture
def documents():
    found = Documents("sandbox").only("orders")
    found.access["principals"] = []
    return found
