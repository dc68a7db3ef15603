"""The changelog tells of every module, role and fragment, and is written out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.unit.test_readme import documentation

ROOT = Path(__file__).parents[2]
RELEASES = yaml.safe_load((ROOT / "changelogs" / "changelog.yaml").read_text())["releases"]
REMEDY = "run: make changelog"


@pytest.mark.parametrize(
    "module", sorted((ROOT / "plugins" / "modules").glob("*.py")), ids=lambda p: p.stem
)
def test_a_module_is_new_in_the_release_that_it_names(module):
    release = RELEASES.get(documentation(module)["version_added"], {})
    assert module.stem in [new["name"] for new in release.get("modules", [])], REMEDY


@pytest.mark.parametrize("role", sorted((ROOT / "roles").iterdir()), ids=lambda p: p.stem)
def test_a_role_is_new_in_the_release_that_it_names(role):
    specs = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    release = RELEASES.get(specs["main"]["version_added"], {})
    assert role.name in [new["name"] for new in release.get("objects", {})["role"]], REMEDY


@pytest.mark.parametrize(
    "path", sorted((ROOT / "changelogs" / "fragments").iterdir()), ids=lambda p: p.stem
)
def test_a_fragment_is_in_a_release(path):
    fragment = yaml.safe_load(path.read_text())
    release = next((r for r in RELEASES.values() if path.name in r["fragments"]), {"changes": {}})
    for section, told in fragment.items():
        listed = release["changes"].get(section, [])
        assert told == listed if isinstance(told, str) else set(told) <= set(listed), REMEDY


def test_changelog_md_is_what_the_releases_tell(tmp_path):
    written = tmp_path / "CHANGELOG.md"
    subprocess.run(
        [sys.executable, "-m", "antsibull_changelog", "generate", "--output", str(written)],
        cwd=ROOT,
        check=True,
    )
    assert (ROOT / "CHANGELOG.md").read_text() == written.read_text(), REMEDY
