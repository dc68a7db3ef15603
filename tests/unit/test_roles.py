"""The options of each role: typed to the last key, equal to the defaults, and true to the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

ROOT = Path(__file__).parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
INVENTORIES = sorted(path.name for path in (ROOT / "inventories").iterdir())

# Documents of AWS's own, and what is keyed by a name that the user gives.
FREE = {
    "access_report_access",
    "verify_access_access",
    "arguments",
    "assume_role_policy",
    "attributes",
    "config_parameters",
    "dimensions",
    "governance_roles",
    "ingestion_task_settings",
    "landing_zone_policy",
    "orchestration_schema_checked",
    "parameters",
    "policy",
    "reconciliation_tables",
    "rules",
    "schema_changes_tables",
    "source_query_connection",
}


def load(role: str, path: str) -> Any:
    return yaml.safe_load((ROOT / "roles" / role / path).read_text())


def entry_points(role: str) -> dict[str, Any]:
    return load(role, "meta/argument_specs.yml")["argument_specs"]


def contract_of(inventory: str) -> dict[str, Any]:
    """What the three files of an inventory derive to."""
    folder = ROOT / "inventories" / inventory / "group_vars/all"
    platform, tables, access = (
        yaml.safe_load((folder / f"{name}.yml").read_text())
        for name in ("platform", "tables", "access")
    )
    return derive(platform, tables["tables"], access)


def options_of(role: str, contract: dict[str, Any]) -> dict[str, Any]:
    """The role's defaults, filled in with a contract."""
    templar = Templar(loader=DataLoader(), variables={"contract": contract})
    defaults = load(role, "defaults/main.yml")
    return {
        name: templar.template(trust_as_template(value)) if isinstance(value, str) else value
        for name, value in defaults.items()
    }


def validated(role: str, entry: str, options: dict[str, Any]) -> list[str]:
    """What Ansible says of the options."""
    spec = entry_points(role)[entry]["options"]
    return ArgumentSpecValidator(spec).validate(json.loads(json.dumps(options))).error_messages


def readme(role: str) -> str:
    return (ROOT / "roles" / role / "README.md").read_text()


def in_words(option: dict[str, Any]) -> str:
    """The type, as the README has it."""
    return f"list of {option['elements']}" if option["type"] == "list" else option["type"]


def described(option: dict[str, Any]) -> str:
    """The first line of the description, with Ansible's markup as Markdown's."""
    text = option["description"]
    return re.sub(r"[A-Z]\(([^)]*)\)", r"`\1`", text if isinstance(text, str) else text[0])


def told_default(option: dict[str, Any]) -> Any:
    """What the spec says: a value, or in words where in the contract the default comes from.

    The documentation's linter takes no template as the default of anything but a string.
    """
    if "default" in option:
        return option["default"]
    return re.fullmatch(r"Defaults to C\((.+?)\)(?:, or .+)?\.", option["description"][-1])[1]


def shown(default: Any) -> Any:
    """The same of a value of defaults/main.yml."""
    template = re.fullmatch(r"{{ (\S+)(?: \| default\(.*\))? }}", str(default))
    return template[1] if template else default


def walked(options: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each option and sub-option."""
    for name, option in options.items():
        yield name, option
        yield from walked(option.get("options") or {})


@pytest.mark.parametrize("role", ROLES)
class TestEachRole:
    def test_has_the_defaults_that_its_options_name(self, role):
        for entry in entry_points(role).values():
            told = {name: told_default(option) for name, option in entry["options"].items()}
            defaults = load(role, "defaults/main.yml")
            assert told == {name: shown(value) for name, value in defaults.items()}

    def test_has_a_readme_that_describes_each_option(self, role):
        rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", readme(role), re.MULTILINE)
        options = {
            (name, in_words(option), described(option))
            for entry in entry_points(role).values()
            for name, option in entry["options"].items()
        }
        assert set(rows) == options

    def test_has_a_spec_for_each_entry_point(self, role):
        tasks = {path.stem for path in (ROOT / "roles" / role / "tasks").glob("*.yml")}
        assert set(entry_points(role)) == tasks

    def test_types_and_describes_each_option(self, role):
        for name, option in walked(entry_points(role)["main"]["options"]):
            assert option["description"], name
            assert option["type"] != "list" or option.get("elements"), name
            holds_dicts = "dict" in (option["type"], option.get("elements"))
            typed = name in FREE or name.endswith(("tags", "_filters")) or option.get("options")
            assert typed or not holds_dicts, name

    @pytest.mark.parametrize("inventory", INVENTORIES)
    def test_takes_what_the_contract_gives(self, role, inventory):
        options = options_of(role, contract_of(inventory))
        for entry in entry_points(role):
            assert validated(role, entry, options) == []

    def test_is_described_in_whole_sentences_of_text(self, role):
        for entry in entry_points(role).values():
            assert all(isinstance(line, str) for line in entry["description"])


def test_a_role_leaves_alone_a_database_that_is_there():
    contract = contract_of("prod")
    for key in ("instance", "subnet_group", "security_group", "parameter_group"):
        del contract["source_database"][key]
    contract["source_database"] |= {"create": False, "host": "db.example"}
    assert validated("source_database", "main", options_of("source_database", contract)) == []


@pytest.mark.parametrize(
    ("role", "option", "key", "value", "message"),
    [
        ("warehouse", "warehouse_workgroup", "base_capacity", "eight", "unable to convert to int"),
        ("warehouse", "warehouse_workgroup", "size", 8, "warehouse_workgroup.size. Supported"),
        ("ingestion", "ingestion_task", "migration_type", "all", "must be one of"),
        ("catalog", "catalog_crawler", "role", None, "missing required arguments: role"),
        ("orchestration", "orchestration_schedule", "state", "on", "must be one of"),
    ],
)
def test_a_wrong_value_is_told_by_its_name(role, option, key, value, message):
    options = options_of(role, contract_of("sandbox"))
    options[option] = {**options[option], key: value}
    if value is None:
        del options[option][key]
    errors = "; ".join(validated(role, "main", options))
    assert message in errors
    assert option in errors
