"""A fault plan, which is over after the test."""

from __future__ import annotations

import pytest

from tests.sandbox.fault_tools import Faults


@pytest.fixture
def faults(sandbox):
    """Puts faults in force."""
    made = Faults(sandbox.settings.endpoint_url)
    yield made
    made.end()
