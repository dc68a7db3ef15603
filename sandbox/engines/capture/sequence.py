"""The order of changes: a text that compares as the changes came."""

from __future__ import annotations

import datetime


class ChangeSequence:
    """Numbers the changes of one capture, over stops and restarts.

    A value has 35 digits: commit time in UTC as YYYYMMDDhhmmss and hundredths of a second, then a
    counter. When the source's clock goes back the time part stays, so that values only grow.
    https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Transformations.html
    """

    def __init__(self) -> None:
        self._counter = 0
        self._time = ""

    def begin(self, commit: datetime.datetime) -> None:
        """Start the transaction that committed then."""
        self._time = max(self._time, f"{commit:%Y%m%d%H%M%S}{commit.microsecond // 10_000:02}")

    def next(self) -> str:
        """The value of the transaction's next change."""
        self._counter += 1
        return f"{self._time}{self._counter:019}"
