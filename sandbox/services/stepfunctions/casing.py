"""Between a state's JSON and boto3: the casing of members, and values that JSON lacks.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.response import StreamingBody

from sandbox.services.stepfunctions.names import pascal


class UnsupportedFieldError(Exception):
    """A parameter that the action does not have."""


def request(value: Any, shape: Shape | None) -> Any:
    """The parameters of a state as boto3 takes them.

    Objects and text given for bytes become JSON. Raises UnsupportedFieldError, naming the field.
    """
    if value is None or shape is None:
        return value
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = {pascal(name): name for name in shape.members}
        if unknown := sorted(set(value) - set(members)):
            raise UnsupportedFieldError(
                f'The field "{unknown[0]}" is not supported by Step Functions'
            )
        return {
            members[name]: request(member, shape.members[members[name]])
            for name, member in value.items()
            if member is not None
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [request(member, shape.member) for member in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {name: request(member, shape.value) for name, member in value.items()}
    if shape.type_name == "blob" and not isinstance(value, bytes):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    if shape.type_name == "string" and isinstance(value, bool | int | float):
        return json.dumps(value)
    return value


def response(value: Any, shape: Shape | None) -> Any:
    """boto3's answer as a state sees it: PascalCase, dates in ISO 8601, bodies as text."""
    if isinstance(value, StreamingBody):
        return value.read().decode(errors="replace")
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, datetime.datetime):
        return iso_8601(value)
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            pascal(name): response(member, shape.members.get(name))
            for name, member in value.items()
            if name != "ResponseMetadata"
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [response(member, shape.member) for member in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {name: response(member, shape.value) for name, member in value.items()}
    return value


def iso_8601(moment: datetime.datetime) -> str:
    """A time as Step Functions writes it: UTC, with milliseconds where there are some."""
    moment = moment.astimezone(datetime.UTC)
    precision = "milliseconds" if moment.microsecond // 1000 else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=precision) + "Z"
