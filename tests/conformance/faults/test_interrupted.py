"""site.yml is broken off again and again, each time further on; one run more, and all is there."""

from __future__ import annotations

import pytest

from tests.conformance.faults.plans import BROKEN_OFF
from tests.conformance.faults.site import Site, sandbox
from tests.process.programs import interruptible

FIRST = ("rds", "CreateDBInstance")
LATER = (
    ("redshift-serverless", "CreateWorkgroup"),
    ("s3", "PutBucketPolicy"),
    ("dms", "StartReplicationTask"),
    ("redshift-data", "BatchExecuteStatement"),
)
"""Calls in the order of a first run; somebody presses Ctrl-C at each of them."""


@pytest.fixture
def site(tmp_path):
    with sandbox(tmp_path) as made:
        yield made


@interruptible()
def interrupted(site: Site, service: str, operation: str) -> None:
    """A run of site.yml ends when Ctrl-C is pressed at this call."""
    with site.playing("site") as run:
        site.until_called(run, service, operation)
        run.interrupt()
        played = run.ended()
    assert played.exit_code != 0, played.output


def fails(site: Site, fault: dict[str, object]) -> None:
    """A run of site.yml fails by a fault that is not ridden out."""
    site.faults.put(fault)
    played = site.play("site")
    assert site.faults.end()[0]["struck"]
    assert played.exit_code != 0, played.output


def finished(site: Site) -> None:
    """One run ends well, and so does a load; all rows are there."""
    site.done("site")
    site.done("load")
    site.equal()


def test_a_site_that_was_broken_off_is_finished_by_the_next_run(site):
    interrupted(site, *FIRST)
    site.first_layers()
    for call in LATER:
        interrupted(site, *call)
    finished(site)


def test_a_site_that_failed_again_and_again_is_finished_by_the_next_run(site):
    site.first_layers()
    for fault in BROKEN_OFF:
        fails(site, fault)
    finished(site)
