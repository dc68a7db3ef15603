"""Which operations the sandbox serves itself; everything else is moto's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.utils import get_service_model

Handler = Callable[..., dict[str, Any] | None]

_handlers: dict[tuple[str, str], Handler] = {}
_owned: set[str] = set()


def operation(service: str, name: str) -> Callable[[Handler], Handler]:
    """Serve one operation, named as botocore's model names it.

    The handler is called with a Call and the request's members as keywords, and returns the
    answer's members as boto3 would give them.
    """
    get_service_model(service).operation_model(name)  # a misspelt name fails at import

    def register(handler: Handler) -> Handler:
        _handlers[service, name] = handler
        return handler

    return register


def owns(service: str) -> None:
    """Declare a service that moto does not back: what has no handler is NotImplemented."""
    _owned.add(service)


def handler_of(service: str, name: str) -> Handler | None:
    """The handler of an operation, None where moto serves it."""
    return _handlers.get((service, name))


def is_owned(service: str) -> bool:
    """Whether no request of this service may reach moto."""
    return service in _owned
