"""The plan in force over HTTP: GET tells it with its counts, PUT replaces it, DELETE ends it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.faults.active import faults
from sandbox.faults.plan import PlanError, parse

PATH = "/_sandbox/faults"


def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request; DELETE answers what the plan had done until then."""
    status, answer = _answer(environ)
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


def _answer(environ: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    method = environ["REQUEST_METHOD"]
    if method == "PUT":
        text = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            faults.put(parse(text.decode(errors="replace")))
        except PlanError as error:
            return "400 Bad Request", {"error": str(error)}
    told = faults.told()
    if method == "DELETE":
        faults.put([])
    elif method not in {"GET", "PUT"}:
        return "405 Method Not Allowed", {"error": f"{method}: allowed are GET, PUT and DELETE"}
    return "200 OK", told
