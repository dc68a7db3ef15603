"""Answers a page at a time.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
"""

from __future__ import annotations

import base64
from typing import Any

from sandbox.errors import AwsError

MAX_PAGE = 1000
DEFAULT_PAGE = 100


def page(name: str, items: list[Any], size: int, token: str | None) -> dict[str, Any]:
    """As many of the items as asked for, from where the token says, under their name."""
    try:
        start = int(base64.urlsafe_b64decode(token)) if token else 0
    except ValueError as error:
        raise AwsError("InvalidToken", f"Invalid Token: '{token}'") from error
    end = start + (min(size, MAX_PAGE) or DEFAULT_PAGE)
    answer: dict[str, Any] = {name: items[start:end]}
    if end < len(items):
        answer["nextToken"] = base64.urlsafe_b64encode(str(end).encode()).decode()
    return answer
