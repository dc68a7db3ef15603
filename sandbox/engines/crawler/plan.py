"""What one crawl has to do, what it may use, and what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class S3Target:
    """A folder to make tables from; sample is the number of files to read per leaf folder."""

    bucket: str
    prefix: str
    exclusions: tuple[str, ...] = ()
    sample: int | None = None


@dataclass(frozen=True)
class CatalogTarget:
    """A table to keep current."""

    database: str
    table: str


@dataclass(frozen=True)
class Plan:
    """The settings of a crawler that decide what a crawl does.

    update: change existing tables; delete: what becomes of tables whose data is gone;
    merge_columns: keep the columns of a table and add new ones; inherit: partitions get the
    table's columns; level: the folder depth of tables, the bucket being 1; combine: one table
    for all schemas that do not contradict each other; seen: folders not to look at again.
    """

    crawler: str
    database: str = ""
    table_prefix: str = ""
    s3_targets: tuple[S3Target, ...] = ()
    catalog_targets: tuple[CatalogTarget, ...] = ()
    update: bool = True
    delete: Literal["LOG", "DELETE_FROM_DATABASE", "DEPRECATE_IN_DATABASE"] = "LOG"
    merge_columns: bool = False
    inherit: bool = False
    level: int | None = None
    combine: bool = False
    seen: frozenset[str] | None = None


@dataclass(frozen=True)
class Access:
    """The clients of a crawl: s3 gives one for a location (s3://bucket/prefix), by its role."""

    s3: Callable[[str], Any]
    glue: Any
    stopped: threading.Event


@dataclass
class Summary:
    """What a crawl did, by table name; folders are those that it read."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    folders: set[str] = field(default_factory=set)
