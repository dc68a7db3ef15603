"""What a capture is told: where its files go, how it behaves, when it gives up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

ErrorPolicy = Literal["IGNORE_RECORD", "LOG_ERROR", "SUSPEND_TABLE", "STOP_TASK"]
MigrationType = Literal["full-load", "cdc", "full-load-and-cdc"]


@dataclass(frozen=True)
class ParquetOptions:
    """How the files are written.

    https://docs.aws.amazon.com/dms/latest/APIReference/API_S3Settings.html
    """

    version: Literal["1.0", "2.6"] = "1.0"
    compression: Literal["NONE", "GZIP"] = "NONE"
    dictionary: bool = True
    dictionary_page_bytes: int = 1024 * 1024
    data_page_bytes: int = 1024 * 1024
    row_group_rows: int = 10_000
    statistics: bool = True


@dataclass(frozen=True)
class Target:
    """The bucket and the form of the files in it.

    A file is written when batch_seconds have passed or batch_bytes of changes have come.
    put_options are further arguments of every PutObject, such as its encryption.
    """

    bucket: str
    folder: str = ""
    operation_in_full_load: bool = False
    inserts_only: bool = False
    inserts_and_updates: bool = False
    timestamp_column: str = ""
    task_start_as_timestamp: bool = False
    milliseconds: bool = False
    booleans: bool = False
    batch_seconds: float = 60
    batch_bytes: int = 32_000 * 1024
    parquet: ParquetOptions = field(default_factory=ParquetOptions)
    put_options: dict[str, Any] = field(default_factory=dict)

    @property
    def operation_in_changes(self) -> bool:
        """Whether files of changes begin with the operation."""
        reduced = self.inserts_only or self.inserts_and_updates
        return self.operation_in_full_load or not reduced

    @property
    def operations(self) -> frozenset[str]:
        """Which operations reach the files of changes."""
        if self.inserts_only:
            return frozenset("I")
        return frozenset("IU" if self.inserts_and_updates else "IUD")


@dataclass(frozen=True)
class Heartbeat:
    """A row that the capture writes so that an idle source does not hold back its log."""

    schema: str = "public"
    seconds: float = 300


@dataclass(frozen=True)
class Behaviour:
    """How a capture treats large objects, errors, and changes of the tables themselves.

    lob_bytes is the most that is kept of a large object, None for the full LOB mode, which S3 does
    not have; recoverable_attempts -1 means that a
    lost connection is retried for ever.
    """

    migration: MigrationType = "full-load-and-cdc"
    prepare: Literal["DO_NOTHING", "DROP_AND_CREATE", "TRUNCATE_BEFORE_LOAD"] = "DO_NOTHING"
    lobs: bool = True
    lob_bytes: int | None = 32 * 1024
    trim_char: bool = True
    data_error: ErrorPolicy = "LOG_ERROR"
    truncation_error: ErrorPolicy = "LOG_ERROR"
    table_error: ErrorPolicy = "SUSPEND_TABLE"
    fail_without_tables: bool = True
    follow_altered: bool = True
    follow_truncated: bool = True
    follow_dropped: bool = True
    new_tables: bool = True
    recoverable_attempts: int = -1
    recoverable_seconds: float = 5
    heartbeat: Heartbeat | None = None
