"""Requests of Athena held against its model, and its refusals."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.errors import AwsError
from sandbox.registry import Handler
from sandbox.validation import validated


def invalid(message: str, code: str = "INVALID_INPUT") -> AwsError:
    """InvalidRequestException; code is the AthenaErrorCode that says more."""
    return AwsError("InvalidRequestException", message, AthenaErrorCode=code)


def served(name: str) -> Callable[[Handler], Handler]:
    """Serve an operation; InvalidRequestException for what breaks a constraint of the model."""
    return validated("athena", name, "InvalidRequestException")
