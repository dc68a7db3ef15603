"""How the tests are shared out, where several processes run them (pytest -n)."""

from __future__ import annotations

import pytest

ALONE = ("tests/modules/", "tests/examples/")
"""Tests that share nothing but a sandbox, each of many seconds."""


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests stay together, for its fixtures; the playbooks come last, one by one.

    So no process is left with a long file when the others have ended.
    """
    items.sort(key=lambda item: item.nodeid.startswith(ALONE))
    for item in items:
        if not item.nodeid.startswith(ALONE):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
