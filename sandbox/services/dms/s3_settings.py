"""The settings of a target endpoint in S3.

https://docs.aws.amazon.com/dms/latest/APIReference/API_S3Settings.html
"""

from __future__ import annotations

from typing import Any

from sandbox.engines.capture.settings import ParquetOptions, Target
from sandbox.errors import AwsError

# What AWS fills in and shows; what is not set otherwise is not shown
DEFAULTS: dict[str, Any] = {
    "CsvRowDelimiter": "\\n",
    "CsvDelimiter": ",",
    "BucketFolder": "",
    "CompressionType": "NONE",
    "EnableStatistics": True,
    "DatePartitionEnabled": False,
}
# The API takes these words in any case, and with _ for -; it shows them so
WORDS = {
    "CompressionType": ("NONE", "GZIP"),
    "EncryptionMode": ("sse-s3", "sse-kms"),
    "DataFormat": ("csv", "parquet"),
    "EncodingType": ("plain", "plain-dictionary", "rle-dictionary"),
    "ParquetVersion": ("parquet-1-0", "parquet-2-0"),
    "DatePartitionSequence": ("YYYYMMDD", "YYYYMMDDHH", "YYYYMM", "MMYYYYDD", "DDMMYYYY"),
    "DatePartitionDelimiter": ("SLASH", "UNDERSCORE", "DASH", "NONE"),
    "CannedAclForObjects": (
        *("none", "private", "public-read", "public-read-write", "authenticated-read"),
        *("aws-exec-read", "bucket-owner-read", "bucket-owner-full-control"),
    ),
}
LEAST = {
    "CdcMaxBatchInterval": 1,
    "CdcMinFileSize": 1,
    "RowGroupLength": 1,
    "DataPageSize": 1,
    "DictPageSizeLimit": 1,
    "MaxFileSize": 1,
}
LARGEST_FILE = 1_048_576  # KB
UNSERVED = (
    "DatePartitionEnabled",
    "PreserveTransactions",
    "GlueCatalogGeneration",
    "AddTrailingPaddingCharacter",
)


def normalised(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as AWS keeps and shows them.

    InvalidParameterValueException for a value that is none of those allowed, or that the sandbox
    does not serve; InvalidParameterCombinationException for values that exclude each other.
    """
    kept = DEFAULTS | {name: value for name, value in settings.items() if value is not None}
    for name, allowed in WORDS.items():
        if name in kept:
            kept[name] = _word(name, kept[name], allowed)
    for name, least in LEAST.items():
        if kept.get(name, least) < least:
            raise _refused(f"S3Settings.{name} is {kept[name]}: it must be at least {least}")
    if kept.get("MaxFileSize", LARGEST_FILE) > LARGEST_FILE:
        raise _refused(
            f"S3Settings.MaxFileSize is {kept['MaxFileSize']}: it must be at most {LARGEST_FILE}"
        )
    for name in ("ServiceAccessRoleArn", "BucketName"):
        if not kept.get(name):
            raise AwsError(
                "InvalidParameterCombinationException", f"S3Settings.{name} must be provided."
            )
    if kept.get("CdcInsertsOnly") and kept.get("CdcInsertsAndUpdates"):
        raise AwsError(
            "InvalidParameterCombinationException",
            "CdcInsertsOnly and CdcInsertsAndUpdates can't both be true for the same endpoint.",
        )
    if kept.get("EncryptionMode") == "sse-kms" and not kept.get("ServerSideEncryptionKmsKeyId"):
        raise AwsError(
            "InvalidParameterCombinationException",
            "ServerSideEncryptionKmsKeyId must be provided when EncryptionMode is SSE_KMS.",
        )
    _require_served(kept)
    return kept


def target(settings: dict[str, Any], *, booleans: bool) -> Target:
    """The settings as the capture takes them; booleans when both endpoints map them."""
    return Target(
        bucket=settings["BucketName"],
        folder=settings["BucketFolder"],
        operation_in_full_load=settings.get("IncludeOpForFullLoad", False),
        inserts_only=settings.get("CdcInsertsOnly", False),
        inserts_and_updates=settings.get("CdcInsertsAndUpdates", False),
        timestamp_column=settings.get("TimestampColumnName", ""),
        task_start_as_timestamp=settings.get("UseTaskStartTimeForFullLoadTimestamp", False),
        milliseconds=settings.get("ParquetTimestampInMillisecond", False),
        booleans=booleans,
        batch_seconds=settings.get("CdcMaxBatchInterval", 60),
        batch_bytes=settings.get("CdcMinFileSize", 32_000) * 1024,
        parquet=ParquetOptions(
            version="2.6" if settings.get("ParquetVersion") == "parquet-2-0" else "1.0",
            compression=settings["CompressionType"],
            dictionary=settings.get("EncodingType") != "plain",
            dictionary_page_bytes=settings.get("DictPageSizeLimit", 1024 * 1024),
            data_page_bytes=settings.get("DataPageSize", 1024 * 1024),
            row_group_rows=settings.get("RowGroupLength", 10_000),
            statistics=settings["EnableStatistics"],
        ),
        put_options=put_options(settings),
    )


def put_options(settings: dict[str, Any]) -> dict[str, Any]:
    """Arguments of every PutObject: encryption, access control, the bucket's owner."""
    options: dict[str, Any] = {}
    if settings.get("EncryptionMode") == "sse-kms":
        options["ServerSideEncryption"] = "aws:kms"
        options["SSEKMSKeyId"] = settings["ServerSideEncryptionKmsKeyId"]
    elif settings.get("EncryptionMode") == "sse-s3":
        options["ServerSideEncryption"] = "AES256"
    if settings.get("CannedAclForObjects", "none") != "none":
        options["ACL"] = settings["CannedAclForObjects"]
    if settings.get("ExpectedBucketOwner"):
        options["ExpectedBucketOwner"] = settings["ExpectedBucketOwner"]
    return options


def _require_served(settings: dict[str, Any]) -> None:
    for name in UNSERVED:
        if settings.get(name):
            raise _refused(f"S3Settings.{name} is true: the sandbox does not serve it")
    if settings.get("DataFormat") != "parquet":
        raise _refused(
            "S3Settings.DataFormat is "
            f"{settings.get('DataFormat', 'csv (the default)')}: the sandbox writes parquet only"
        )


def _word(name: str, value: str, allowed: tuple[str, ...]) -> str:
    plain = value.lower().replace("_", "-")
    for word in allowed:
        if word.lower() == plain:
            return word
    raise _refused(f"S3Settings.{name} is {value}: it must be one of {', '.join(allowed)}")


def _refused(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message)
