"""The two engines, as far as a policy concerns them: what is granted, and what readers see of it.

Each applies what the contract derives, in the order of the role governance's tasks, and stops after
as many of them as it is told. What is not listed is taken away, as the modules document it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Seen = dict[tuple[str, str, str], tuple[str | None, str | None]]


class Redshift:
    """Privileges on columns, masks of columns, and policies for rows, all by role."""

    def __init__(self) -> None:
        self.columns: set[tuple[str, str, str]] = set()
        self.masks: dict[tuple[str, str, str], str] = {}
        self.rows: dict[tuple[str, str], str] = {}

    def steps(self, governance: dict[str, Any]) -> Iterator[None]:
        granted = {
            (grant["role"], table, column)
            for grant in governance["redshift"]["grants"]
            for table in grant.get("tables", ())
            for column in grant["columns"]
        }
        [purged] = governance["redshift"]["purge"]["tables"]
        assert "names" not in purged, "the whole schema is purged"
        masks = {
            (one["role"], one["table"], one["column"]): one["policy"]
            for one in governance["masking"]["attachments"]
        }
        self.columns &= granted
        yield
        self.masks = masks | self.masks
        yield
        managed = _names(governance["row_security"]["tables"])
        self.rows = {at: using for at, using in self.rows.items() if at[1] not in managed}
        for one in governance["row_security"]["policies"]:
            self.rows[one["role"], one["table"]] = one["using"]
        yield
        masked = _names(governance["masking"]["tables"])
        self.masks = {at: kind for at, kind in self.masks.items() if at[1] not in masked} | masks
        yield
        self.columns |= granted
        yield

    def seen(self) -> Seen:
        secured = {table for _role, table in self.rows}
        found: Seen = {}
        for role, table, column in self.columns:
            rows = self.rows.get((role, table), "false" if table in secured else "true")
            if rows == "false":
                continue
            mask = self.masks.get((role, table, column))
            kind = mask.split("_")[1] if mask else None
            name = role.removeprefix("reader_").replace("_", "-")
            found[name, table, column] = (None if rows == "true" else rows, kind)
        return found


class Lake:
    """Grants of columns, grants of filters, and the filters, which may stay behind ungranted."""

    def __init__(self) -> None:
        self.filters: dict[tuple[str, str], tuple[str, frozenset[str]]] = {}
        self.grants: set[tuple[str, str, str, str]] = set()
        """Principal and table, with either a filter or a column."""

    def steps(self, governance: dict[str, Any]) -> Iterator[None]:
        lake = governance["lake_formation"]
        filters = {
            (one["table"], one["name"]): (one["row_filter"], frozenset(one["column_names"]))
            for one in lake["filters"]
        }
        granted = set(_granted(lake["grants"]))
        self.filters |= filters
        yield
        self.grants &= granted
        yield
        self.grants |= granted
        yield
        prefix = lake["filter_prefix"]
        for at in [at for at in self.filters if at[1].startswith(prefix) and at not in filters]:
            del self.filters[at]
            self.grants = {one for one in self.grants if one[1:3] != at}
        yield

    def seen(self) -> Seen:
        found: Seen = {}
        for principal, table, name, column in self.grants:
            rows, columns = self.filters[table, name] if name else (None, {column})
            for one in columns:
                found[principal.rpartition("-")[2], table, one] = (rows, None)
        return found


def _granted(grants: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    for grant in grants:
        [(kind, resource)] = grant["resource"].items()
        if kind == "data_cells_filter":
            yield grant["principal"], resource["table_name"], resource["name"], ""
        elif kind == "table_with_columns":
            for column in resource["column_names"]:
                yield grant["principal"], resource["name"], "", column


def _names(tables: list[dict[str, Any]]) -> set[str]:
    return {name for entry in tables for name in entry["names"]}
