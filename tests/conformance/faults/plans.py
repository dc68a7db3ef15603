"""The fault plans that sites are deployed and loaded under, by what happens in them.

test_kinds.py holds them to the kinds of faults that there are.
"""

from __future__ import annotations

ANY = {"service": "*"}
MACHINE = {**ANY, "caller": "*/states"}
"""The requests of the load's state machine."""
OPERATOR = {**ANY, "caller": "*:user/administrator"}
"""The requests of who runs the playbooks."""
MERGE = {"kind": "statement", "matching": r"\bmerge\b"}
CAPTURE = {"kind": "replication_failure"}

ANSWERS_LOST = {"kind": "connection_reset", **ANY, "every": 13, "when": "after"}
"""What the site of all loads is deployed under."""

DURING_SITE = {
    "calls are throttled, and the full load fails": (
        {"kind": "throttle", **ANY, "every": 3},
        {**CAPTURE, "during": "full_load", "level": "fatal"},
    ),
    # the two never strike a call and both of its repetitions, which is all that botocore tries
    "calls fail and are lost, and the capture fails": (
        {"kind": "error", **ANY, "every": 5},
        {"kind": "connection_reset", **ANY, "every": 7},
        {**CAPTURE, "during": "changes", "level": "fatal"},
    ),
    "all is late, and what may be tried again fails": (
        {"kind": "delayed_consistency", "service": "iam", "seconds": 10},
        {"kind": "delayed_consistency", "service": "lakeformation", "seconds": 3},
        {"kind": "statement", "matching": "^create table", "outcome": "hang", "seconds": 5},
        MERGE,
        {"kind": "duplicate_file"},
        {**CAPTURE, "during": "full_load"},
        {**CAPTURE, "during": "changes"},
    ),
}
"""Each with one fault at most of those that end a run."""

BROKEN_OFF = (
    {**CAPTURE, "during": "start"},
    {**CAPTURE, "during": "start", "level": "fatal"},
    {"kind": "expired_token", **OPERATOR, "service": "glue"},
    {"kind": "statement", "matching": "^create table"},
    {"kind": "clock_skew", **OPERATOR, "service": "scheduler", "seconds": 1200},
)
"""What ends a run of site.yml, in the order of its layers: each run comes further than the last."""

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
    "the task is interrupted": {**CAPTURE, "during": "changes", "first": 2},
}
FAILED_FOR_GOOD = {**CAPTURE, "during": "changes", "level": "fatal"}
FAILED_ONCE_STARTED = {
    f"{level}, {during}": {**CAPTURE, "during": during, "level": level}
    for level in ("recoverable", "fatal")
    for during in ("start", "full_load")
}
"""Before which a task is started anew."""

OF_SITES = (ANSWERS_LOST, *(fault for plan in DURING_SITE.values() for fault in plan), *BROKEN_OFF)
OF_LOADS = (
    *DURING_LOAD.values(),
    *DURING_CAPTURE.values(),
    FAILED_FOR_GOOD,
    *FAILED_ONCE_STARTED.values(),
)
