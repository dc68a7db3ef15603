"""Lists in pages: a token that stands for where the next page begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.errors import AwsError

Item = TypeVar("Item")
PREFIX = "offset:"


def page(
    items: Sequence[Item], token: str | None, size: int, error: str = "ValidationException"
) -> tuple[list[Item], str | None]:
    """One page, and the token of the next one, None after the last.

    error is the code of the refusal of a token that the service did not give.
    """
    start = _offset(token, error) if token else 0
    if start > len(items):
        raise AwsError(error, "The pagination token is not valid.")
    end = start + size
    following = base64.b64encode(f"{PREFIX}{end:012}".encode()).decode()
    return list(items[start:end]), following if end < len(items) else None


def _offset(token: str, error: str) -> int:
    try:
        text = base64.b64decode(token, validate=True).decode()
        if text.startswith(PREFIX):
            return int(text.removeprefix(PREFIX))
    except (binascii.Error, ValueError):
        pass
    raise AwsError(error, "The pagination token is not valid.")
