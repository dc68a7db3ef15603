"""Errors that reach the caller as the modelled errors of the service."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException


class AwsError(ServiceException):
    """An error answer of an operation.

    The code names an error shape of the service's botocore model, which decides the HTTP status
    and the members; further members of that shape are given as keywords, and so is http_status
    where no model tells it.
    """

    http_status: int | None = None

    def __init__(self, code: str, message: str, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        for name, value in members.items():
            setattr(self, name, value)


class StartupError(Exception):
    """The sandbox cannot start or go on: one line that says what to do."""
