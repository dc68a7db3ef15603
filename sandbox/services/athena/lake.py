"""The Data Catalog as the caller of a query sees it, and the files that are read for it.

Glue and S3 are asked as the caller. Where Lake Formation governs a table whose location is
registered, the files are read as the location's role instead.
https://docs.aws.amazon.com/lake-formation/latest/dg/access-control-underlying-data.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from sandbox.authorization.context import Context
from sandbox.authorization.decision import reason_against
from sandbox.authorization.refusals import words
from sandbox.authorization.statements import Request
from sandbox.engines.athena.binding import insufficient
from sandbox.engines.athena.errors import QueryFailed
from sandbox.engines.athena.model import Column, DataFile, Slice, Table
from sandbox.errors import AwsError
from sandbox.identity import Principal
from sandbox.runtime import Runtime
from sandbox.services.athena.caller import client_of
from sandbox.services.athena.output import split
from sandbox.services.athena.views import definition
from sandbox.services.lakeformation import authority, catalog
from sandbox.services.lakeformation.lake import Lake
from sandbox.services.lakeformation.targets import of_table

LAKE_FORMATION = "lakeformation.amazonaws.com"
REQUIRED_SELECT = "Insufficient Lake Formation permission(s): Required Select on"
MISSING = "EntityNotFoundException"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
HIDDEN = ("_", ".")


class CallersCatalog:
    """What the engine knows as a Catalog, for one caller in one region."""

    def __init__(self, runtime: Runtime, region: str, principal: Principal) -> None:
        self._runtime, self._region, self._principal = runtime, region, principal
        self._lake: Lake = runtime.state(Lake, principal.account, region)

    @functools.cached_property
    def _glue(self) -> Any:
        return client_of(self._principal, self._runtime, "glue", self._region)

    @functools.cached_property
    def _s3(self) -> Any:
        return client_of(self._principal, self._runtime, "s3", self._region)

    def table(self, database: str, name: str) -> Table | None:
        """A table to be queried, with the columns and rows that the caller may read."""
        shown = self._shown(database, name)
        if shown is None:
            return None
        # Lake Formation tells Athena of all columns, and which of them to show
        record = catalog.table(self._principal.account, self._region, database, name)
        whole = record.as_dict()
        columns = tuple(_columns(whole))
        slices = authority.slices(self._lake, self._principal.iam_arn, of_table(database, name))
        view, names_of = definition(whole)
        every = frozenset(column.name for column in columns)
        readable = (Slice(every),) if slices is None else tuple(slices)
        if view:
            if Slice(every) not in readable:  # a view is opened as a whole
                raise insufficient(f"{REQUIRED_SELECT} {name}")
            return Table(database, name, columns, readable, view=view, view_database=names_of)
        _require_parquet(whole)
        s3 = self._s3 if slices is None else self._reader(whole)
        return Table(database, name, columns, readable, functools.partial(self._files, s3, whole))

    def has_database(self, name: str) -> bool:
        """Whether the caller sees such a database."""
        return self._ask(self._glue.get_database, Name=name) is not None

    def databases(self) -> list[str]:
        """The databases that the caller sees."""
        pages = self._pages("get_databases", "DatabaseList")
        return [database["Name"] for database in pages]

    def tables(self, database: str) -> list[str]:
        """The tables of a database that the caller sees."""
        pages = self._pages("get_tables", "TableList", DatabaseName=database)
        return [table["Name"] for table in pages]

    def described(self, database: str, name: str) -> list[Column] | None:
        """The columns of a table that the caller sees."""
        shown = self._shown(database, name)
        return None if shown is None else list(_columns(shown))

    def _shown(self, database: str, name: str) -> dict[str, Any] | None:
        answer = self._ask(self._glue.get_table, DatabaseName=database, Name=name)
        return None if answer is None else answer["Table"]

    def _ask(self, operation: Callable[..., Any], **given: Any) -> Any:
        """What Glue answers the caller; None for what is not there."""
        try:
            return operation(**given)
        except ClientError as error:
            if error.response["Error"]["Code"] == MISSING:
                return None
            raise insufficient(error.response["Error"]["Message"]) from error

    def _pages(self, operation: str, member: str, **given: Any) -> Iterator[dict[str, Any]]:
        try:
            for page in self._glue.get_paginator(operation).paginate(**given):
                yield from page[member]
        except ClientError as error:
            raise insufficient(error.response["Error"]["Message"]) from error

    def _reader(self, table: dict[str, Any]) -> Any:
        """An S3 client that reads the files of a table that Lake Formation governs."""
        location = self._lake.registered(catalog.location(table))
        if location is None or location["HybridAccessEnabled"]:
            return self._s3
        self._require_data_access()
        try:
            return self._runtime.client(
                "s3", location["RoleArn"], self._region, as_service=LAKE_FORMATION
            )
        except AwsError as error:
            raise insufficient(str(error.message)) from error

    def _require_data_access(self) -> None:
        """The caller needs leave to have Lake Formation read for them.

        https://docs.aws.amazon.com/lake-formation/latest/dg/access-control-underlying-data.html
        """
        lookup = Context(self._principal, region=self._region).lookup
        request = Request(self._principal, "lakeformation:GetDataAccess", "*", lookup)
        reason = reason_against(request)
        if reason is not None:
            raise insufficient(words(request, reason))

    def _files(self, s3: Any, table: dict[str, Any]) -> Iterator[DataFile]:
        if not table.get("PartitionKeys"):
            yield from self._objects(s3, table["StorageDescriptor"].get("Location", ""), {})
            return
        keys = [key["Name"].lower() for key in table["PartitionKeys"]]
        found = self._pages(
            "get_partitions",
            "Partitions",
            DatabaseName=table["DatabaseName"],
            TableName=table["Name"],
        )
        for partition in found:
            values = dict(zip(keys, partition["Values"], strict=True))
            yield from self._objects(s3, partition["StorageDescriptor"]["Location"], values)

    def _objects(self, s3: Any, location: str, partition: dict[str, Any]) -> Iterator[DataFile]:
        """The files below a location, but those that Hive takes for hidden."""
        bucket, prefix = split(location)
        prefix = f"{prefix.rstrip('/')}/" if prefix else ""
        uri = f"s3://{bucket}/{prefix}"
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        try:
            listed = [item for page in pages for item in page.get("Contents", [])]
        except ClientError as error:
            raise _unreadable(error, uri) from error
        for item in listed:
            parts = item["Key"].removeprefix(prefix).split("/")
            if item["Size"] and not any(part.startswith(HIDDEN) for part in parts):
                read = functools.partial(_body, s3, bucket, item["Key"])
                yield DataFile(f"s3://{bucket}/{item['Key']}", read, partition)


def _body(s3: Any, bucket: str, key: str) -> bytes:
    try:
        body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        raise _unreadable(error, f"s3://{bucket}/{key}") from error
    return body


def _unreadable(error: ClientError, uri: str) -> QueryFailed:
    told = error.response["Error"]
    if told["Code"] == "NoSuchBucket":
        return QueryFailed(f"HIVE_METASTORE_ERROR: The location {uri} is in no bucket that exists")
    if told["Code"] == "NoSuchKey":
        return QueryFailed(f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {uri}")
    return QueryFailed(f"PERMISSION_DENIED: Permission denied on S3 path: {uri}: {told['Message']}")


def _columns(table: dict[str, Any]) -> Iterator[Column]:
    """All columns, partition keys last."""
    own = (table.get("StorageDescriptor") or {}).get("Columns", [])
    for column in (*own, *table.get("PartitionKeys", [])):
        yield Column(column["Name"].lower(), column.get("Type") or "string")


def _require_parquet(table: dict[str, Any]) -> None:
    storage = table.get("StorageDescriptor") or {}
    library = (storage.get("SerdeInfo") or {}).get("SerializationLibrary")
    if library != PARQUET:
        shown = f"{storage.get('InputFormat')} with SerDe {library}"
        raise QueryFailed(f"HIVE_UNSUPPORTED_FORMAT: Input format {shown} is not supported")
