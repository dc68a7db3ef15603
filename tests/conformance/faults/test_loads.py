"""A load that meets a fault ends well, at once or when it is run again: all rows are there."""

from __future__ import annotations

import pytest

from demo import shop
from tests.conformance.faults.plans import (
    DURING_CAPTURE,
    DURING_LOAD,
    FAILED_FOR_GOOD,
    FAILED_ONCE_STARTED,
)
from tests.site import task
from tests.site.task import until


@pytest.mark.parametrize("what", DURING_LOAD)
def test_a_load_under_a_fault(site, what):
    site.captured(shop.change)
    site.faults.put(DURING_LOAD[what])
    try:
        site.done_at_last("load")
    finally:
        told = site.faults.end()
    assert told[0]["struck"], told
    site.equal()


@pytest.mark.parametrize("what", DURING_CAPTURE)
def test_a_capture_under_a_fault(site, what):
    site.faults.put(DURING_CAPTURE[what])
    site.captured(shop.change)
    assert site.faults.end()[0]["struck"]
    site.done_at_last("load")
    site.equal()


def test_a_task_that_failed_for_good_goes_on_with_the_next_site(site):
    site.faults.put(FAILED_FOR_GOOD)
    traded = site.traded(shop.change)
    site.until_struck()
    site.faults.end()
    site.done("site", "--tags", "ingestion")
    site.has_landed(traded)
    site.done_at_last("load")
    site.equal()


@pytest.mark.parametrize("what", FAILED_ONCE_STARTED)
def test_a_task_that_failed_as_it_began_anew_goes_on_with_the_next_site(site, what):
    task.stop()
    traded = site.traded(shop.change)
    site.faults.put(FAILED_ONCE_STARTED[what])
    task.start("reload-target")
    until(task.failed)
    assert site.faults.end()[0]["struck"]
    site.done("site", "--tags", "ingestion")
    until(task.loaded)
    site.has_landed(traded)
    site.done_at_last("load")
    site.equal()
