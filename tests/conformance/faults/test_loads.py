"""A load that meets a fault ends well, at once or when it is run again: all rows are there."""

from __future__ import annotations

import pytest

from demo import shop

MACHINE = {"service": "*", "caller": "*/states"}
"""The requests of the load's state machine."""
OPERATOR = {"service": "*", "caller": "*:user/administrator"}
MERGE = {"kind": "statement", "matching": r"\bmerge\b"}

DURING_LOAD = {
    "the machine is throttled": {"kind": "throttle", **MACHINE, "every": 3},
    "Redshift is throttled": {
        "kind": "throttle",
        **MACHINE,
        "service": "redshift-data",
        "first": 3,
    },
    "DynamoDB is throttled": {"kind": "throttle", **MACHINE, "service": "dynamodb", "first": 3},
    "S3 is throttled": {"kind": "throttle", **MACHINE, "service": "s3", "first": 3},
    "DMS is throttled": {"kind": "throttle", **MACHINE, "service": "dms", "first": 3},
    "services fail": {"kind": "error", **MACHINE, "every": 4},
    "requests are lost": {"kind": "connection_reset", **MACHINE, "every": 4},
    "answers are lost": {"kind": "connection_reset", **MACHINE, "every": 4, "when": "after"},
    "the machine's token expires": {"kind": "expired_token", **MACHINE, "skip": 9},
    "the operator's token expires": {"kind": "expired_token", **OPERATOR, "skip": 1},
    "the operator's clock is off": {"kind": "clock_skew", **OPERATOR, "seconds": 1200},
    "a merge is in conflict": MERGE,
    "a merge fails for long": {**MERGE, "first": 3},
    "a merge hangs": {**MERGE, "outcome": "hang", "seconds": 5},
    "a copy fails": {"kind": "statement", "matching": r"\bcopy\b", "message": "S3ServiceException"},
}
DURING_CAPTURE = {
    "files land twice": {"kind": "duplicate_file", "first": 3},
    "the task is interrupted": {"kind": "replication_failure", "during": "changes", "first": 2},
}


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
    site.faults.put({"kind": "replication_failure", "during": "changes", "level": "fatal"})
    shop.change()
    site.until_struck()
    site.faults.end()
    site.done("site", "--tags", "ingestion")
    site.all_captured()
    site.done_at_last("load")
    site.equal()
