"""One licence, named alike wherever it is told; galaxy.yml is held to it in tests/collection."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
LICENCE = "GPL-3.0-or-later"


def test_the_readme_names_the_licence():
    assert LICENCE in (ROOT / "README.md").read_text()


def test_every_file_of_a_plugin_names_the_licence():
    files = (ROOT / "plugins").rglob("*.py")
    heads = {str(path): path.read_text().splitlines()[:5] for path in files}
    assert [
        path for path, head in heads.items() if f"# SPDX-License-Identifier: {LICENCE}" not in head
    ] == []
