"""What models do not tell: the members of some requests, and reasons for exceptions."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml


@functools.cache
def _read(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_name(name).read_text()))


def reasons(test: str) -> dict[str, str]:
    """The cases that a test leaves out, each with its reason."""
    return dict(_read("exceptions.yml").get(test) or {})


def absent(service: str, operation: str) -> dict[str, Any]:
    """Members with which a request comes as far as to what isn't there."""
    return dict(_read("absent.yml").get(service, {}).get(operation, {}))
