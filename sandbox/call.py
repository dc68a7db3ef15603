"""One request as its handler sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.identity import Principal
from sandbox.runtime import Runtime


@dataclass(frozen=True)
class Call:
    """A request of a known operation: where it goes, who signed it, what it asks for."""

    runtime: Runtime
    service: str
    operation: str
    region: str
    account: str
    principal: Principal
    params: dict[str, Any]
    _moto: Callable[[], dict[str, Any]] = field(repr=False)

    def moto(self) -> dict[str, Any]:
        """Let moto serve this same request.

        Returns its answer as boto3 would; raises AwsError with moto's code and message.
        """
        return self._moto()
