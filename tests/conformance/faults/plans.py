"""The fault plans that sites are deployed and loaded under, by what happens in them."""

from __future__ import annotations

ANY = {"service": "*"}
MACHINE = {**ANY, "caller": "*/states"}
"""The requests of the load's state machine."""
OPERATOR = {**ANY, "caller": "*:user/administrator"}
"""The requests of who runs the playbooks."""
MERGE = {"kind": "statement", "matching": r"\bmerge\b"}

DURING_SITE = {
    "throttled": [{"kind": "throttle", **ANY, "every": 3}],
}

TOKEN_EXPIRED = {"kind": "expired_token", **OPERATOR, "service": "stepfunctions"}
CLOCK_OFF = {"kind": "clock_skew", **OPERATOR, "service": "scheduler", "seconds": 1200}
BROKEN_OFF = (TOKEN_EXPIRED, CLOCK_OFF)

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
FAILED_FOR_GOOD = {"kind": "replication_failure", "during": "changes", "level": "fatal"}
FAILED_AT_ITS_START = {"kind": "replication_failure", "during": "start"}
