"""One crawl: read what is there, then bring the catalog up to it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from sandbox.engines.crawler import definitions, folders
from sandbox.engines.crawler.errors import CrawlError, CrawlStoppedError, explained
from sandbox.engines.crawler.files import File, Footer, footer, listed
from sandbox.engines.crawler.folders import Found, Partition
from sandbox.engines.crawler.plan import Access, Plan, S3Target, Summary
from sandbox.engines.crawler.schema import Schema, joined

PARTITIONS = 100  # in one BatchCreatePartition
SCHEMES = ("s3://", "s3a://", "s3n://")


@dataclass(frozen=True)
class Reading:
    """The files of a folder, and what the footers of some of them say."""

    files: list[File]
    footers: list[Footer]

    @property
    def schema(self) -> Schema:
        """The columns of all footers that were read."""
        return joined(one.schema for one in self.footers)

    def statistics(self, crawler: str) -> dict[str, str]:
        """The parameters of a table or partition; a sample stands for the files not read."""
        share = len(self.files) / len(self.footers) if self.footers else 0
        return definitions.statistics(
            crawler,
            len(self.files),
            sum(file.size for file in self.files),
            round(share * sum(one.rows for one in self.footers)),
            round(share * sum(one.raw_bytes for one in self.footers)),
        )


def crawl(plan: Plan, access: Access) -> Summary:
    """Do what a plan says.

    Raises CrawlError with the message that the crawler shows, CrawlStoppedError when stopped.
    """
    work = _Crawl(plan, access)
    for catalog_target in plan.catalog_targets:
        work.keep_current(catalog_target.database, catalog_target.table)
    for target in plan.s3_targets:
        work.make_tables(target)
    work.retire()
    return work.summary


class _Crawl:
    def __init__(self, plan: Plan, access: Access) -> None:
        self.plan = plan
        self.access = access
        self.summary = Summary()
        self._current: set[str] = set()

    def keep_current(self, database: str, name: str) -> None:
        """Bring one table of the catalog up to the data at its location."""
        table = self._glue("get_table", database, name, DatabaseName=database, Name=name)["Table"]
        location = (table.get("StorageDescriptor") or {}).get("Location") or ""
        bucket, prefix = _split(location, f"{database}.{name}")
        keys = tuple(key["Name"].lower() for key in table.get("PartitionKeys") or [])
        files = listed(self.access.s3(location), bucket, prefix)
        found = folders.partitioned(files, prefix, keys)
        readings = self._read(location, _by_folder(self._unseen(found)), None)
        if not readings:
            self.summary.messages.append(f"Table {database}.{name} has no data at {location}")
            return
        self._update(database, table, found, readings)

    def make_tables(self, target: S3Target) -> None:
        """Make or update the tables under a folder."""
        location = f"s3://{target.bucket}/{target.prefix}"
        client = self.access.s3(location)
        files = [
            file
            for file in listed(client, target.bucket, target.prefix, target.exclusions)
            if f"{file.bucket}/{file.folder}" not in (self.plan.seen or ())
        ]
        grouped: dict[str, list[File]] = {}
        for file in files:
            grouped.setdefault(file.folder, []).append(file)
        readings = self._read(location, grouped, target.sample)
        schemas = {folder: reading.schema for folder, reading in readings.items()}
        existing = {table["Name"]: table for table in self._tables()}
        for found in folders.tables(
            files, target.prefix, schemas, combine=self.plan.combine, level=self.plan.level
        ):
            self._stop_if_asked()
            self._make(target.bucket, found, readings, existing)

    def retire(self) -> None:
        """What the plan says of this crawler's own tables whose data is gone."""
        roots = [f"s3://{one.bucket}/{one.prefix}" for one in self.plan.s3_targets]
        for table in self._tables() if roots else []:
            own = (table.get("Parameters") or {}).get("UPDATED_BY_CRAWLER") == self.plan.crawler
            location = (table.get("StorageDescriptor") or {}).get("Location") or ""
            if not own or table["Name"] in self._current or not location.startswith(tuple(roots)):
                continue
            if self.plan.seen is None:
                self._retire(table)

    def _retire(self, table: dict[str, Any]) -> None:
        database, name = self.plan.database, table["Name"]
        if self.plan.delete == "DELETE_FROM_DATABASE":
            self._glue("delete_table", database, name, DatabaseName=database, Name=name)
            self.summary.deleted.append(name)
        elif self.plan.delete == "DEPRECATE_IN_DATABASE":
            given = definitions.writable(table)
            mark = {"DEPRECATED_BY_CRAWLER": str(int(time.time() * 1000))}
            given["Parameters"] = mark | (given.get("Parameters") or {})
            self._write("update_table", database, given)
            self.summary.updated.append(name)
        else:
            self.summary.messages.append(f"Table {name} has no data any more")

    def _make(
        self,
        bucket: str,
        found: Found,
        readings: dict[str, Reading],
        existing: dict[str, dict[str, Any]],
    ) -> None:
        location = f"s3://{bucket}/{found.path}"
        name = definitions.table_name(found.path, bucket, self.plan.table_prefix)
        for candidate in (name, definitions.suffixed(name, location)):
            table = existing.get(candidate)
            if table is None:
                self._create(candidate, location, found, readings)
                return
            own = (table.get("Parameters") or {}).get("UPDATED_BY_CRAWLER") == self.plan.crawler
            if own and table["StorageDescriptor"]["Location"].rstrip("/") == location.rstrip("/"):
                self._current.add(candidate)
                self._update(self.plan.database, table, found, readings)
                return
        raise CrawlError(f"Both names for a table at {location} are taken by other tables.")

    def _create(self, name: str, location: str, found: Found, readings: dict[str, Reading]) -> None:
        data = _together(readings[partition.path] for partition in found.partitions)
        parameters = data.statistics(self.plan.crawler)
        schema = {column: kind for column, kind in data.schema.items() if column not in found.keys}
        given = definitions.new_table(name, location, schema, found.keys, parameters)
        self._write("create_table", self.plan.database, given)
        self._current.add(name)
        self.summary.created.append(name)
        self._add_partitions(self.plan.database, given, found, readings)

    def _update(
        self, database: str, table: dict[str, Any], found: Found, readings: dict[str, Reading]
    ) -> None:
        self._stop_if_asked()
        data = _together(readings.values())
        given = definitions.changed_table(
            table,
            data.schema,
            data.statistics(self.plan.crawler),
            merge=self.plan.merge_columns,
        )
        if given != definitions.writable(table):
            if self.plan.update:
                self._write("update_table", database, given)
                self.summary.updated.append(table["Name"])
            else:
                self.summary.messages.append(f"Table {table['Name']} has changed: only logged")
                given = definitions.writable(table)
        self._add_partitions(database, given, found, readings)

    def _add_partitions(
        self, database: str, table: dict[str, Any], found: Found, readings: dict[str, Reading]
    ) -> None:
        if not found.keys:
            return
        name, bucket = table["Name"], _split(table["StorageDescriptor"]["Location"], "")[0]
        pages = self.access.glue.get_paginator("get_partitions").paginate(
            DatabaseName=database, TableName=name
        )
        known = {tuple(one["Values"]) for page in pages for one in page["Partitions"]}
        fresh = [one for one in found.partitions if one.values not in known]
        inputs = [
            self._partition(table, f"s3://{bucket}/{one.path}", one, readings)
            for one in fresh
            if one.path in readings
        ]
        for start in range(0, len(inputs), PARTITIONS):
            self._glue(
                "batch_create_partition",
                database,
                name,
                DatabaseName=database,
                TableName=name,
                PartitionInputList=inputs[start : start + PARTITIONS],
            )

    def _partition(
        self, table: dict[str, Any], location: str, one: Partition, readings: dict[str, Reading]
    ) -> dict[str, Any]:
        reading = readings[one.path]
        described = definitions.columns(reading.schema)
        if self.plan.inherit:
            described = table["StorageDescriptor"]["Columns"]
        parameters = reading.statistics(self.plan.crawler)
        return {
            "Values": list(one.values),
            "StorageDescriptor": definitions.storage(location, described, parameters),
            "Parameters": parameters,
        }

    def _read(
        self, location: str, grouped: dict[str, list[File]], sample: int | None
    ) -> dict[str, Reading]:
        client = self.access.s3(location)
        readings = {}
        for folder, files in grouped.items():
            footers = []
            for file in files[:sample]:
                self._stop_if_asked()
                footers.append(footer(client, file))
            readings[folder] = Reading(files, footers)
            self.summary.folders.add(f"{files[0].bucket}/{folder}")
        return readings

    def _unseen(self, found: Found) -> Iterator[Partition]:
        for one in found.partitions:
            folder = f"{one.files[0].bucket}/{one.path}"
            if self.plan.seen is None or folder not in self.plan.seen:
                yield one

    def _tables(self) -> list[dict[str, Any]]:
        pages = self.access.glue.get_paginator("get_tables")
        try:
            return [
                table
                for page in pages.paginate(DatabaseName=self.plan.database)
                for table in page["TableList"]
            ]
        except ClientError as error:
            place = f"(Database name: {self.plan.database})"
            raise explained(error, place=place) from error

    def _write(self, operation: str, database: str, given: dict[str, Any]) -> None:
        self._glue(operation, database, given["Name"], DatabaseName=database, TableInput=given)

    def _glue(self, operation: str, database: str, table: str, **arguments: Any) -> Any:
        try:
            return getattr(self.access.glue, operation)(**arguments)
        except ClientError as error:
            place = f"(Database name: {database}, Table Name: {table})"
            raise explained(error, place=place) from error

    def _stop_if_asked(self) -> None:
        if self.access.stopped.is_set():
            raise CrawlStoppedError


def _together(readings: Iterable[Reading]) -> Reading:
    every = list(readings)
    return Reading(
        [file for one in every for file in one.files],
        [read for one in every for read in one.footers],
    )


def _by_folder(partitions: Iterable[Partition]) -> dict[str, list[File]]:
    return {one.path: list(one.files) for one in partitions}


def _split(location: str, table: str) -> tuple[str, str]:
    for scheme in SCHEMES:
        if location.startswith(scheme):
            bucket, _, prefix = location[len(scheme) :].partition("/")
            return bucket, prefix if prefix.endswith("/") or not prefix else f"{prefix}/"
    raise CrawlError(f"Table {table} has no location in S3 to crawl: {location!r}")
