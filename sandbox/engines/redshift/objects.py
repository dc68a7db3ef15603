"""The S3 objects that COPY reads, of one prefix or a manifest, and those that UNLOAD writes."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.engines.redshift.model import RedshiftError

NOT_FOUND = {"NoSuchKey", "404", "NotFound"}


class Objects:
    """S3 with one role's client; what goes wrong is said as Redshift says it."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def prefix(self, url: str) -> list[str]:
        """Every object whose key begins with the prefix, in key order: at least one."""
        urls = self.existing(url)
        if not urls:
            raise RedshiftError(f"The specified S3 prefix '{_split(url)[1]}' does not exist")
        return urls

    def existing(self, url: str) -> list[str]:
        """Every object whose key begins with the prefix, in key order."""
        bucket, prefix = _split(url)
        urls: list[str] = []
        token: dict[str, str] = {}
        while True:
            page = self._call("list_objects_v2", Bucket=bucket, Prefix=prefix, **token)
            urls += [f"s3://{bucket}/{entry['Key']}" for entry in page.get("Contents", [])]
            if not page.get("IsTruncated"):
                return urls
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def manifest(self, url: str) -> list[str]:
        """The objects that a manifest lists, one listed twice twice.

        For a columnar format every entry needs its size in meta.content_length, and the object
        must have that size.
        """
        entries = self._entries(url)
        urls: list[str] = []
        for entry in entries:
            length = self._declared_length(entry, url)
            found = self._size(entry["url"])
            if found is None:
                if entry.get("mandatory", False):
                    bucket, key = _split(entry["url"])
                    raise RedshiftError(
                        f"The specified S3 key '{key}' does not exist in bucket '{bucket}':"
                        " the manifest says that it is mandatory"
                    )
                continue
            if found != length:
                raise RedshiftError(
                    "Spectrum Scan Error",
                    detail=f"The size of {entry['url']} is {found}, but the manifest {url} says"
                    f" content_length {length}",
                )
            urls.append(entry["url"])
        if not urls:
            raise RedshiftError(f"No files were found: the manifest {url} lists none that exists")
        return urls

    def read(self, url: str) -> bytes:
        bucket, key = _split(url)
        return bytes(self._call("get_object", Bucket=bucket, Key=key)["Body"].read())

    def write(self, url: str, body: bytes, **encryption: str) -> None:
        """Write an object; encryption is as PutObject takes it."""
        bucket, key = _split(url)
        self._call("put_object", Bucket=bucket, Key=key, Body=body, **encryption)

    def delete(self, url: str) -> None:
        bucket, key = _split(url)
        self._call("delete_object", Bucket=bucket, Key=key)

    def _entries(self, url: str) -> list[dict[str, Any]]:
        bucket, key = _split(url)
        try:
            document = json.loads(
                self._call("get_object", Bucket=bucket, Key=key)["Body"].read().decode()
            )
            entries = document["entries"]
        except (ValueError, KeyError, TypeError):
            raise RedshiftError(
                f"Problem reading manifest file - {url} is not a manifest"
            ) from None
        except RedshiftError as error:
            raise RedshiftError(f"Problem reading manifest file - {error.message}") from None
        if not isinstance(entries, list) or not all(
            isinstance(entry, dict) and isinstance(entry.get("url"), str) for entry in entries
        ):
            raise RedshiftError(f"Problem reading manifest file - an entry of {url} has no url")
        return entries

    def _declared_length(self, entry: dict[str, Any], manifest: str) -> int:
        meta = entry.get("meta")
        length = meta.get("content_length") if isinstance(meta, dict) else None
        if not isinstance(length, int) or isinstance(length, bool):
            raise RedshiftError(
                f"Problem reading manifest file - meta.content_length of {entry['url']} is missing"
                f" in {manifest}: columnar formats need it"
            )
        return length

    def _size(self, url: str) -> int | None:
        """The size in bytes, None when there is no such object."""
        bucket, key = _split(url)
        try:
            return int(self._client.head_object(Bucket=bucket, Key=key)["ContentLength"])
        except ClientError as error:
            if error.response["Error"]["Code"] in NOT_FOUND:
                return None
            raise _failure(error) from None
        except BotoCoreError as error:
            raise RedshiftError(f"S3CurlException: {error}") from None

    def _call(self, operation: str, **parameters: Any) -> Any:
        try:
            return getattr(self._client, operation)(**parameters)
        except ClientError as error:
            raise _failure(error) from None
        except BotoCoreError as error:
            raise RedshiftError(f"S3CurlException: {error}") from None


def _split(url: str) -> tuple[str, str]:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or not bucket:
        raise RedshiftError(f"Invalid S3 URL: {url}")
    return bucket, key


def _failure(error: ClientError) -> RedshiftError:
    """https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html"""
    found = error.response["Error"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
    request = error.response.get("ResponseMetadata", {}).get("RequestId", "")
    return RedshiftError(
        f"S3ServiceException:{found.get('Message', '')},Status {status},Error {found['Code']}"
        f",Rid {request},CanRetry 1"
    )
