"""Answers in pages, as this service has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sandbox.paging import page

Item = TypeVar("Item")
PAGE = 100


def page_of(
    items: Sequence[Item], token: str | None, size: int | None
) -> tuple[list[Item], dict[str, Any]]:
    """One page of items, and {"NextToken": ...} when there are more."""
    part, following = page(items, token, size or PAGE, "InvalidInputException")
    return part, {"NextToken": following} if following else {}
