"""JSON as AWS reads it: NaN and Infinity, which Python takes, are none."""

from __future__ import annotations

import json
from typing import Any


def parse(text: str) -> Any:
    """The value of a JSON document; ValueError for what is none."""
    return json.loads(text, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(f"Unrecognized token '{constant}'")
