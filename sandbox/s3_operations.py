"""Which operation of S3's model an HTTP request is."""

from __future__ import annotations

from collections.abc import Mapping

from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound
from werkzeug.test import EnvironBuilder


def s3_operation(
    method: str, bucket: str, key: str, query: str, headers: Mapping[str, str]
) -> str | None:
    """The operation's name; None where the model has none such.

    The model tells operations apart by the path, in which any bucket and key stand for all.
    """
    path = ("/bucket/key" if key else "/bucket") if bucket else "/"
    builder = EnvironBuilder(
        path=path, method=method, query_string=query, headers=list(headers.items())
    )
    try:
        operation, _ = get_service_router("s3").match(Request(builder.get_environ()))
    except (NotFound, NotImplementedError):
        return None
    return str(operation.name)
