"""One deployed site for all faults of loads and of governance."""

from __future__ import annotations

import pytest

from tests.conformance.faults.plans import ANSWERS_LOST
from tests.conformance.faults.site import sandbox


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """A site that was deployed while every few answers were lost, loaded twice."""
    with sandbox(tmp_path_factory.mktemp("faults")) as made:
        made.survives(ANSWERS_LOST)
        yield made
