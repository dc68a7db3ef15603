"""One user's session with one database: its transaction, and the plans it carries out."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.engines.redshift import queries, values
from sandbox.engines.redshift.backend import Backend, texts
from sandbox.engines.redshift.catalog import Relation
from sandbox.engines.redshift.copying import Load
from sandbox.engines.redshift.gate import Gate
from sandbox.engines.redshift.lexer import Token
from sandbox.engines.redshift.lookups import Lookups
from sandbox.engines.redshift.model import RedshiftError, Storage
from sandbox.engines.redshift.nodes import path_sql, quote
from sandbox.engines.redshift.parquet import TargetColumn
from sandbox.engines.redshift.parquet_output import Output
from sandbox.engines.redshift.plan import Internal, Outcome, Plan, Query, Rule

if TYPE_CHECKING:
    from sandbox.engines.redshift.procedures.execution import Chain
    from sandbox.engines.redshift.warehouse import Warehouse

# The transaction's snapshot is taken by its first statement that reads or writes, not by LOCK
BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ"


class Session:
    """Runs gated statements. Not for use by several threads at once, but for cancel()."""

    def __init__(
        self, warehouse: Warehouse, user: str, database: str, storage: Storage | None
    ) -> None:
        self.login = user
        self.user = user  # the owner, in a procedure with SECURITY DEFINER
        self.database = database
        self._warehouse = warehouse
        self._storage = storage
        self.backend: Backend = warehouse.connect(user, database)
        self._lookups = Lookups(self.backend)
        self._last_copy = (0, -1)  # rows and query id
        self._last_unload = (0, -1)
        self._any_masks: bool | None = None  # known for the statement at hand
        self.query_id = 0
        self.notices: list[tuple[str, str]] = []  # severity and text
        self.open = False  # in a transaction
        self.block = False  # and one that the client has begun
        self.chain: Chain | None = None  # of the procedures that run
        self.cursor_owners: dict[str, str] = {}  # by cursor, who opened it
        self._superusers: dict[str, bool] = {}
        self._cancelled = threading.Event()
        self.gate = Gate(
            self,
            {
                "pg_last_copy_count": lambda: str(self._last_copy[0]),
                "pg_last_copy_id": lambda: str(self._last_copy[1]),
                "pg_last_unload_count": lambda: str(self._last_unload[0]),
                "pg_last_unload_id": lambda: str(self._last_unload[1]),
                "pg_last_query_id": lambda: str(self.query_id),
            },
        )

    @property
    def superuser(self) -> bool:
        if self.user not in self._superusers:
            self._superusers[self.user] = self._lookups.superuser
        return self._superusers[self.user]

    @property
    def may_explain(self) -> bool:
        return self.rows("SELECT pg_catalog.redshift_may_explain()")[0][0] == "t"

    @property
    def storage(self) -> Storage:
        if self._storage is None:
            raise RedshiftError("this session has no access to Amazon S3", "42501")
        return self._storage

    # transactions

    def begin(self, mode: str = "") -> None:
        self.backend.execute(f"{BEGIN}{mode}")
        self.open = True
        self.backend.resume()

    def commit(self) -> None:
        self.open = False
        self.backend.execute("COMMIT")

    def rollback(self) -> None:
        if self.open and not self.backend.broken:
            self.backend.execute("ROLLBACK")
        self.open = False

    @contextlib.contextmanager
    def acting_as(self, role: str) -> Iterator[None]:
        """The time in which all is done as another user."""
        before = self.user, self.backend.role
        self.backend.act_as(role)
        self.user = role
        try:
            yield
        finally:
            self.user = before[0]
            self.backend.act_as(before[1])

    # statements

    def next_query(self) -> None:
        """What comes is a query of its own."""
        self.query_id = self._warehouse.next_query_id()

    def plan(self, tokens: Sequence[Token]) -> Plan:
        """The plan of the next statement, which gets a query id."""
        self.next_query()
        self.backend.withheld.clear()
        self._any_masks = None
        text = queries.statement_text(tokens)
        if any(token.name in queries.VIEWS for token in tokens if token.is_name):
            self.rows(self._warehouse.queries.told(self, text))
        return replace(self.gate.plan(tokens), text=text)

    @contextlib.contextmanager
    def recorded(self, plan: Plan) -> Iterator[queries.Record]:
        """The time in which a plan is carried out, for the views that tell of the past."""
        with self._warehouse.queries.running(self, plan) as record:
            yield record

    def carry_out(
        self,
        plan: Plan,
        parameters: Sequence[str | None] | None = None,
        types: Sequence[int] | None = None,
    ) -> Outcome:
        """Run a plan's steps in the open transaction. Raises RedshiftError."""
        if self.chain is None:
            self._cancelled.clear()
        with self.recorded(plan) as record:
            outcome = self._steps(plan, parameters, types)
            if outcome.result is not None:
                record.returned_rows = outcome.result.ntuples
        if plan.rule is Rule.COMMITS and self.open:
            self.commit()
            self.begin()
        return outcome

    def _steps(
        self, plan: Plan, parameters: Sequence[str | None] | None, types: Sequence[int] | None
    ) -> Outcome:
        outcome = Outcome()
        for step in plan.steps:
            if isinstance(step, Query):
                given = parameters if step.main else None
                result = self.backend.execute(step.sql, given, types=types, table=plan.table)
                if step.main:
                    outcome.result = result
            elif isinstance(step, Internal):
                self.backend.internal(step.sql)
            else:
                done = step(self)
                if isinstance(done, int):
                    outcome.affected = done
                elif done is not None:
                    outcome.result = done
        return outcome

    # masks

    @property
    def any_masks(self) -> bool:
        if self._any_masks is None:
            found = self.rows("SELECT pg_catalog.redshift_any_masks()")
            self._any_masks = found[0][0] == "t"
        return self._any_masks

    def masked(self, relation: Relation, path: Sequence[str]) -> dict[str, str]:
        found = self.rows(f"SELECT * FROM pg_catalog.redshift_masked({relation.oid})")
        if found:
            withheld = set(relation.columns) - relation.readable
            self.backend.withheld.update(dict.fromkeys(withheld, path[-1]))
        return {name or "": expression or "" for name, expression in found}

    def is_masked(self, relation: Relation) -> bool:
        return self.rows(f"SELECT pg_catalog.redshift_is_masked({relation.oid})")[0][0] == "t"

    # what the steps of plans need

    def relation(self, path: Sequence[str]) -> Relation | None:
        return self._lookups.relation(path)

    def function_schema(self, path: Sequence[str]) -> str:
        return self._lookups.function_schema(path)

    def owned_table(self, path: Sequence[str]) -> int:
        """The table's id. Raises RedshiftError unless the user owns it."""
        relation = self.relation(path)
        if relation is None:
            raise RedshiftError(f'relation "{".".join(path)}" does not exist', "42P01")
        if not self._lookups.owns(relation.oid):
            raise RedshiftError(f"must be owner of relation {path[-1]}", "42501")
        return relation.oid

    def character_columns(self, path: Sequence[str]) -> list[tuple[int, str, int]]:
        return self._lookups.character_columns(path)

    def super_columns(self, path: Sequence[str]) -> set[str]:
        return self._lookups.super_columns(path)

    def copy_target(
        self, path: Sequence[str], names: Sequence[str], *, explicit_ids: bool
    ) -> list[TargetColumn]:
        return self._lookups.copy_target(path, names, explicit_ids=explicit_ids)

    def has_column_grant(self, path: Sequence[str], grantee: str, privilege: str) -> bool:
        return self._lookups.has_column_grant(path, grantee, privilege)

    def pg_role_exists(self, name: str) -> bool:
        return self._lookups.pg_role_exists(name)

    def is_member(self, role: str) -> bool:
        return self._lookups.is_member(role)

    def rows(self, sql: str) -> list[tuple[str | None, ...]]:
        return self.backend.rows(sql)

    def run_sql(self, sql: str) -> None:
        self.backend.execute(sql)

    def internal_rows(self, sql: str) -> list[tuple[str | None, ...]]:
        """The rows of a query that is run with the engine's own rights, as text."""
        return texts(self.backend.internal(sql))

    def run_internal(self, sql: str) -> None:
        self.backend.internal(sql)

    def copy_in(self, path: Sequence[str], names: Sequence[str], chunks: Iterable[bytes]) -> None:
        """Load rows of CSV into a table's columns; row-level security does not filter them."""
        columns = ", ".join(quote(name) for name in names)
        sql = f"COPY {path_sql(path)} ({columns}) FROM STDIN (FORMAT csv)"
        past = self._lookups.filters_rows(path, names)
        with self.backend.privileged() if past else contextlib.nullcontext():
            self.backend.copy_in(sql, chunks)

    def copy_out(self, sql: str) -> bytes:
        return self.backend.copy_out(sql)

    def describe(self, query: str) -> list[Output]:
        """The columns of a query's result. Raises RedshiftError as running it would."""
        result = self.backend.execute(f"SELECT * FROM ({query}) AS described LIMIT 0")
        return [
            Output(values.label_of(result, index), result.ftype(index), result.fmod(index))
            for index in range(result.nfields)
        ]

    def create_database(self, name: str, owner: str) -> None:
        if not self._lookups.may_create_databases:
            raise RedshiftError("permission denied to create database", "42501")
        self._warehouse.create_database(name)
        self.backend.internal(f"ALTER DATABASE {quote(name)} OWNER TO {quote(owner or self.user)}")

    def note_load(self, load: Load) -> None:
        """Remember what a COPY did, whatever becomes of its transaction."""
        self._last_copy = (load.rows, self.query_id)
        self._warehouse.journal(self.database).load(self, load)

    def note_unload(self, rows: int) -> None:
        self._last_unload = (rows, self.query_id)
        self.notice(f"UNLOAD completed, {rows} record(s) unloaded successfully.")

    def notice(self, text: str, severity: str = "INFO") -> None:
        self.notices.append((severity, text))

    def take_notices(self) -> list[tuple[str, str]]:
        """Severity and text of the notices since the last time, the engine's and PostgreSQL's."""
        taken = [*self.notices, *(("INFO", text) for text in self.backend.notices)]
        self.notices.clear()
        self.backend.notices.clear()
        return taken

    def cancel(self) -> None:
        """Stop the statement at hand, from another thread."""
        self._cancelled.set()
        self.backend.cancel()

    def refuse_cancelled(self) -> None:
        """Raise RedshiftError when the statement at hand has been stopped."""
        if self._cancelled.is_set():
            raise RedshiftError("Query cancelled on user's request", queries.CANCELLED)

    def close(self) -> None:
        self.backend.close()
