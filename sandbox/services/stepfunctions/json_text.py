"""JSON as AWS reads it: NaN and Infinity, which Python takes, are none."""

from __future__ import annotations

import json
from typing import Any

from sandbox.errors import AwsError

MAX_BYTES = 262144


def parse(text: str) -> Any:
    """The value of a JSON document; ValueError for what is none."""
    return json.loads(text, parse_constant=_refuse)


def check_payload(text: str, code: str, what: str) -> None:
    """Refuse, by the error of this code, what is no JSON or longer than a state can hold."""
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise AwsError(code, f"Invalid {what}: 'more than {MAX_BYTES} bytes'")
    try:
        parse(text)
    except ValueError as error:
        raise AwsError(code, f"Invalid {what}: '{error}'") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"Unrecognized token '{constant}'")
