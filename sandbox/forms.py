"""The form of a request: JSON that is JSON, and each member of its type.

Parsers make what they can of any text; AWS refuses it before it looks at anything else.
"""

from __future__ import annotations

import json
from typing import Any

WORDS = {
    bool: "TRUE_VALUE",
    dict: "START_OBJECT",
    float: "NUMBER_VALUE",
    int: "NUMBER_VALUE",
    list: "START_ARRAY",
    str: "STRING_VALUE",
}
TYPES: dict[str, tuple[type, ...]] = {
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
    "timestamp": (int, float, str),
}


def fault_of_body(shape: Any, body: bytes) -> str | None:
    """What is wrong with the body of a JSON request of that input shape, None if nothing is."""
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        return "The request is not valid JSON."
    return _fault(shape, given)


def _fault(shape: Any, value: Any) -> str | None:
    if value is None or getattr(shape, "is_document_type", False):
        return None
    if not _is_of(shape.type_name, value):
        kind = shape.type_name.capitalize()
        return f"{WORDS[type(value)]} can not be converted to {_article(kind)} {kind}"
    if shape.type_name == "structure":
        pairs = [
            (member, value.get(member.serialization.get("name", name)))
            for name, member in shape.members.items()
            if "location" not in member.serialization
        ]
    elif shape.type_name == "list":
        pairs = [(shape.member, item) for item in value]
    elif shape.type_name == "map":
        pairs = [(shape.value, item) for item in value.values()]
    else:
        pairs = []
    return next((fault for pair in pairs if (fault := _fault(*pair))), None)


def _is_of(type_name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return type_name == "boolean"
    return isinstance(value, TYPES[type_name])


def _article(noun: str) -> str:
    return "an" if noun[0] in "AEIOU" else "a"
