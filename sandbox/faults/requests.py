"""Faults of requests: what the plan refuses, fails, or leaves without an answer."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.iam.models import get_account_id_from

from sandbox.clock import Clock
from sandbox.dispatch import CREDENTIAL, SIGNING_NAMES, STREAMING, Dispatcher
from sandbox.errors import AwsError
from sandbox.exchange import operation_of
from sandbox.faults import codes
from sandbox.faults.active import faults
from sandbox.identity import principal_of
from sandbox.runtime import OWN_AGENT
from sandbox.s3_operations import s3_operation
from sandbox.signature import skew_of

if TYPE_CHECKING:
    from sandbox.faults.active import Fault


@dataclass(frozen=True)
class Asked:
    """What a request asks for, and who asks."""

    service: str
    operation: str
    caller: str


def serve(
    dispatcher: Dispatcher, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Let the dispatcher answer a request, unless a fault of the plan in force strikes it.

    Raises ConnectionResetError for a request that gets no answer.
    """
    asked = _asked(environ)
    if asked is None:
        return dispatcher(environ, start_response)
    fault = faults.on_request(asked.service, asked.operation, asked.caller)
    if fault is None:
        return dispatcher(environ, start_response)
    if fault.entry.kind == "connection_reset":
        if fault.entry.when == "after":
            b"".join(dispatcher(environ, lambda *_: None))
        raise ConnectionResetError(f"by the fault plan: {asked}")
    error = _error(fault, asked, environ)
    if error is None:
        return dispatcher(environ, start_response)
    return dispatcher.refuse(environ, asked.service, error, start_response)


def _error(fault: Fault, asked: Asked, environ: dict[str, Any]) -> AwsError | None:
    entry = fault.entry
    if entry.kind == "throttle":
        return codes.throttled(asked.service, entry.code)
    if entry.kind == "error":
        return codes.failed(asked.service, asked.operation, entry.code, entry.status)
    if entry.kind == "expired_token":
        return codes.expired(asked.service)
    there = Clock.now() + datetime.timedelta(seconds=entry.seconds)
    return skew_of(environ, asked.service, there)


def _asked(environ: dict[str, Any]) -> Asked | None:
    """What a signed request asks for; None for others, and for the sandbox's own."""
    signature = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if signature is None or OWN_AGENT in environ.get("HTTP_USER_AGENT", ""):
        return None
    access_key, _, signing_name = signature.groups()
    service = SIGNING_NAMES.get(signing_name, signing_name)
    caller = principal_of(access_key, get_account_id_from(access_key))
    if service in STREAMING:
        operation = _s3_operation(environ)
    else:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            operation = operation_of(environ, body, service)
        except Exception:  # a service or form of request that only moto may know
            return None
    return Asked(service, operation, caller.arn)


def _s3_operation(environ: dict[str, Any]) -> str:
    bucket, _, key = environ["PATH_INFO"].lstrip("/").partition("/")
    headers = {
        re.sub("_", "-", name.removeprefix("HTTP_")).lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    query = environ.get("QUERY_STRING", "")
    return s3_operation(environ["REQUEST_METHOD"], bucket, key, query, headers) or ""
