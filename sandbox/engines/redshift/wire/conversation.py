"""What a client of the wire protocol says, from its login to its leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from psycopg.pq import Format

from sandbox.engines.redshift.lexer import Token, split
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.plan import Outcome, Plan
from sandbox.engines.redshift.session import Session
from sandbox.engines.redshift.transactions import Transactions
from sandbox.engines.redshift.wire import formats, unprepared
from sandbox.engines.redshift.wire.protocol import Body, Stream


@dataclass
class Prepared:
    """A statement after Parse. handle is its name in PostgreSQL, "" when it is not one query."""

    plan: Plan | None
    tokens: Sequence[Token] = ()
    types: Sequence[int] = ()
    handle: bytes = b""
    description: Any = None
    used: bool = False


@dataclass
class Portal:
    """A statement with its values; rows that a limited Execute left are kept."""

    prepared: Prepared
    values: list[bytes | None]
    value_formats: list[int]
    result_formats: list[int]
    result: Any = None
    position: int = 0
    tag: str = ""


@dataclass
class Conversation:
    """Answers the messages of one client."""

    stream: Stream
    session: Session
    prepared: dict[str, Prepared] = field(default_factory=dict)
    portals: dict[str, Portal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._transactions = Transactions(self.session)
        self._skipping = False  # after an error, until Sync
        self._count = 0
        self._handlers: dict[bytes, Callable[[Body], None]] = {
            b"P": self._parse,
            b"B": self._bind,
            b"D": self._describe,
            b"E": self._execute,
            b"C": self._close,
        }

    def run(self) -> None:
        """Answer until the client leaves."""
        self.stream.ready(b"I")
        while True:
            kind, body = self.stream.message()
            if kind == b"X":
                return
            if kind == b"Q":
                self._query(Body(body).text())
            elif kind == b"S":
                self._sync()
            elif kind == b"H":
                self.stream.flush()
            elif not self._skipping:
                self._extended(kind, Body(body))

    # the simple protocol

    def _query(self, sql: str) -> None:
        self._skipping = False
        try:
            statements = split(sql)
            if not statements:
                self.stream.send(b"I")
            for tokens in statements:
                self._simple(tokens)
            self._transactions.settle()
        except RedshiftError as error:
            self._fail(error)
        self.stream.ready(self._transactions.state)

    def _simple(self, tokens: Sequence[Token]) -> None:
        plan = self._transactions.plan(tokens)
        outcome = self._transactions.carry_out(plan)
        self._notices()
        result = outcome.result
        if result is not None and result.nfields:
            encoders = formats.encoders(result)
            self.stream.row_description(formats.fields(result))
            self._rows(result, encoders, 0, result.ntuples)
        self.stream.complete(tag(plan, outcome))

    # the extended protocol

    def _extended(self, kind: bytes, body: Body) -> None:
        handler = self._handlers.get(kind)
        try:
            if handler is None:
                raise RedshiftError(f"unsupported message {kind.decode(errors='replace')}", "0A000")
            handler(body)
        except RedshiftError as error:
            self._fail(error)
            self._skipping = True

    def _sync(self) -> None:
        try:
            if not self._skipping:
                self._transactions.settle()
        except RedshiftError as error:
            self._fail(error)
        self._skipping = False
        self.portals.clear()
        self.stream.ready(self._transactions.state)

    def _parse(self, body: Body) -> None:
        name, sql, types = body.text(), body.text(), body.longs()
        statements = split(sql)
        if len(statements) > 1:
            raise RedshiftError(
                "cannot insert multiple commands into a prepared statement", "42601"
            )
        self._forget(name)
        prepared = Prepared(None)
        if statements:
            prepared.tokens, prepared.types = statements[0], types
            prepared.plan = self._transactions.plan(statements[0])
            if prepared.plan.preparable and prepared.plan.single is not None:
                self._prepare(prepared, prepared.plan.single)
            elif prepared.plan.described:
                prepared.description = unprepared.described(
                    self.session.backend, prepared.plan.described
                )
        self.prepared[name] = prepared
        self.stream.send(b"1")

    def _renew(self, prepared: Prepared) -> None:
        """Masks may have changed since the statement was prepared."""
        plan = self._transactions.plan(prepared.tokens)
        if prepared.plan is not None and plan.single not in (None, prepared.plan.single):
            prepared.plan = plan
            self.session.backend.execute(f"DEALLOCATE {prepared.handle.decode()}")
            self._prepare(prepared, plan.single or "")

    def _prepare(self, prepared: Prepared, sql: str) -> None:
        self._count += 1
        backend = self.session.backend
        prepared.handle = f"client_{self._count}".encode()
        table = prepared.plan.table if prepared.plan else ""
        backend.checked(
            backend.connection.prepare(prepared.handle, sql.encode(), list(prepared.types)), table
        )
        prepared.description = backend.checked(
            backend.connection.describe_prepared(prepared.handle)
        )

    def _bind(self, body: Body) -> None:
        portal, name = body.text(), body.text()
        value_formats, values, result_formats = body.shorts(), body.values(), body.shorts()
        prepared = self._statement(name)
        if prepared.used and prepared.handle:
            self._renew(prepared)
        prepared.used = True
        if len(value_formats) == 1:
            value_formats = value_formats * len(values)
        self.portals[portal] = Portal(
            prepared, values, value_formats or [0] * len(values), result_formats
        )
        self.stream.send(b"2")

    def _describe(self, body: Body) -> None:
        kind, name = body.take(1), body.text()
        chosen: list[int] = []
        if kind == b"S":
            prepared = self._statement(name)
            description = prepared.description
            types = []
            if description is not None:
                types = [description.param_type(index) for index in range(description.nparams)]
            self.stream.parameter_description(types)
        else:
            portal = self._portal(name)
            prepared, chosen = portal.prepared, portal.result_formats
        description = prepared.description
        if description is None or not description.nfields:
            self.stream.send(b"n")
        else:
            self.stream.row_description(formats.fields(description, chosen))

    def _execute(self, body: Body) -> None:
        portal, limit = self._portal(body.text()), body.long()
        plan = portal.prepared.plan
        if plan is None:
            self.stream.send(b"I")
            return
        if not portal.tag:
            outcome = self._run(portal, plan)
            portal.result, portal.tag = outcome.result, tag(plan, outcome)
            self._notices()
        result = portal.result
        if result is not None and result.nfields:
            encoders = formats.encoders(result, portal.result_formats)
            end = min(result.ntuples, portal.position + limit) if limit > 0 else result.ntuples
            self._rows(result, encoders, portal.position, end)
            portal.position = end
            if end < result.ntuples:
                self.stream.send(b"s")
                return
        self.stream.complete(portal.tag)

    def _run(self, portal: Portal, plan: Plan) -> Outcome:
        backend = self.session.backend
        if not portal.prepared.handle:
            if portal.values:
                prepared, given = portal.prepared, (portal.values, portal.value_formats)
                tokens = unprepared.written(backend, prepared.tokens, prepared.types, *given)
                # the views that tell of the past show $1, never its value
                plan = replace(self._transactions.plan(tokens), text=plan.text)
            return self._transactions.carry_out(plan)

        def execute() -> Any:
            result = backend.connection.exec_prepared(
                portal.prepared.handle,
                cast(Any, portal.values),  # psycopg's types leave out that NULL is None
                [Format(number) for number in portal.value_formats],
                Format.TEXT,
            )
            return backend.checked(result, plan.table)

        return self._transactions.execute_prepared(plan, execute)

    def _close(self, body: Body) -> None:
        kind, name = body.take(1), body.text()
        if kind == b"S":
            self._forget(name)
        else:
            self.portals.pop(name, None)
        self.stream.send(b"3")

    # what they share

    def _rows(self, result: Any, encoders: Sequence[Any], start: int, end: int) -> None:
        columns = range(result.nfields)
        for row in range(start, end):
            values = [result.get_value(row, column) for column in columns]
            self.stream.data_row(
                [
                    value if value is None or encode is None else encode(value)
                    for value, encode in zip(values, encoders, strict=True)
                ]
            )

    def _notices(self) -> None:
        for severity, text in self.session.take_notices():
            self.stream.notice(text, severity)

    def _fail(self, error: RedshiftError) -> None:
        self._transactions.fail()
        self._notices()
        self.stream.error(error)

    def _statement(self, name: str) -> Prepared:
        if name not in self.prepared:
            raise RedshiftError(f'prepared statement "{name}" does not exist', "26000")
        return self.prepared[name]

    def _portal(self, name: str) -> Portal:
        if name not in self.portals:
            raise RedshiftError(f'portal "{name}" does not exist', "34000")
        return self.portals[name]

    def _forget(self, name: str) -> None:
        prepared = self.prepared.pop(name, None)
        if prepared is not None and prepared.handle and not self._transactions.failed:
            self.session.backend.execute(f"DEALLOCATE {prepared.handle.decode()}")


def tag(plan: Plan, outcome: Outcome) -> str:
    """The command tag of a statement."""
    status = "" if outcome.result is None else (outcome.result.command_status or b"").decode()
    if plan.tag == "MERGE" and status:
        return f"MERGE {status.split()[-1]}"
    return outcome.tag or plan.tag or status
