"""Change data capture: the slot's changes, into files of changes."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engines.capture.captured import CapturedTable, CapturedTables
from sandbox.engines.capture.errors import RecordError, UnsupportedTableError
from sandbox.engines.capture.pgoutput import (
    Begin,
    Commit,
    Decoder,
    Message,
    Relation,
    Row,
    RowChange,
    Truncate,
    Unchanged,
)
from sandbox.engines.capture.records import Change, Transaction
from sandbox.engines.capture.sequence import ChangeSequence
from sandbox.engines.capture.settings import Behaviour, Target
from sandbox.engines.capture.source import Connection, Source
from sandbox.engines.capture.writer import Writer

PEEK_CHANGES = 20_000


class ChangeStream:
    """Reads changes and writes them; the slot moves on only when they are in the bucket.

    connection reads the slot, helper looks up what the log does not say. What was written before
    a failure is written again after it, under new names: delivery is at least once.
    """

    def __init__(
        self,
        source: Source,
        connections: tuple[Connection, Connection],
        tables: CapturedTables,
        writer: Writer,
        sequence: ChangeSequence,
        settings: tuple[Target, Behaviour],
    ) -> None:
        self._source = source
        self._connection, self._helper = connections
        self._tables = tables
        self._writer = writer
        self._sequence = sequence
        self._target, self._behaviour = settings
        self._pending: dict[int, list[Change]] = {}
        self._pending_bytes = 0
        self._transaction: Transaction | None = None

    def read(self) -> bool:
        """Write the changes that wait, a bounded number of transactions; whether more may wait.

        Raises CaptureError where a policy is to stop, psycopg's errors as they are.
        """
        self._pending.clear()
        self._pending_bytes = 0
        decoder = Decoder()
        messages = done = 0
        for data in self._source.peek(self._connection, PEEK_CHANGES):
            messages += 1
            message = decoder.decode(data)
            if isinstance(message, Commit):
                done = message.end_lsn
            elif message is not None:
                self._handle(message, len(data))
            if self._pending_bytes >= self._target.batch_bytes:
                self._flush()
        self._flush()
        if done:
            self._source.advance(self._connection, done)
        return messages >= PEEK_CHANGES

    def _handle(self, message: Message, size: int) -> None:
        match message:
            case Begin():
                self._transaction = Transaction(
                    message.commit_lsn, message.commit_time, message.transaction_id
                )
                self._sequence.begin(message.commit_time)
            case Relation():
                self._follow(message)
            case RowChange():
                self._pending_bytes += size
                self._add(message)
            case Truncate():
                self._truncate(message)

    def _follow(self, relation: Relation) -> None:
        captured = self._tables.get(relation.oid)
        if captured is None or captured.statistics.suspended or captured.relation == relation:
            return
        self._flush_table(captured)
        if (relation.schema, relation.table) != (captured.table.schema, captured.table.name):
            self._writer.give_up(captured, f"it is now {relation.schema}.{relation.table}")
            return
        altered = captured.altered(relation)
        alter = self._behaviour.follow_altered
        try:
            self._tables.follow(captured, relation, self._helper, alter=alter)
        except UnsupportedTableError as error:
            self._writer.give_up(captured, str(error))
        if altered and alter:
            captured.statistics.count_ddl()

    def _add(self, message: RowChange) -> None:
        captured = self._tables.get(message.relation.oid)
        if captured is None or captured.statistics.suspended:
            return
        assert self._transaction is not None
        try:
            new = None if message.new is None else self._complete(captured, message)
        except RecordError as error:
            self._writer.judge(captured, error)
            return
        old = None if message.old is None else tuple(map(_text, message.old))
        row = new or old
        assert row is not None
        change = Change(
            message.operation,
            self._transaction,
            self._sequence.next(),
            row,
            None if message.operation == "I" else _before(captured, old or row, message.whole),
        )
        self._pending.setdefault(captured.table.oid, []).append(change)

    def _complete(self, captured: CapturedTable, message: RowChange) -> tuple[str | None, ...]:
        """The row after, with the large values that an update left alone.

        They come from the row before where the log has it whole, else from the table as it is
        now, as DMS looks large objects up. RecordError for a value that is neither.
        """
        assert message.new is not None
        if Unchanged.VALUE not in message.new:
            return tuple(map(_text, message.new))
        old: Row = message.old if message.old is not None and message.whole else message.new
        filled = [
            before if value is Unchanged.VALUE else value
            for value, before in zip(message.new, old, strict=True)
        ]
        for column in captured.layout.sources:
            if filled[column.position] is Unchanged.VALUE:
                if not column.type.lob:
                    reason = "the log does not repeat its value: set REPLICA IDENTITY FULL"
                    raise RecordError(column.name, reason, [])
                filled[column.position] = self._look_up(captured, column.name, filled)
        return tuple(map(_text, filled))

    def _look_up(self, captured: CapturedTable, column: str, row: Sequence[object]) -> str | None:
        table = captured.table
        names = [each.name for each in table.columns]
        key = [row[names.index(name)] for name in table.key]
        if not key or Unchanged.VALUE in key:
            raise RecordError(column, "the log does not tell which row to look it up in", [])
        found: str | None = self._source.value(self._helper, table, column, key)
        return found

    def _truncate(self, message: Truncate) -> None:
        for relation in message.relations:
            captured = self._tables.get(relation.oid)
            if captured is None or captured.statistics.suspended:
                continue
            if self._behaviour.follow_truncated:
                self._pending.pop(relation.oid, None)
                self._writer.landing.clear(relation.schema, relation.table)
                captured.statistics.count_ddl()

    def _flush(self) -> None:
        for oid in list(self._pending):
            if captured := self._tables.get(oid):
                self._flush_table(captured)
        self._pending_bytes = 0

    def _flush_table(self, captured: CapturedTable) -> None:
        changes = self._pending.pop(captured.table.oid, None)
        if changes and not captured.statistics.suspended:
            self._writer.write_changes(captured, changes)


def _before(
    captured: CapturedTable, row: tuple[str | None, ...], whole: bool
) -> tuple[str | None, ...]:
    """The row before: where the log does not have it whole, its key only."""
    if whole:
        return row
    table = captured.table
    return tuple(
        value if column.name in table.key else None
        for column, value in zip(table.columns, row, strict=True)
    )


def _text(value: object) -> str | None:
    """A value's text; None for null and for what the file does not show."""
    return value if isinstance(value, str) else None
