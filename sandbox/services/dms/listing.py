"""Filters and pages of the Describe operations."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sandbox.errors import AwsError

DEFAULT_PAGE = 100
SMALLEST_PAGE, LARGEST_PAGE = 20, 100

Item = TypeVar("Item")
Values = Callable[[Item], Iterable[Any]]


def filtered(
    items: Iterable[Item],
    filters: Sequence[dict[str, Any]] | None,
    known: Mapping[str, Values[Item]],
) -> list[Item]:
    """The items that have, for each filter, one of its values.

    known gives the values of an item by the filter's name; another name is an
    InvalidParameterValueException.
    """
    found = list(items)
    for each in filters or ():
        name, wanted = each["Name"], set(each["Values"])
        if name not in known:
            raise AwsError(
                "InvalidParameterValueException",
                f"The filter name {name} is not valid. Valid filter names: {', '.join(known)}",
            )
        values = known[name]
        found = [item for item in found if wanted & {str(value) for value in values(item)}]
    return found


def described(found: list[Item], filters: Sequence[dict[str, Any]] | None, kind: str) -> list[Item]:
    """The same items; ResourceNotFoundFault when a filter has left none."""
    if filters and not found:
        raise AwsError("ResourceNotFoundFault", f"No {kind} found matching provided filters")
    return found


def page(
    items: Sequence[dict[str, Any]],
    member: str,
    max_records: int | None,
    marker: str | None,
    largest: int = LARGEST_PAGE,
) -> dict[str, Any]:
    """One page of an answer, with the marker of the next.

    InvalidParameterValueException for a page size or a marker that cannot be.
    """
    size = DEFAULT_PAGE if max_records is None else max_records
    if not SMALLEST_PAGE <= size <= largest:
        raise AwsError(
            "InvalidParameterValueException",
            f"The parameter MaxRecords is {size}: it must be {SMALLEST_PAGE} to {largest}",
        )
    start = _position(marker)
    answer: dict[str, Any] = {member: list(items[start : start + size])}
    if start + size < len(items):
        answer["Marker"] = base64.b64encode(str(start + size).encode()).decode()
    return answer


def _position(marker: str | None) -> int:
    if not marker:
        return 0
    try:
        return int(base64.b64decode(marker, validate=True))
    except ValueError:
        message = f"The parameter Marker is not valid: {marker}"
        raise AwsError("InvalidParameterValueException", message) from None
