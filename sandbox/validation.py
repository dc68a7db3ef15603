"""Operations whose requests are held against the service's model before they are served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import limits
from sandbox.call import Call
from sandbox.registry import Handler, operation


def validated(
    service: str, name: str, error: str = "ValidationException"
) -> Callable[[Handler], Handler]:
    """Serve an operation as registry.operation does, after its request was checked.

    error is the code of a request that breaks a length, range, pattern or enumeration.
    """

    def register(handler: Handler) -> Handler:
        def checked(call: Call, **params: Any) -> dict[str, Any] | None:
            limits.check(service, name, params, error)
            return handler(call, **params)

        operation(service, name)(checked)
        return handler

    return register
