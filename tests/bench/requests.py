"""Counts the requests that the sandbox answers, and the bytes that S3 gives."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest import mock

from sandbox.dispatch import CREDENTIAL, Dispatcher, StartResponse
from sandbox.exchange import Environ


class Requests:
    """Requests by the name that their signature gives the service; `read` in bytes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        self.by_service: Counter[str] = Counter()
        self.read = 0

    def note(self, service: str, answered: int) -> None:
        with self._lock:
            self.by_service[service] += 1
            if service == "s3":
                self.read += answered


@contextmanager
def counted() -> Iterator[Requests]:
    """Count the requests of sandboxes that are started within."""
    requests = Requests()
    answer = Dispatcher.__call__

    def count(self: Dispatcher, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        body = list(answer(self, environ, start))
        signature = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        if signature:
            requests.note(signature[3], sum(map(len, body)))
        return body

    with mock.patch.object(Dispatcher, "__call__", count):
        yield requests
