"""A module's documentation is whole, and says of its options what its argument spec says."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml
from ansible.module_utils import basic
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .documented import MODULES, section
from .documented import NAMES as EVERY

NAMES = sorted(path.stem for path in MODULES.glob("*.py") if "AnsibleAWSModule" in path.read_text())
REQUIREMENTS = MODULES.parents[1] / "requirements.txt"
PACKAGE = "ansible_collections.modern_data.warehouse.plugins"
CONNECTION = ("amazon.aws.common.modules", "amazon.aws.region.modules")
"""Fragments of the options that AnsibleAWSModule adds itself."""


class Specified(Exception):  # noqa: N818
    """Carries the argument spec out of main()."""


@pytest.fixture
def specification(monkeypatch: pytest.MonkeyPatch):
    def init(self: AnsibleAWSModule, argument_spec: dict[str, Any], **_others: Any) -> None:
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
    documented = _documented(name, "options")
    assert _differences(documented, specification(module), name) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_module_needs_the_boto3_that_the_requirements_name(name):
    fragments = section(name, "DOCUMENTATION")["extends_documentation_fragment"]
    told = [
        needed
        for fragment in fragments
        if fragment not in CONNECTION
        for needed in _fragment(fragment).get("requirements", [])
    ]
    lines = REQUIREMENTS.read_text().splitlines()
    assert told == [
        line.partition(",")[0].replace(">=", " >= ") for line in lines if line.startswith("boto")
    ]


@pytest.mark.parametrize("name", EVERY)
def test_every_option_is_described_and_typed(name):
    assert _undescribed(_documented(name, "options"), name) == []


@pytest.mark.parametrize("name", EVERY)
def test_every_module_tells_how_it_behaves(name):
    attributes = _documented(name, "attributes")
    assert {"check_mode", "diff_mode", "idempotent", "action_group"} <= set(attributes)
    for attribute, told in attributes.items():
        assert {"description", "support"} <= set(told), attribute
        assert told["support"] in ("full", "partial", "none", "N/A"), attribute


@pytest.mark.parametrize("name", EVERY)
def test_every_result_is_described_and_has_a_sample(name):
    assert _without_sample(section(name, "RETURN"), name) == []


@pytest.mark.parametrize("name", EVERY)
def test_the_examples_show_every_state(name):
    action = f"modern_data.warehouse.{name}"
    shown = [example[action] for example in section(name, "EXAMPLES") if action in example]
    state = _documented(name, "options").get("state", {"choices": [None]})
    assert {(one or {}).get("state", state.get("default")) for one in shown} >= set(
        state["choices"]
    )


def _documented(name: str, part: str) -> dict[str, Any]:
    """Options or attributes, with those of the fragments but for the connection's."""
    documentation = section(name, "DOCUMENTATION")
    found = documentation.get(part, {})
    fragments = documentation.get("extends_documentation_fragment", [])
    for fragment in [each for each in fragments if each not in CONNECTION]:
        found = _merged(_fragment(fragment).get(part, {}), found)
    return found


def _undescribed(options: dict[str, Any], where: str) -> list[str]:
    return [
        problem
        for name, option in options.items()
        for problem in (
            *(
                f"{where}.{name} has no {key}"
                for key in ("description", "type")
                if not option.get(key)
            ),
            *_undescribed(option.get("suboptions") or {}, f"{where}.{name}"),
        )
    ]


def _without_sample(results: dict[str, Any], where: str) -> list[str]:
    found = []
    for name, entry in results.items():
        needed = {"description", "returned", "type"}
        if "contains" not in entry:
            needed.add("sample")
        if entry.get("type") == "list":
            needed.add("elements")
        found += [f"{where}.{name} has no {key}" for key in sorted(needed - set(entry))]
        found += _without_sample(entry.get("contains", {}), f"{where}.{name}")
    return found


def _fragment(fragment: str) -> dict[str, Any]:
    namespace, collection, name, *part = fragment.split(".")
    path = f"ansible_collections.{namespace}.{collection}.plugins.doc_fragments.{name}"
    text = getattr(
        importlib.import_module(path).ModuleDocFragment, (part or ["DOCUMENTATION"])[0].upper()
    )
    return yaml.safe_load(text)


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
