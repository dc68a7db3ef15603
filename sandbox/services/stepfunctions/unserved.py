"""What AWS documents of a definition and the sandbox does not serve: refused by its name.

docs/sandbox.md lists it.
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-fields-dist-map.html
https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.services.stepfunctions.fields import SCHEMA, Problem

HTTP = "http:invoke"
STATE_FIELDS = ("ItemBatcher", "ResultWriter")
READER_FIELDS = ("CSVDelimiter", "ItemsPointer", "ManifestType", "Transformation")
INPUT_TYPES = ("JSONL", "PARQUET", "MANIFEST")


def unserved_problems(state: dict[str, Any]) -> Iterator[Problem]:
    """The fields of a state that ask for more than the sandbox has."""
    if state["Type"] == "Task" and str(state.get("Resource")).endswith(f":states:::{HTTP}"):
        yield _unserved(HTTP, "Resource")
    if state["Type"] != "Map":
        return
    for field in STATE_FIELDS:
        if field in state:
            yield _unserved(field, field)
    reader = state.get("ItemReader")
    config = reader.get("ReaderConfig") if isinstance(reader, dict) else None
    if not isinstance(config, dict):
        return
    at = "ItemReader/ReaderConfig"
    for field in READER_FIELDS:
        if field in config:
            yield _unserved(field, f"{at}/{field}")
    if config.get("InputType") in INPUT_TYPES:
        yield _unserved(f"the InputType {config['InputType']}", f"{at}/InputType")
    if "InputType" not in config:
        yield _unserved("a ReaderConfig without an InputType", at)


def _unserved(what: str, field: str) -> Problem:
    return SCHEMA, f"the sandbox does not serve {what}", field
