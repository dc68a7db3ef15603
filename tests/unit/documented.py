"""What a module returned, held to what its RETURN says."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MODULES = Path(__file__).parents[2] / "plugins" / "modules"
NAMES = sorted(path.stem for path in MODULES.glob("*.py") if path.stem != "__init__")
COLLECTION = "modern_data.warehouse."
COMMON = frozenset(
    # every module returns these, or Ansible adds them
    [
        "action",
        "attempts",
        "changed",
        "deprecations",
        "diff",
        "failed",
        "failed_when_result",
        "invocation",
        "msg",
        "resource_actions",
        "warnings",
    ]
)
NO_RESULT = frozenset(("failed", "skipped", "failed_when_suppressed_exception"))
LOOPED = frozenset(("item", "ansible_loop_var", "ansible_index_var"))
TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
}


@cache
def section(name: str, part: str) -> Any:
    """DOCUMENTATION, EXAMPLES or RETURN of a module, as data."""
    return yaml.safe_load(text(name, part))


def text(name: str, part: str) -> str:
    """DOCUMENTATION, EXAMPLES or RETURN of a module, as it is written."""
    module = importlib.import_module(f"ansible_collections.{COLLECTION}plugins.modules.{name}")
    return getattr(module, part)


def undocumented(result: dict[str, Any]) -> list[str]:
    """Where the result of a task isn't as RETURN of its module says; other collections' pass."""
    name = result.get("action", "").removeprefix(COLLECTION)
    if name not in NAMES:
        return []
    each = result.get("results", [])
    looped = each and all(LOOPED & one.keys() for one in each)
    return [
        problem
        for one in (each if looped else [result])
        if not NO_RESULT & {key for key, value in one.items() if value}
        for problem in _differences(section(name, "RETURN"), _own(one), name)
    ]


def _own(result: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in result.items()
        if key not in COMMON | LOOPED and not key.startswith("_")
    }


def _differences(told: dict[str, Any], returned: dict[str, Any], where: str) -> list[str]:
    found = [f"{where}.{key} isn't in RETURN" for key in sorted(returned.keys() - told.keys())]
    for key, entry in told.items():
        if key in returned:
            found += _mistyped(entry, returned[key], f"{where}.{key}")
        elif entry["returned"] in ("always", "success"):
            found.append(f"{where}.{key} is missing, in RETURN it is returned: {entry['returned']}")
    return found


def _mistyped(entry: dict[str, Any], value: Any, where: str) -> list[str]:
    kind = entry["type"]
    if kind == "raw":
        return []
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "bool"):
        return [f"{where} is {value!r}, in RETURN its type is {kind}"]
    if kind == "list":
        one = {**entry, "type": entry.get("elements", "raw")}
        return [problem for each in value for problem in _mistyped(one, each, f"{where}[]")]
    return _differences(entry["contains"], value, where) if "contains" in entry else []
