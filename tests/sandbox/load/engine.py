"""The rendered SQL of one table on the sandbox's Redshift engine."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_table_model import (
    table_of,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.layers.warehouse_tables import (
    managed_tables,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.load_sql import (
    load_statements,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.model import (
    Contract,
    build,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.shapes import newest

from sandbox.engines.redshift import Warehouse, batch
from tests.sandbox.load.landed_files import Memory
from tests.sandbox.load.lives import Told
from tests.sandbox.load.shapes import Column, Shape
from tests.sandbox.redshift_tools import ADMIN, DATABASE
from tests.unit.plugins.plugin_utils.contract.documents import Documents

TARGET = "analytics.things"
TOMBSTONES = "etl.tomb_things"
FIRST_SNAPSHOT = 20260115120000000
LIVE = {"current": "TRUE", "soft_delete": "NOT _deleted", "scd2": "is_current"}


@functools.cache
def _documents() -> Documents:
    found = Documents("sandbox")
    found.access["principals"] = []
    return found


class Engine:
    """One session with a warehouse, for one table after the other."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.memory = Memory()
        self._session = warehouse.session(ADMIN, DATABASE, self.memory)
        self.shape: Shape
        self._landed: dict[bool, list[str]] = {}
        self.without = ""
        """Statements with these words are left out, if not empty."""

    def close(self) -> None:
        self._session.close()

    def prepare(self, shape: Shape) -> None:
        """Make the tables of a shape, in the place of those that there were."""
        self.shape = shape
        contract = self._agree(altered=False)
        self._session.backend.internal("DROP SCHEMA IF EXISTS analytics, etl CASCADE")
        self.memory.objects.clear()
        made = [table_of(option, absent=False)[0].ddl() for option in managed_tables(contract)]
        self.run(["CREATE SCHEMA analytics", "CREATE SCHEMA etl", *made])

    def follow(self) -> None:
        """Let contract and warehouse follow the source, which has altered the table."""
        contract = self._agree(altered=True)
        [table] = contract.tables
        added = {column.name.strip('"').lower() for column in self.shape.added}
        ddl = [
            f"ALTER TABLE {TARGET} ADD COLUMN {column.sql} {column.type.warehouse}"
            for column in table.columns
            if column.name in added
        ]
        if ddl:
            self.run(ddl)

    def _agree(self, *, altered: bool) -> Contract:
        """Load from now on by the contract from before or after the source alters the table."""
        documents = _documents().copy()
        documents.tables[:] = [self.shape.contract(altered)]
        contract = build(*documents)
        [table] = contract.tables
        self.bucket = contract.names.bucket
        self.columns = {column.name: column.sql for column in table.columns}
        self._landed[altered] = newest(table)["columns"]
        self._statements = {
            reload: load_statements(contract.names, table, reload=reload)
            for reload in (False, True)
        }
        return contract

    def load(
        self,
        files: Sequence[str],
        *,
        altered: bool,
        snapshot: int,
        followed: str = "",
        reload: bool = False,
        fence: int = 1,
        fails_at: int | None = None,
    ) -> None:
        """One load's transaction, as the state machine submits it; it may be made to fail.

        The files are of one shape: `altered` tells which.
        """
        values = {
            "{copy_columns}": ", ".join(self._landed[altered]),
            "{manifest_key}": self.memory.manifest(self.bucket, files),
            "{batch_id}": "batch",
            "{file_count}": str(len(files)),
            "{fence}": str(fence),
            "{snapshot}": str(FIRST_SNAPSHOT + snapshot),
            "{followed}": followed,
        }
        statements = []
        for sql in self._statements[reload]:
            if self.without and self.without in sql:
                continue
            if not files and sql.startswith("COPY"):  # it takes no empty manifest
                continue
            statements.append(re.sub(r"\{\w+\}", lambda found: values[found[0]], sql))
        if fails_at is not None:
            statements[fails_at % len(statements) :] = ["SELECT 1 / 0"]
        self.run(statements)

    def run(self, statements: Sequence[str]) -> list[Any]:
        """One transaction, in what is as good as a session of its own; the last statement's rows."""
        try:
            done = batch.run(self._session, batch.Batch(statements, transaction=True))
        finally:
            self._session.backend.internal("DISCARD TEMP")
        return done[-1].rows

    def texts(self, columns: Sequence[Column], further: str, where: str, table: str = TARGET):
        """Rows with these columns as text, and further ones."""
        listed = [self._text(column) for column in columns]
        listed += [further] if further else []
        return self.run([f"SELECT {', '.join(listed)} FROM {table} WHERE {where}"])

    def has_rows_of(self, snapshot: int) -> bool:
        """Whether the warehouse's table has rows of a full load, or of changes after it."""
        known = f"SUBSTRING(_seq, 1, 17) >= '{FIRST_SNAPSHOT + snapshot}'"
        return bool(self.texts([], "1", known))

    def live(self) -> list[tuple[Told, Told]]:
        """The keys and values that the source has now, as the warehouse tells it."""
        where = LIVE.get(self.shape.history)
        if where is None:
            key = ", ".join(self._sql(column) for column in self.shape.key)
            where = (
                f"({key}, _seq) IN (SELECT {key}, MAX(_seq) FROM {TARGET} GROUP BY {key})"
                " AND _op <> 'D'"
            )
        many = len(self.shape.key)
        rows = self.texts((*self.shape.key, *self.shape.others), "", where)
        return [(tuple(row[:many]), tuple(row[many:])) for row in rows]

    def _sql(self, column: Column) -> str:
        return self.columns[column.name.strip('"').lower()]

    def _text(self, column: Column) -> str:
        return column.kind.text.format(column=self._sql(column))
