"""One deployed site for all faults of loads and of governance."""

from __future__ import annotations

import pytest

from tests.conformance.faults.site import sandbox


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """A site that was deployed while every few answers were lost, loaded once."""
    with sandbox(tmp_path_factory.mktemp("faults")) as made:
        made.first_layers()
        made.faults.put({"kind": "connection_reset", "service": "*", "every": 13, "when": "after"})
        made.done_at_last("site")
        made.done_at_last("load")
        assert made.faults.end()[0]["struck"]
        made.equal()
        yield made
