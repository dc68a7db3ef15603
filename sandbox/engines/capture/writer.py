"""Writes records into files, and treats those that do not fit as the error policies say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pyarrow as pa

from sandbox.engines.capture.captured import CapturedTable, Log
from sandbox.engines.capture.errors import CaptureError, RecordError
from sandbox.engines.capture.landing import Landing
from sandbox.engines.capture.records import Change, Rows
from sandbox.engines.capture.settings import Behaviour, Target


class Writer:
    """Writes the files of one capture and counts what is in them.

    https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.ErrorHandling.html
    """

    def __init__(self, landing: Landing, target: Target, behaviour: Behaviour, log: Log) -> None:
        self.landing = landing
        self._operations = target.operations
        self._behaviour = behaviour
        self._log = log

    def write_rows(self, captured: CapturedTable, rows: Rows) -> None:
        """Write rows of a full load.

        Raises CaptureError when a record does not fit and the policy is to stop.
        """
        table, statistics = captured.table, captured.statistics

        def without(positions: Sequence[int]) -> None:
            nonlocal rows
            statistics.load_error_rows += len(positions)
            rows = rows.without(positions)

        records = self._fit(captured, lambda: captured.layout.of_rows(rows), without)
        if records is not None and rows.count:
            self.landing.write_load(table.schema, table.name, records)
            statistics.load_rows += rows.count

    def write_changes(self, captured: CapturedTable, changes: list[Change]) -> None:
        """Write changes. Raises as write_rows does."""
        changes = [change for change in changes if change.operation in self._operations]

        def without(positions: Sequence[int]) -> None:
            nonlocal changes
            unfit = set(positions)
            changes = [change for i, change in enumerate(changes) if i not in unfit]

        records = self._fit(captured, lambda: captured.layout.of_changes(changes), without)
        if records is None or not changes:
            return
        self.landing.write_changes(captured.table.schema, captured.table.name, records)
        for operation, number in Counter(change.operation for change in changes).items():
            captured.statistics.count(operation, number)

    def judge(self, captured: CapturedTable, error: RecordError) -> bool:
        """Whether a table goes on without the records that do not fit.

        Raises CaptureError when the policy is to stop.
        """
        behaviour = self._behaviour
        policy = behaviour.truncation_error if error.truncated else behaviour.data_error
        message = f"Table {captured.title}: {error}"
        if policy == "STOP_TASK":
            raise CaptureError(message) from error
        if policy != "IGNORE_RECORD":
            self._log(message)
        if policy == "SUSPEND_TABLE":
            captured.statistics.state = "Table error"
        return policy != "SUSPEND_TABLE"

    def give_up(self, captured: CapturedTable, reason: str) -> None:
        """Suspend a table that cannot be captured any further, or stop."""
        self.refuse(f"Table {captured.title}: {reason}")
        captured.statistics.state = "Table error"

    def refuse(self, message: str) -> None:
        """A table cannot be captured: log it. Raises CaptureError when the policy is to stop."""
        if self._behaviour.table_error == "STOP_TASK":
            raise CaptureError(message)
        self._log(message)

    def _fit(
        self,
        captured: CapturedTable,
        build: Callable[[], pa.Table],
        without: Callable[[Sequence[int]], None],
    ) -> pa.Table | None:
        while True:
            try:
                return build()
            except RecordError as error:
                if not self.judge(captured, error):
                    return None
                without(error.rows)
