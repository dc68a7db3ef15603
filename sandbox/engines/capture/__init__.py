"""Change data capture from PostgreSQL to parquet files in S3, with the files of AWS DMS.

    source = Source(lambda: "host=... user=...", slot="task")
    job = Job(source, lambda: s3_client, mapping, Target(bucket="landing"), Behaviour())
    run = CaptureRun(job, Progress(), listener)
    run.start("start-replication")
    run.stop()

The files are described on
https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.S3.html
"""

from __future__ import annotations

from sandbox.engines.capture.errors import CaptureError, UnavailableError
from sandbox.engines.capture.run import (
    CaptureRun,
    Job,
    Listener,
    Progress,
    StartMode,
    probe_source,
    remove_from_source,
)
from sandbox.engines.capture.source import Source

__all__ = [
    "CaptureError",
    "CaptureRun",
    "Job",
    "Listener",
    "Progress",
    "Source",
    "StartMode",
    "UnavailableError",
    "probe_source",
    "remove_from_source",
]
