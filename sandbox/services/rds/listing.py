"""Lists of RDS in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sandbox import paging
from sandbox.errors import AwsError

Item = TypeVar("Item")
LEAST, MOST = 20, 100


def page(
    items: Sequence[Item], marker: str | None, size: int | None
) -> tuple[list[Item], dict[str, str]]:
    """One page, and the member that tells where the next one begins.

    size is between 20 and 100, by default 100; InvalidParameterValue for another one, and for a
    marker that was never given.
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html
    """
    size = MOST if size is None else size
    if not LEAST <= size <= MOST:
        raise AwsError(
            "InvalidParameterValue",
            f"Invalid value {size} for MaxRecords. Must be between {LEAST} and {MOST}",
        )
    part, following = paging.page(items, marker, size, "InvalidParameterValue")
    return part, {"Marker": following} if following else {}
