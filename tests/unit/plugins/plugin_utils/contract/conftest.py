"""The documents that the tests begin with."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[5]
SECTIONS = ("platform", "network", "source", "ingestion", "warehouse", "load")
ACCESS = ("admins", "principals", "unmanaged")


class Documents:
    """The three documents of an inventory, to be changed and passed on."""

    def __init__(self, inventory: str) -> None:
        variables = {}
        for name in ("platform", "tables", "access"):
            path = ROOT / "inventories" / inventory / "group_vars" / "all" / f"{name}.yml"
            variables |= yaml.safe_load(path.read_text())
        self.platform = {name: variables[name] for name in SECTIONS}
        self.tables = variables["tables"]
        self.access = {name: variables[name] for name in ACCESS}

    def __iter__(self):
        return iter((self.platform, self.tables, self.access))

    def copy(self) -> Documents:
        return copy.deepcopy(self)


@pytest.fixture
def documents() -> Documents:
    """The sandbox's inventory."""
    return Documents("sandbox")


@pytest.fixture(params=["sandbox", "dev", "prod"])
def inventory(request) -> Documents:
    """Each inventory that is shipped."""
    return Documents(request.param)
