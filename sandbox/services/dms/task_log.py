"""A capture's log in CloudWatch, written as the account's role for it."""

from __future__ import annotations

import contextlib
import time

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.errors import AwsError
from sandbox.services.dms.roles import LOGS_ROLE, SERVICE
from sandbox.services.dms.state import State


class TaskLog:
    """Log group and stream of one capture, for the resource that it runs on."""

    def __init__(self, state: State, group: str, stream: str, source_arn: str) -> None:
        self._state, self.group, self.stream = state, group, stream
        self._source_arn = source_arn

    def write(self, message: str) -> None:
        """Write a line; a log that cannot be written stops no capture."""
        role = f"arn:aws:iam::{self._state.account}:role/{LOGS_ROLE}"
        where = {"logGroupName": self.group, "logStreamName": self.stream}
        event = {"timestamp": int(time.time() * 1000), "message": message}
        with contextlib.suppress(AwsError, ClientError, BotoCoreError):
            logs = self._state.runtime.client(
                "logs", role, self._state.region, SERVICE, self._source_arn
            )
            with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_group(logGroupName=self.group)
            with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_stream(**where)
            logs.put_log_events(**where, logEvents=[event])
