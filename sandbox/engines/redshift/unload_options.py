"""What an UNLOAD statement asks for: its options, read and checked.

https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.engines.redshift.attributes import column_names
from sandbox.engines.redshift.authorization import read_iam_role
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Reader

MB = 1024 * 1024
UNITS = {"MB": 1, "GB": 1024}
SMALLEST, LARGEST = 5.0, 6.2 * 1024  # of MAXFILESIZE, in MB
ROW_GROUP = 32  # MB; MAXFILESIZE is rounded down to its multiples
FORMATS = ("PARQUET", "CSV", "JSON")
FLAGS = ("ALLOWOVERWRITE", "CLEANPATH")
TEXT_OPTIONS = (
    "HEADER",
    "DELIMITER",
    "FIXEDWIDTH",
    "BZIP2",
    "GZIP",
    "ZSTD",
    "ADDQUOTES",
    "NULL",
    "ESCAPE",
    "MASTER_SYMMETRIC_KEY",
)


@dataclass
class Unload:
    """What an UNLOAD statement asks for. largest is in bytes, encryption as PutObject takes it."""

    query: str
    url: str
    iam_role: str = ""
    parquet: bool = False
    flags: set[str] = field(default_factory=set)
    manifest: bool = False
    verbose: bool = False
    parallel: bool = True
    partitions: list[str] = field(default_factory=list)
    include: bool = False
    extension: str = "parquet"
    largest: int = int(LARGEST * MB)
    encrypted: bool = False
    encryption: dict[str, str] = field(default_factory=lambda: {"ServerSideEncryption": "AES256"})


def read(reader: Reader) -> Unload:
    """Read an UNLOAD statement. Raises RedshiftError for what it cannot have."""
    reader.expect("UNLOAD")
    inner = Reader(reader.group().children)
    query = inner.string()
    inner.end()
    reader.expect("TO")
    unload = Unload(query, reader.string())
    if not unload.url.startswith("s3://"):
        raise RedshiftError(f"invalid UNLOAD destination {unload.url!r}: it begins with s3://")
    refused = ""
    while not reader.ended:
        refused = _option(reader, unload) or refused
    if not unload.iam_role:
        raise RedshiftError("UNLOAD requires CREDENTIALS or IAM_ROLE to be specified", "42601")
    if not unload.parquet:
        raise RedshiftError("this sandbox unloads FORMAT AS PARQUET only", "0A000")
    if refused:
        raise RedshiftError(f"{refused} is not supported for UNLOAD to PARQUET", "0A000")
    if unload.flags == set(FLAGS):
        raise RedshiftError("CLEANPATH is not supported with ALLOWOVERWRITE", "42601")
    if unload.encrypted and unload.encryption.get("ServerSideEncryption") == "AES256":
        raise RedshiftError("UNLOAD to PARQUET with ENCRYPTED requires KMS_KEY_ID or AUTO", "0A000")
    if unload.partitions and not unload.url.endswith("/"):
        unload.url += "/"
    return unload


def _option(reader: Reader, unload: Unload) -> str:
    """Read one option; give the name of one that parquet does not allow."""
    if role := read_iam_role(reader, "UNLOAD"):
        unload.iam_role = role
    elif chosen := _format(reader):
        unload.parquet = chosen == "PARQUET"
    elif reader.take("PARTITION", "BY"):
        unload.partitions = column_names(reader.group())
        unload.include = reader.take("INCLUDE")
    elif reader.take("MANIFEST"):
        unload.manifest, unload.verbose = True, reader.take("VERBOSE")
    elif flag := reader.choose(*FLAGS):
        unload.flags.add(flag)
    elif reader.take("PARALLEL"):
        unload.parallel = reader.choose("ON", "TRUE", "OFF", "FALSE") not in ("OFF", "FALSE")
    elif reader.take("MAXFILESIZE"):
        unload.largest = _size(reader)
    elif reader.take("EXTENSION"):
        unload.extension = reader.string()
    elif not _encryption(reader, unload):
        return _other(reader)
    return ""


def _encryption(reader: Reader, unload: Unload) -> bool:
    if reader.take("ENCRYPTED"):
        unload.encrypted = True
        if reader.take("AUTO"):
            unload.encryption = {}  # the bucket's own default
        return True
    if reader.take("KMS_KEY_ID"):
        key = reader.string()
        unload.encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
        return True
    return False


def _other(reader: Reader) -> str:
    if reader.take("REGION"):
        reader.take("AS")
        reader.string()
        return ""
    if reader.take("ROWGROUPSIZE"):
        raise RedshiftError("ROWGROUPSIZE is not supported by this sandbox", "0A000")
    word = reader.choose(*TEXT_OPTIONS)
    if not word:
        raise reader.error()
    reader.take("AS")
    if getattr(reader.peek(), "text", "")[:1] == "'":
        reader.string()
    return word


def _format(reader: Reader) -> str:
    stated = reader.take("FORMAT")
    if stated:
        reader.take("AS")
    chosen = reader.choose(*FORMATS)
    if stated and not chosen:
        raise reader.error()
    return chosen


def _size(reader: Reader) -> int:
    reader.take("AS")
    size = float(reader.number())
    size *= UNITS[reader.choose(*UNITS) or "MB"]
    if not SMALLEST <= size <= LARGEST:
        raise RedshiftError("MAXFILESIZE must be between 5 MB and 6.2 GB", "22023")
    return int(size // ROW_GROUP * ROW_GROUP or size) * MB
