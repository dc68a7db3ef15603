"""What a rewriting needs to know of the database: tables, their columns, who may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema"})
SYSTEM_PREFIXES = ("pg_", "redshift_pg_", "svv_", "svl_", "svcs_", "stl_", "stv_", "sys_", "stcs_")


@dataclass(frozen=True)
class Relation:
    """A table or view: its columns in order, and those of them that the user may select.

    kind is PostgreSQL's: r table, v view, m materialized view.
    """

    oid: int
    kind: str
    columns: tuple[str, ...]
    readable: frozenset[str]


class Catalog(Protocol):
    """The database as the session's user sees it."""

    @property
    def superuser(self) -> bool:
        """Whether the user is above all grants."""

    @property
    def may_explain(self) -> bool:
        """Whether the user may see what EXPLAIN tells of row-level security."""

    @property
    def any_masks(self) -> bool:
        """Whether any table has a masking policy attached."""

    def masked(self, relation: Relation, path: Sequence[str]) -> dict[str, str]:
        """The SQL of the columns of a table that have masks, by name."""

    def is_masked(self, relation: Relation) -> bool:
        """Whether a mask of a table applies to the user."""

    def function_schema(self, path: Sequence[str]) -> str:
        """The schema of a user-defined function by its name; "" when there is none."""

    def relation(self, path: Sequence[str]) -> Relation | None:
        """A relation by its qualified name, None when there is none."""


def is_system(path: Sequence[str]) -> bool:
    """Whether a name is that of a system table or view."""
    if len(path) > 1:
        return path[-2] in SYSTEM_SCHEMAS
    return path[0].startswith(SYSTEM_PREFIXES)
