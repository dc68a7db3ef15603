"""A site is deployed and loaded while AWS fails: after one more run at most, all rows are there."""

from __future__ import annotations

import pytest

from tests.conformance.faults.site import sandbox

ANY = {"service": "*"}
PLANS = {
    "throttled": [{"kind": "throttle", **ANY, "every": 3}],
}


@pytest.mark.parametrize("plan", PLANS)
def test_a_site_is_deployed_and_loaded_under_faults(tmp_path, plan):
    with sandbox(tmp_path) as site:
        site.first_layers()
        site.faults.put(*PLANS[plan])
        site.done_at_last("site")
        site.done_at_last("load")
        told = site.faults.end()
        assert all(fault["struck"] for fault in told), told
        site.equal()
