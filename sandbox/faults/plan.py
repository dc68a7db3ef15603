"""A fault plan's text, YAML or JSON: read, checked, and put in force."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.errors import StartupError

if TYPE_CHECKING:
    from sandbox.faults.entries import AnyEntry


class PlanError(ValueError):
    """A plan that is not allowed: which entries, what was given, what is allowed."""


def parse(text: str) -> list[AnyEntry]:
    """The faults of a plan. Raises PlanError."""
    import yaml  # noqa: PLC0415  not needed without a plan, and slow to import
    from pydantic import ValidationError  # noqa: PLC0415

    from sandbox.faults.entries import Plan  # noqa: PLC0415

    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PlanError(f"neither YAML nor JSON: {' '.join(str(error).split())}") from None
    try:
        return Plan.model_validate(given).faults
    except ValidationError as error:
        raise PlanError("; ".join(_told(each) for each in error.errors())) from None


def load(path: Path) -> list[AnyEntry]:
    """The faults of the file that SANDBOX_FAULTS names. Raises StartupError."""
    try:
        return parse(path.read_text())
    except OSError as error:
        raise StartupError(f"SANDBOX_FAULTS is {path}: {error.strerror}") from None
    except PlanError as error:
        raise StartupError(f"SANDBOX_FAULTS is {path}: {error}") from None


def _told(error: Any) -> str:
    """One thing that is wrong: faults[1].every is 0: Input should be ..."""
    place = ""
    for part in error["loc"]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}"
    given = json.dumps(error["input"], default=str)
    message = error["msg"].removeprefix("Value error, ")
    return f"{place.lstrip('.') or 'the plan'} is {given}: {message}"
