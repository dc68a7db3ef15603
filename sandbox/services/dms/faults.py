"""What the fault plan does to a capture: it fails, or a file of changes lands twice."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

from sandbox.engines.capture import CaptureError
from sandbox.engines.capture.errors import UnavailableError
from sandbox.faults import faults

CHANGES = re.compile(r"/\d{8}-\d+\.parquet$")


def strike(task: str, during: str) -> None:
    """Fail a capture at this point, where the plan says so.

    Raises UnavailableError when the failure is recoverable, CaptureError when it is fatal.
    """
    fault = faults.on(
        "replication_failure",
        lambda entry: entry.during == during and fnmatchcase(task, entry.task),
    )
    if fault is None:
        return
    if fault.entry.level == "fatal":
        raise CaptureError("The fault plan fails the task.")
    raise UnavailableError("The fault plan interrupts the task.")


class Disturbed:
    """A client of S3 that writes a capture's files as the plan lets it."""

    def __init__(self, s3: Any, task: str) -> None:
        self._s3, self._task = s3, task

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def put_object(self, **request: Any) -> Any:
        """Write an object. Raises as strike does, and after a file that is to land again."""
        if not CHANGES.search(request["Key"]):
            return self._s3.put_object(**request)
        strike(self._task, "changes")
        answer = self._s3.put_object(**request)
        if faults.on("duplicate_file", lambda entry: fnmatchcase(self._task, entry.task)):
            # what was written counts as unwritten: it is read from the source's log once more
            raise UnavailableError(f"The answer to the put of {request['Key']} was lost.")
        return answer
