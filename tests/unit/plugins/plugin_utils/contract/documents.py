"""The three documents of an inventory that is shipped."""

from __future__ import annotations

import copy
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[5]
SECTIONS = ("platform", "network", "source", "ingestion", "warehouse", "load", "lake")
ACCESS = ("admins", "principals", "principal_groups", "unmanaged")
KEY = "arn:aws:kms:us-east-1:123456789012:key/761138dc-0542-4e58-947f-4a3a8458d0fd"
"""A KMS key of one's own."""
REMOVED = object()
"""The value of an option that is not there."""


class Documents:
    """The three documents of an inventory, to be changed and passed on."""

    def __init__(self, inventory: str) -> None:
        variables = {}
        for name in ("platform", "tables", "access"):
            path = ROOT / "inventories" / inventory / "group_vars" / "all" / f"{name}.yml"
            variables |= yaml.safe_load(path.read_text())
        self.platform = {name: variables[name] for name in SECTIONS}
        self.tables = variables["tables"]
        self.access = {name: variables.get(name) for name in ACCESS}

    def __iter__(self):
        return iter((self.platform, self.tables, self.access))

    def copy(self) -> Documents:
        return copy.deepcopy(self)

    def only(self, *names: str) -> Documents:
        """The same with these tables alone, and with those alone to whom they are granted by name."""
        chosen = self.copy()
        chosen.tables = [table for table in chosen.tables if table["name"] in names]
        for principal in chosen.access["principals"]:
            granted = principal["tables"]
            principal["tables"] = {name: granted[name] for name in granted if name in names}
        chosen.access["principals"] = [
            principal for principal in chosen.access["principals"] if principal["tables"]
        ]
        return chosen

    def change(self, path: str, value: object) -> None:
        """Set, or remove, the option at `path` ("tables/0/columns/2/type")."""
        name, *steps = [int(step) if step.isdigit() else step for step in path.split("/")]
        *way, last = steps
        place = getattr(self, name)
        for step in way:
            place = place[step]
        if value is REMOVED:
            del place[last]
        else:
            place[last] = value
