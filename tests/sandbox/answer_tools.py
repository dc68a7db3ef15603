"""Answers as they stand on the wire, held against the service's model as botocore ships it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

DOCUMENTS = ("json", "rest-json")
KINDS: dict[str, tuple[type, ...]] = {
    "blob": (str,),
    "boolean": (bool,),
    "double": (int, float),
    "float": (int, float),
    "integer": (int,),
    "list": (list,),
    "long": (int,),
    "map": (dict,),
    "string": (str,),
    "structure": (dict,),
}
# Enumerations that DMS answers in upper case and with underscores, or with more values (SourceType),
# whatever its model says
UNTRUE = {
    "CannedAclForObjectsValue",
    "CompressionTypeValue",
    "DataFormatValue",
    "EncodingTypeValue",
    "EncryptionModeValue",
    "ParquetVersionValue",
    "ReplicationEndpointTypeValue",
    "SourceType",
}
ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def faults(model: Any, status: int, body: bytes, operation: str) -> list[str]:
    """What a JSON answer of an operation has that its model forbids, each fault with its place.

    Nothing is said of answers in XML: botocore parses them by the same model.
    """
    if model.metadata.get("protocol") not in DOCUMENTS or status >= 300:
        return []
    shape = model.operation_model(operation).output_shape
    if shape is None or "payload" in shape.serialization:
        return []
    return list(_faults(shape, json.loads(body or b"{}"), operation))


def _faults(shape: Any, value: Any, path: str) -> Iterator[str]:
    if value is None or getattr(shape, "is_document_type", False):
        return
    if shape.type_name == "timestamp":
        yield from _time_faults(shape, value, path)
        return
    kinds = KINDS[shape.type_name]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        yield f"{path}: {value!r} is no {shape.type_name}"
        return
    enum = shape.metadata.get("enum")
    if enum and value not in enum and shape.name not in UNTRUE:
        yield f"{path}: {value!r} is none of {enum}"
    if shape.type_name == "structure":
        yield from _faults_of_members(shape, value, path)
    elif shape.type_name == "list":
        for item in value:
            yield from _faults(shape.member, item, f"{path}[]")
    elif shape.type_name == "map":
        for item in value.values():
            yield from _faults(shape.value, item, f"{path}{{}}")


def _faults_of_members(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    known = {
        member.serialization.get("name", name): (name, member)
        for name, member in shape.members.items()
        if "location" not in member.serialization
    }
    for key, inner in value.items():
        if key in known:
            yield from _faults(known[key][1], inner, f"{path}.{key}")
        else:
            yield f"{path}: the model knows no {key}"
    for key, (name, _) in known.items():
        if name in shape.required_members and value.get(key) is None:
            yield f"{path}: {key} is missing"


def _time_faults(shape: Any, value: Any, path: str) -> Iterator[str]:
    form = shape.serialization.get("timestampFormat", "unixTimestamp")
    if form == "unixTimestamp" and (isinstance(value, bool) or not isinstance(value, (int, float))):
        yield f"{path}: {value!r} is no number of seconds"
    if form == "iso8601" and not (isinstance(value, str) and ISO_8601.fullmatch(value)):
        yield f"{path}: {value!r} is no ISO 8601 time"
