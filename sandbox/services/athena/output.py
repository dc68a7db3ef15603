"""The result of a query as objects in S3, written and read with the caller's rights.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any

from botocore.exceptions import ClientError

from sandbox.engines.athena.errors import QueryFailed
from sandbox.engines.athena.model import Result
from sandbox.services.athena.caller import client_of
from sandbox.services.athena.execution import Execution
from sandbox.services.athena.executions import Executions

IN_MEMORY = 16 * 1024 * 1024
Row = list[str | None]


def write(executions: Executions, execution: Execution, result: Result) -> None:
    """Write the rows, and beside them what their columns are.

    QueryFailed where the caller may not, or there is no such bucket.
    """
    s3 = client_of(execution.principal, executions.runtime, "s3", executions.region)
    told = json.dumps([asdict(column) for column in result.columns]).encode()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        execution.rows = _fill(file, result)
        execution.bytes = file.tell()
        file.seek(0)
        _put(s3, execution, execution.location, file)
        _put(s3, execution, f"{execution.location}.metadata", told)


def _fill(file: IO[bytes], result: Result) -> int:
    count = 0
    if result.is_table:
        file.write(csv_line([column.name for column in result.columns]))
    for row in result.rows:
        line = csv_line(row) if result.is_table else f"{row[0]}\n".encode()
        file.write(line)
        count += 1
    return count


def csv_line(row: Row) -> bytes:
    """A line of CSV: every value in quotes, NULL as nothing at all."""
    cells = ("" if value is None else '"' + value.replace('"', '""') + '"' for value in row)
    return (",".join(cells) + "\n").encode()


def rows(lines: Iterator[bytes]) -> Iterator[tuple[Row, int]]:
    """The rows of such lines, each with the bytes that it takes; a value may span lines."""
    pending = b""
    for line in lines:
        pending += line
        if pending.count(b'"') % 2 == 0:
            yield _cells(pending.decode().removesuffix("\n")), len(pending)
            pending = b""


def _cells(line: str) -> Row:
    cells: Row = []
    for part in line.split(","):
        # a part of a value that has commas in it: the quotes before it are not closed
        if cells and cells[-1] is not None and cells[-1].count('"') % 2:
            cells[-1] += f",{part}"
        else:
            cells.append(part or None)
    return [cell if cell is None else cell[1:-1].replace('""', '"') for cell in cells]


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of an S3 URI."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def _put(s3: Any, execution: Execution, uri: str, body: Any) -> None:
    bucket, key = split(uri)
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, **_options(execution))
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            message = "The S3 location provided to save your query results is invalid."
            raise QueryFailed(message) from error
        raise QueryFailed(
            f"Access denied when writing output to url: {uri} . Please ensure you are allowed to "
            "access the S3 bucket. If you are encrypting query results with KMS key, please "
            "ensure you are allowed to access your KMS key"
        ) from error


def _options(execution: Execution) -> dict[str, str]:
    """What PutObject is told of encryption, owner and access control."""
    chosen = execution.result_configuration
    encryption = chosen.get("EncryptionConfiguration") or {}
    options = {}
    if encryption.get("EncryptionOption") == "SSE_S3":
        options["ServerSideEncryption"] = "AES256"
    elif encryption:
        options = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": encryption["KmsKey"]}
    if chosen.get("ExpectedBucketOwner"):
        options["ExpectedBucketOwner"] = chosen["ExpectedBucketOwner"]
    if chosen.get("AclConfiguration"):
        options["ACL"] = "bucket-owner-full-control"
    return options
