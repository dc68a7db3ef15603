"""Why a capture stops."""

from __future__ import annotations

from collections.abc import Sequence


class CaptureError(Exception):
    """The capture cannot go on; the text says why, in one line."""


class UnavailableError(CaptureError):
    """The source or the target does not answer now; trying again may help."""


class UnsupportedTableError(CaptureError):
    """A table has something that cannot be carried into its files."""


class RecordError(CaptureError):
    """Values of one column that its type in the file cannot hold.

    rows are the positions of the records concerned; truncated tells that the values are large
    objects over the limit rather than unfit.
    """

    def __init__(
        self, column: str, reason: str, rows: Sequence[int], *, truncated: bool = False
    ) -> None:
        super().__init__(f"Column {column}: {reason}")
        self.column = column
        self.rows = rows
        self.truncated = truncated
