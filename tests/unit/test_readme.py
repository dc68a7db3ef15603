"""The README's table of modules is complete, in the words of the modules themselves."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def documentation(module: Path) -> dict[str, str]:
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "DOCUMENTATION":
            return yaml.safe_load(node.value.value)
    raise AssertionError(f"{module.name} has no documentation")


def test_the_readme_lists_every_module():
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    modules = sorted((ROOT / "plugins" / "modules").glob("*.py"))
    told = [(module.stem, documentation(module)["short_description"]) for module in modules]
    assert [row for row in rows if row in told] == told


def test_the_readme_names_the_boto3_that_the_requirements_name():
    least = re.search(r"^boto3>=([\d.]+),", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    told = re.findall(r"boto3 (\d+\.\d+)", (ROOT / "README.md").read_text())
    assert least is not None
    assert told
    assert {f"{each}.0" for each in told} == {least[1]}
