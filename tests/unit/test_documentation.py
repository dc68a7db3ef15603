"""What a module's documentation says of its options is what its argument spec says."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils import basic
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

MODULES = Path(__file__).parents[2] / "plugins" / "modules"
NAMES = sorted(path.stem for path in MODULES.glob("*.py") if "AnsibleAWSModule" in path.read_text())
PACKAGE = "ansible_collections.modern_data.warehouse.plugins"
CONNECTION = ("amazon.aws.common.modules", "amazon.aws.region.modules", "amazon.aws.boto3")
"""Fragments of the options that AnsibleAWSModule adds itself."""


class Specified(Exception):  # noqa: N818
    """Carries the argument spec out of main()."""


@pytest.fixture
def specification(monkeypatch: pytest.MonkeyPatch):
    def init(self: AnsibleAWSModule, argument_spec: dict[str, Any], **_: Any) -> None:
        raise Specified(argument_spec)

    monkeypatch.setattr(AnsibleAWSModule, "__init__", init)

    def read(module: Any) -> dict[str, Any]:
        with pytest.raises(Specified) as raised:
            module.main()
        return raised.value.args[0]

    return read


@pytest.mark.parametrize("name", NAMES)
def test_documentation_and_argument_spec_agree(name, specification):
    module = importlib.import_module(f"{PACKAGE}.modules.{name}")
    documentation = yaml.safe_load(module.DOCUMENTATION)
    documented = documentation.get("options", {})
    for fragment in documentation["extends_documentation_fragment"]:
        if fragment not in CONNECTION:
            documented = _merged(_fragment_options(fragment), documented)
    assert _differences(documented, specification(module), name) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_module_has_examples_and_described_results(name):
    module = importlib.import_module(f"{PACKAGE}.modules.{name}")
    examples = yaml.safe_load(module.EXAMPLES)
    assert all(f"modern_data.warehouse.{name}" in str(examples) for _ in examples)
    for key, value in yaml.safe_load(module.RETURN).items():
        assert {"description", "returned", "type"} <= set(value), key


def _fragment_options(fragment: str) -> dict[str, Any]:
    namespace, collection, name, *part = fragment.split(".")
    path = f"ansible_collections.{namespace}.{collection}.plugins.doc_fragments.{name}"
    text = getattr(
        importlib.import_module(path).ModuleDocFragment, (part or ["DOCUMENTATION"])[0].upper()
    )
    return yaml.safe_load(text).get("options", {})


def _merged(fragment: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """As Ansible does: what the module says itself wins, at every depth."""
    both = {**fragment, **own}
    for key in fragment.keys() & own.keys():
        if isinstance(fragment[key], dict) and isinstance(own[key], dict):
            both[key] = _merged(fragment[key], own[key])
    return both


def _differences(documented: dict[str, Any], specified: dict[str, Any], where: str) -> list[str]:
    found = [f"{where}.{name} is in one only" for name in set(documented) ^ set(specified)]
    for name in set(documented) & set(specified):
        told, spec, at = documented[name], specified[name], f"{where}.{name}"
        for key in ("type", "elements", "choices", "default", "required", "aliases"):
            if _told(told, key) != _told(spec, key):
                found.append(f"{at}: {key} is {spec.get(key)!r}, documented as {told.get(key)!r}")
        if not told.get("description"):
            found.append(f"{at} isn't described")
        found += _differences(told.get("suboptions", {}), spec.get("options", {}), at)
    return found


def _told(option: dict[str, Any], key: str) -> Any:
    value = option.get(key)
    if key == "default" and option.get("type") == "bool" and value is not None:
        return basic.boolean(value)
    return value or None if key in ("required", "aliases") else value
