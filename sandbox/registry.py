"""Which operations the sandbox serves itself; everything else is moto's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sandbox.errors import AwsError

Handler = Callable[..., dict[str, Any] | None]

_handlers: dict[tuple[str, str], Handler] = {}
_owned: set[str] = set()
_refused: set[tuple[str, str]] = set()
_turns: dict[tuple[str, str], threading.Lock] = {}


def operation(service: str, name: str) -> Callable[[Handler], Handler]:
    """Serve one operation, named as botocore's model names it; nobody can ask an older one for it.

    The handler is called with a Call and the request's members as keywords, and returns the
    answer's members as boto3 would give them.
    """

    def register(handler: Handler) -> Handler:
        _handlers[service, name] = handler
        return handler

    return register


def owns(service: str) -> None:
    """Declare a service that moto does not back: what has no handler is NotImplemented."""
    _owned.add(service)


def refuses(service: str, *names: str, why: str) -> None:
    """Refuse operations as NotImplemented that moto would serve, but otherwise than AWS."""
    for name in names:
        _refused.add((service, name))
        operation(service, name)(_refusal(service, name, why))


def _refusal(service: str, name: str, why: str) -> Handler:
    def refuse(_: Any, **__: Any) -> dict[str, Any]:
        raise AwsError("NotImplemented", f"The sandbox does not serve {service}:{name}: {why}")

    return refuse


def is_refused(service: str, name: str) -> bool:
    """Whether every request of an operation is refused."""
    return (service, name) in _refused


def handler_of(service: str, name: str) -> Handler | None:
    """The handler of an operation, None where moto serves it."""
    return _handlers.get((service, name))


def named() -> set[tuple[str, str]]:
    """The services and operations of which anything is said here."""
    return _handlers.keys() | _turns.keys()


def is_owned(service: str) -> bool:
    """Whether no request of this service may reach moto."""
    return service in _owned


def in_turn(service: str, *names: str) -> None:
    """Let moto do these operations of a service one at a time: it reads first, and writes later."""
    lock = threading.Lock()
    for name in names:
        _turns[service, name] = lock


def turn_of(service: str, name: str) -> AbstractContextManager[Any]:
    """What an operation of moto's has to wait for."""
    return _turns.get((service, name)) or nullcontext()
