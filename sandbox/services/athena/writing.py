"""Statements that write: tables and files of a query, views, and what is dropped.

All of it with the caller's rights: objects in S3, entries in the Data Catalog, whose Lake Formation
asks for more. https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
"""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from botocore.exceptions import ClientError

from sandbox.engines.athena.binding import insufficient
from sandbox.engines.athena.errors import QueryFailed
from sandbox.engines.athena.model import Result
from sandbox.engines.athena.statements import Statement, Target
from sandbox.engines.crawler.hive import hive_type
from sandbox.services.athena.caller import client_of
from sandbox.services.athena.execution import Execution
from sandbox.services.athena.executions import Executions
from sandbox.services.athena.output import split
from sandbox.services.athena.views import PREFIX, SUFFIX, VIEW

if TYPE_CHECKING:
    from sandbox.engines.athena.session import Session

FORMATS = "org.apache.hadoop.hive.ql.io.parquet"
STORAGE = {
    "InputFormat": f"{FORMATS}.MapredParquetInputFormat",
    "OutputFormat": f"{FORMATS}.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": f"{FORMATS}.serde.ParquetHiveSerDe"},
}
DEFAULT_COMPRESSION = "GZIP"


class Writer:
    """Carries out one statement for its caller."""

    def __init__(self, executions: Executions, execution: Execution, session: Session) -> None:
        assert execution.statement.target is not None
        self._execution, self._session = execution, session
        self._statement: Statement = execution.statement
        self._target: Target = execution.statement.target
        self._database = self._target.database or execution.database
        given = (execution.principal, executions.runtime)
        self._glue = client_of(*given, "glue", executions.region)
        self._s3 = client_of(*given, "s3", executions.region)

    def run(self) -> Result:
        """Write what the statement says; QueryFailed where it cannot, or the caller may not."""
        if self._statement.problem:
            raise QueryFailed(self._statement.problem)
        kinds = {
            "CREATE_TABLE_AS_SELECT": self._create_table,
            "CREATE_VIEW": self._create_view,
            "UNLOAD": self._unload,
            "DROP_TABLE": self._drop,
            "DROP_VIEW": self._drop,
        }
        kinds[self._statement.kind]()
        return Result([], iter(()), is_table=False)

    def _create_table(self) -> None:
        if self._existing() is not None:
            if self._target.tolerant:
                return
            raise self._already_there()
        content = self._content()
        parent = self._execution.location.rpartition("/")[0]
        location = self._target.location or f"{parent}/tables/{self._execution.id}/"
        self._write(content, location)
        storage = {"Columns": _columns(content.schema), "Location": location, **STORAGE}
        self._call("create_table", _entry(self._target.name, "EXTERNAL_TABLE", storage))

    def _create_view(self) -> None:
        assert self._statement.tree is not None
        existing = self._existing()
        if existing is not None and not (
            self._target.tolerant and existing.get("TableType") == VIEW
        ):
            raise self._already_there()
        told = {
            "originalSql": self._statement.tree.sql("trino"),
            "catalog": "awsdatacatalog",
            "schema": self._execution.database,
        }
        text = base64.b64encode(json.dumps(told).encode()).decode()
        entry = _entry(self._target.name, VIEW, {"Columns": _columns(self._content().schema)})
        entry |= {"ViewOriginalText": f"{PREFIX}{text}{SUFFIX}"}
        self._call("update_table" if existing else "create_table", entry)

    def _unload(self) -> None:
        self._write(self._content(), self._target.location)

    def _drop(self) -> None:
        existing = self._existing()
        name = self._target.name
        if existing is None:
            if self._target.tolerant:
                return
            raise QueryFailed(f"FAILED: SemanticException [Error 10001]: Table not found {name}")
        if (existing.get("TableType") == VIEW) != (self._statement.kind == "DROP_VIEW"):
            kind = "a view" if existing.get("TableType") == VIEW else "a table"
            raise QueryFailed(f"FAILED: SemanticException: {name} is {kind}")
        self._ask(self._glue.delete_table, DatabaseName=self._database, Name=name)

    def _content(self) -> pa.Table:
        """The rows of the query, with columns that the Data Catalog can tell."""
        content = self._session.table(self._statement)
        for position, name in enumerate(content.schema.names, 1):
            if name.startswith("_col"):
                message = f"Column name not specified at position {position}"
                raise QueryFailed(f"MISSING_COLUMN_NAME: line 1:1: {message}")
        if len(set(content.schema.names)) < len(content.schema.names):
            raise QueryFailed(
                "DUPLICATE_COLUMN_NAME: line 1:1: Column name specified more than once"
            )
        for field in content.schema:
            if pa.types.is_null(field.type) or getattr(field.type, "tz", None):
                raise QueryFailed(f"NOT_SUPPORTED: Unsupported Hive type: {field.type}")
        return content

    def _write(self, content: pa.Table, location: str) -> None:
        """One file of all rows, at a location where nothing is yet."""
        bucket, prefix = split(f"{location.rstrip('/')}/")
        options = self._target.options
        chosen = options.get("write_compression") or options.get("compression")
        buffer = io.BytesIO()
        try:
            pq.write_table(content, buffer, compression=(chosen or DEFAULT_COMPRESSION).lower())
        except (pa.ArrowException, OSError) as error:
            raise QueryFailed(
                f"INVALID_TABLE_PROPERTY: Unsupported compression {chosen}"
            ) from error
        try:
            listed = self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
            if listed.get("Contents"):
                message = f"Target directory already exists: {location}"
                raise QueryFailed(f"HIVE_PATH_ALREADY_EXISTS: {message}")
            key = f"{prefix}{self._execution.id}"
            self._s3.put_object(Bucket=bucket, Key=key, Body=buffer.getvalue())
        except ClientError as error:
            told = error.response["Error"]["Message"]
            reason = f"Permission denied on S3 path: {location}: {told}"
            raise QueryFailed(f"PERMISSION_DENIED: {reason}") from error
        self._execution.updated = content.num_rows

    def _existing(self) -> dict[str, Any] | None:
        try:
            answer = self._glue.get_table(DatabaseName=self._database, Name=self._target.name)
        except ClientError as error:
            if error.response["Error"]["Code"] == "EntityNotFoundException":
                return None
            raise insufficient(error.response["Error"]["Message"]) from error
        found: dict[str, Any] = answer["Table"]
        return found

    def _already_there(self) -> QueryFailed:
        place = f"awsdatacatalog.{self._database}.{self._target.name}"
        return QueryFailed(f"TABLE_ALREADY_EXISTS: line 1:1: Table '{place}' already exists")

    def _call(self, operation: str, entry: dict[str, Any]) -> None:
        call = getattr(self._glue, operation)
        self._ask(call, DatabaseName=self._database, TableInput=entry)

    def _ask(self, call: Any, **given: Any) -> None:
        try:
            call(**given)
        except ClientError as error:
            if error.response["Error"]["Code"] == "EntityNotFoundException":
                message = f"Schema '{self._database}' does not exist"
                raise QueryFailed(f"SCHEMA_NOT_FOUND: line 1:1: {message}") from error
            raise insufficient(error.response["Error"]["Message"]) from error


def _entry(name: str, kind: str, storage: dict[str, Any]) -> dict[str, Any]:
    return {"Name": name, "TableType": kind, "StorageDescriptor": storage, "Parameters": {}}


def _columns(schema: pa.Schema) -> list[dict[str, str]]:
    return [{"Name": field.name.lower(), "Type": hive_type(field.type)} for field in schema]
