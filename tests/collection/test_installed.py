"""The collection is built, installed into an empty folder, and does its work from there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.collection.artifact import PROGRAMS, ROOT, built, installed
from tests.process.programs import Place, free_port
from tests.site.playbooks import Played

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
FOR_A_CLONE = {"ansible.cfg", "demo", "Makefile", "molecule", "sandbox", "tests"}
WAITING = "modern_data.warehouse.ingestion : Task that captures the tables"
"""Is started again by each run until the source has tables, which an empty one has not."""


@dataclass(frozen=True)
class Folder:
    """A user's folder, with a copy of the sandbox's inventory."""

    path: Path
    collection: Path

    def run(self, program: str, *arguments: str, **environment: str):
        """Run one of Ansible's programs there, with nothing in its environment of the clone."""
        kept = {"PATH", "LANG", "LC_ALL", "TMPDIR"}
        return subprocess.run(
            [str(PROGRAMS / program), *arguments],
            cwd=self.path,
            env={
                **{key: value for key, value in os.environ.items() if key in kept},
                "HOME": str(self.path),
                "ANSIBLE_COLLECTIONS_PATH": str(self.path / "collections"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    path = tmp_path_factory.mktemp("user")
    collections = path / "collections"
    collections.mkdir()
    collection = installed(built(tmp_path_factory.mktemp("built")), collections)
    shutil.copytree(collection / "inventories" / "sandbox", path / "inventory")
    return Folder(path, collection)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[str]:
    """Where a sandbox listens whose account is empty."""
    place = Place(tmp_path / "state", free_port())
    up = place.run("up")
    assert up.returncode == 0, up.stderr
    yield str(place.port)
    place.run("down")


def test_what_serves_a_clone_only_is_not_shipped(folder):
    shipped = {path.name for path in folder.collection.iterdir()}
    assert {"inventories", "playbooks", "plugins", "roles", "sql"} <= shipped
    assert not FOR_A_CLONE & shipped
    assert not [path for path in shipped if path.startswith(".")]
    assert not list(folder.collection.rglob("__pycache__"))


def test_it_names_its_licence(folder):
    manifest = json.loads((folder.collection / "MANIFEST.json").read_text())
    assert manifest["collection_info"]["license"] == ["GPL-3.0-or-later"]


@pytest.mark.parametrize(("kind", "names"), [("module", MODULES), ("role", ROLES)])
def test_all_documentation_is_read_without_a_warning(folder, kind, names):
    said = folder.run("ansible-doc", "-t", kind, *(f"modern_data.warehouse.{n}" for n in names))
    assert (said.returncode, said.stderr) == (0, "")
    headings = [line for line in said.stdout.splitlines() if line.startswith("> ")]
    assert len(headings) == len(names)


def test_the_site_runs_and_has_nothing_else_to_change_the_second_time(folder, port):
    arguments = ("-i", "inventory", "modern_data.warehouse.site")
    runs = []
    for _ in ("first", "second"):
        ended = folder.run("ansible-playbook", *arguments, SANDBOX_PORT=port)
        output = ended.stdout + ended.stderr
        assert ended.returncode == 0, output
        runs.append(Played(ended.returncode, output))
    assert [run.recap["failed"] for run in runs] == [0, 0]
    assert runs[0].recap["changed"] > 0
    assert runs[1].changed_tasks == [WAITING]
