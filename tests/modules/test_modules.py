"""Every module against the sandbox: create, change, delete, each in check mode, for real, again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.playbook import play, steps_of
from tests.modules.verdict import problems
from tests.tasks import Account

TESTS = sorted(Path(__file__).parent.glob("*.yml"))


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.stem)
def test_module(test: Path, endpoint_url: str, tmp_path: Path) -> None:
    account = Account.of_sandbox(endpoint_url)
    found = problems(play(steps_of(test.read_text()), account, tmp_path, test.stem))
    assert not found, "\n".join(found)
