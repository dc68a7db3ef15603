"""A site is deployed and loaded while AWS fails: after one more run at most, all rows are there."""

from __future__ import annotations

import pytest

from tests.conformance.faults.plans import DURING_SITE
from tests.conformance.faults.site import sandbox


@pytest.mark.parametrize("what", DURING_SITE)
def test_a_site_is_deployed_and_loaded_under_faults(tmp_path, what):
    with sandbox(tmp_path) as site:
        site.survives(*DURING_SITE[what])
