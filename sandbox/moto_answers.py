"""What moto has answered, as boto3 would give it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import botocore.parsers
from moto.core.utils import get_service_model

from sandbox import requests
from sandbox.errors import AwsError

# A service of several protocols answers in that of the request, not in the first of its model, and
# moto's headers don't tell which: a document's first letter does.
FIRST_LETTERS = {b"{": "json", b"<": "query"}


def parsed(
    service: str, action: str, status: int, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """The members of an answer. Raises AwsError with moto's code and message for a refusal."""
    model = get_service_model(service)
    parser = botocore.parsers.create_parser(_protocol(model, body))
    response = {
        "status_code": status,
        "headers": {name.lower(): value for name, value in headers.items()},
        "body": body,
    }
    try:
        shape = model.operation_model(action).output_shape
        answer: dict[str, Any] = parser.parse(response, shape)
    except botocore.parsers.ResponseParserError:  # how moto refuses a wrong token
        raise requests.refused(service, body) from None
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        error = answer.get("Error", {})
        raise AwsError(error.get("Code") or "InternalFailure", error.get("Message") or "")
    answer.pop("ResponseMetadata", None)
    return answer


def _protocol(model: Any, body: bytes) -> str:
    named = FIRST_LETTERS.get(body[:1], "")
    return named if named in model.metadata.get("protocols", ()) else str(model.protocol)
