"""Runs ansible-test, and the importer of Ansible Galaxy, on the collection as it is shipped.

`python -m tests.collection.sanity IMPORTER`: a virtual environment that has galaxy-importer.

ansible-test wants the collection in a folder ansible_collections/<namespace>/<name>, with those
that it depends on beside it, and keeps its virtual environments in the user's HOME. It finds all
of this in .ansible/sanity; nothing else is written to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from ast import literal_eval
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

from ansible_test._internal.python_requirements import get_venv_packages

from tests.collection.artifact import PROGRAMS, ROOT, built, installed

PLACE = ROOT / ".ansible" / "sanity"
HOME = PLACE / "home"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def main(importer: Path) -> int:
    """Lay it all out, run the three, and return 1 if one of them has found something."""
    archive = built(_emptied(PLACE / "built"))
    collection = installed(archive, _emptied(PLACE / "installed"))
    _put_dependencies_beside(collection)
    _put_unit_tests_into(collection)
    _prepare_home()
    passed = [
        _ansible_test("sanity", collection),
        _ansible_test("units", collection),
        _galaxy_takes(archive, importer),
    ]
    return 0 if all(passed) else 1


def _emptied(directory: Path) -> Path:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def _put_dependencies_beside(collection: Path) -> None:
    for namespace, name in (("amazon", "aws"), ("community", "aws"), ("community", "postgresql")):
        found = find_spec(f"ansible_collections.{namespace}.{name}")
        assert found is not None and found.submodule_search_locations
        link = collection.parents[1] / namespace / name
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(found.submodule_search_locations[0])


def _put_unit_tests_into(collection: Path) -> None:
    """The unit tests and ansible-test's settings, which aren't shipped.

    What is tested are the files of the nearest git repository, which must not be the clone's:
    that one ignores this folder.
    """
    tests = collection / "tests"
    shutil.copytree(
        ROOT / "tests" / "unit", tests / "unit", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "tests" / "config.yml", tests)
    subprocess.run(["git", "init", "--quiet"], cwd=collection, check=True)


def _prepare_home() -> None:
    """Pip for ansible-test: it hands on no variable of pip's, and downloads get-pip.py."""
    settings = HOME / ".config" / "pip" / "pip.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.touch(mode=0o600)
    settings.write_text(_settings_of_pip())
    version = get_venv_packages(SimpleNamespace(version=PYTHON))["pip"]
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    name = f"get_pip_{version.replace('.', '_')}.py"
    shutil.copy(Path(__file__).with_name("get_pip.py"), cache / name)


def _settings_of_pip() -> str:
    """What pip is told here, by variables and files, as one file."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    settings = {"quiet": "1", "disable-pip-version-check": "1"}
    for line in listed.splitlines():  # such as :env:.cert='/etc/cert.pem', variables first
        name, _, value = line.partition("=")
        settings.setdefault(name.rpartition(".")[2], " ".join(literal_eval(value).split()))
    return "\n".join(["[global]", *(f"{name} = {value}" for name, value in settings.items()), ""])


def _ansible_test(command: str, collection: Path) -> bool:
    print(f"== ansible-test {command}", flush=True)
    ended = subprocess.run(
        [str(PROGRAMS / "ansible-test"), command, "--python", PYTHON, "--color", "no"],
        cwd=collection,
        env={**os.environ, "HOME": str(HOME)},
        check=False,
    )
    return ended.returncode == 0


def _galaxy_takes(archive: Path, importer: Path) -> bool:
    """Whether the importer imports the archive without a warning.

    It reads the documentation by ansible-doc. `make lint` has linted already, by the same profile
    and without the importer's limit of three minutes.
    """
    print(f"== galaxy-importer {archive.name}", flush=True)
    environment = {
        **os.environ,
        "HOME": str(HOME),
        "PATH": f"{importer / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(PLACE / "installed"),  # where Ansible finds the dependencies
        "GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "false",
    }
    environment.pop("ANSIBLE_CONFIG", None)
    ended = subprocess.run(
        [str(importer / "bin" / "python"), "-m", "galaxy_importer.main", str(archive)],
        cwd=PLACE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    said = (ended.stdout + ended.stderr).splitlines()
    told = [line for line in said if not line.startswith("Loading ")]
    print("\n".join(told), flush=True)
    return ended.returncode == 0 and not any(
        line.startswith(("WARNING", "ERROR", "CRITICAL")) for line in told
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
