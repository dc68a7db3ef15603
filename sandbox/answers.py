"""How an answer is written to the server."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from xml.sax.saxutils import escape

from sandbox.errors import AwsError

# Characters that no XML document can hold, which a refused value may have
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(message: str) -> str:
    """A message with a question mark for each character that XML cannot hold."""
    return NOT_IN_XML.sub("?", message)


def respond(
    start_response: Callable[..., Any], status: int, headers: dict[str, Any], data: bytes
) -> list[bytes]:
    """A whole answer."""
    kept = {
        name: str(value)
        for name, value in headers.items()
        if name.lower() not in {"status", "content-length", "connection"}
    }
    kept.setdefault("x-amzn-RequestId", str(uuid.uuid4()))
    kept["Content-Length"] = str(len(data))
    start_response(f"{status} {HTTPStatus(status).phrase}", list(kept.items()))
    return [data]


def respond_s3_error(
    environ: dict[str, Any], error: AwsError, start_response: Callable[..., Any]
) -> list[bytes]:
    """An error as S3 writes it; the answer to HEAD has no body that could name it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    request = uuid.uuid4().hex[:16].upper()
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{error.code}</Code><Message>{escape(error.message)}</Message>"
        f"<RequestId>{request}</RequestId></Error>"
    )
    body = b"" if environ["REQUEST_METHOD"] == "HEAD" else text.encode()
    headers = {"Content-Type": "application/xml", "x-amz-request-id": request}
    return respond(start_response, error.http_status or HTTPStatus.BAD_REQUEST, headers, body)
