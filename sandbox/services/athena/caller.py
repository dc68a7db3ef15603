"""Clients that sign as who asked a query: Athena reads and writes with the caller's rights.

https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
"""

from __future__ import annotations

import functools
import threading
from typing import Any

import boto3

from sandbox.identity import ADMINISTRATOR_KEY, Principal
from sandbox.runtime import CLIENT_CONFIG, Runtime

_session = boto3.session.Session()
_lock = threading.Lock()  # a session makes one client at a time


def client_of(principal: Principal, runtime: Runtime, service: str, region: str) -> Any:
    """A boto3 client of this sandbox with the credentials of a principal."""
    credentials = tuple(sorted(_credentials(principal).items()))
    with _lock:
        return _client(service, region, runtime.settings.endpoint_url, credentials)


@functools.lru_cache(maxsize=64)
def _client(
    service: str, region: str, endpoint: str, credentials: tuple[tuple[str, str], ...]
) -> Any:
    return _session.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        config=CLIENT_CONFIG,
        **dict(credentials),
    )


def _credentials(principal: Principal) -> dict[str, str]:
    if not principal.access_key:
        return ADMINISTRATOR_KEY
    # the sandbox checks no signature: the key alone tells the user or the session
    unchecked = ADMINISTRATOR_KEY["aws_secret_access_key"]
    return {"aws_access_key_id": principal.access_key, "aws_secret_access_key": unchecked}
