"""Refusals of Athena."""

from __future__ import annotations

from sandbox.errors import AwsError


def invalid(message: str, code: str = "INVALID_INPUT") -> AwsError:
    """InvalidRequestException; code is the AthenaErrorCode that says more."""
    return AwsError("InvalidRequestException", message, AthenaErrorCode=code)
