"""The examples of every module run as they are written, and return what RETURN says.

A module's examples run after tests/examples/prepare/<module>.yml, which makes what they need and
says all of it, whatever has run before. Modules of one service share a playbook.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from tests.tasks import Account, run_tasks
from tests.unit.documented import NAMES, section, text, undocumented

PREPARE = Path(__file__).parent / "prepare"
SERVICES = {
    service: list(names) for service, names in groupby(NAMES, lambda name: name.partition("_")[0])
}


@pytest.mark.parametrize("service", SERVICES)
def test_examples_run_as_written(service: str, endpoint_url: str, tmp_path: Path) -> None:
    files = {name: tmp_path / f"examples_of_{name}.yml" for name in SERVICES[service]}
    tasks = []
    for name, file in files.items():
        file.write_text(text(name, "EXAMPLES"))
        prepared = PREPARE / f"{name}.yml"
        tasks += [prepared, file] if prepared.exists() else [file]
    imports = [{"ansible.builtin.import_tasks": str(each)} for each in tasks]
    ran, noise = run_tasks(imports, Account.of_sandbox(endpoint_url), tmp_path, service)

    # Each problem once: the same key may lack its documentation in many results.
    problems = {
        problem: f"{each.name} ({each.path}): {problem}"
        for each in ran
        for problem in filter(None, [*each.warnings, each.failure, *undocumented(each.result)])
    }
    assert not problems, "\n".join(problems.values())
    assert "WARNING" not in noise, noise
    for name, file in files.items():
        examples = [each for each in ran if each.path.startswith(f"{file}:")]
        assert len(examples) == len(section(name, "EXAMPLES")), f"not all ran of {name}"
