"""COPY … FROM 's3://…' FORMAT AS PARQUET.

https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.engines.redshift import assumerole, parquet
from sandbox.engines.redshift.attributes import column_names
from sandbox.engines.redshift.authorization import read_iam_role
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Group, Nodes, Reader
from sandbox.engines.redshift.objects import Objects
from sandbox.engines.redshift.plan import Plan

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

REFUSED = [
    "REGION",
    "MAXERROR",
    "ACCEPTANYDATE",
    "COMPUPDATE",
    "DATEFORMAT",
    "TIMEFORMAT",
    "TRUNCATECOLUMNS",
    "GZIP",
    "BZIP2",
    "LZOP",
    "ZSTD",
    "DELIMITER",
    "IGNOREHEADER",
    "ENCODING",
    "ESCAPE",
    "NULL",
    "EMPTYASNULL",
    "BLANKSASNULL",
    "FILLTARGET",
    "REMOVEQUOTES",
    "TRIMBLANKS",
    "ROUNDEC",
    "QUOTE",
    "FIXEDWIDTH",
    "NOLOAD",
    "COMPROWS",
    "ENCRYPTED",
    "MASTER_SYMMETRIC_KEY",
    "READRATIO",
    "SSH",
    "JSON",
    "CSV",
    "AVRO",
    "ORC",
    "SHAPEFILE",
]
FLAGS = ("MANIFEST", "FILLRECORD", "EXPLICIT_IDS", "SERIALIZETOJSON")
OTHER_FORMATS = ("CSV", "JSON", "AVRO", "ORC", "SHAPEFILE", "DELIMITER", "FIXEDWIDTH")


@dataclass
class Copy:
    """What a COPY statement asks for."""

    path: list[str]
    columns: list[str]
    url: str
    iam_role: str = ""
    parquet: bool = False
    flags: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Load:
    """What a COPY loaded, for the system views. Sizes in bytes."""

    table: str
    source: str
    rows: int
    files: list[tuple[str, int, int]]  # url, bytes, rows
    started: datetime
    ended: datetime
    error: str = ""


def read(tree: Nodes) -> Plan:
    """The plan of a COPY statement. Raises RedshiftError for what it cannot have."""
    copy = _parse(Reader(tree))
    return Plan([lambda session: load(session, copy)], tag="COPY", table=copy.path[-1])


def _parse(reader: Reader) -> Copy:
    reader.expect("COPY")
    path = reader.path()
    columns = column_names(reader.group()) if isinstance(reader.peek(), Group) else []
    reader.expect("FROM")
    if reader.choose("STDIN", "PROGRAM"):
        raise RedshiftError("COPY from STDIN and PROGRAM is not supported", "0A000")
    copy = Copy(path, columns, reader.string())
    if not copy.url.startswith("s3://"):
        raise RedshiftError(
            f"invalid COPY source {copy.url!r}: this sandbox copies from s3:// only", "0A000"
        )
    refused = ""
    while not reader.ended:
        refused = _option(reader, copy) or refused
    if not copy.iam_role:
        raise RedshiftError("COPY requires CREDENTIALS or IAM_ROLE to be specified", "42601")
    if not copy.parquet:
        raise RedshiftError("this sandbox copies FORMAT AS PARQUET only", "0A000")
    if refused:
        raise RedshiftError(f"{refused} argument is not supported for PARQUET based COPY", "0A000")
    return copy


def _option(reader: Reader, copy: Copy) -> str:
    """Read one option; give the name of one that parquet does not allow."""
    if role := read_iam_role(reader, "COPY"):
        copy.iam_role = role
    elif _parquet(reader):
        copy.parquet = True
    elif reader.take("FORMAT"):
        reader.take("AS")
        if not reader.choose(*OTHER_FORMATS):
            raise reader.error()
    elif flag := reader.choose(*FLAGS):
        copy.flags.add(flag)
    elif reader.choose("ACCEPTINVCHARS", "STATUPDATE"):
        _skip_value(reader)  # strings of a valid file are UTF-8, statistics have no effect
    elif word := reader.choose(*REFUSED):
        _skip_value(reader)
        return word
    else:
        raise reader.error()
    return ""


def _parquet(reader: Reader) -> bool:
    return any(
        reader.take(*words)
        for words in (("FORMAT", "AS", "PARQUET"), ("FORMAT", "PARQUET"), ("PARQUET",))
    )


def _skip_value(reader: Reader) -> None:
    reader.take("AS")
    node = reader.peek()
    if node is not None and getattr(node, "text", "")[:1] in tuple("'0123456789"):
        reader.next()
    else:
        reader.choose("ON", "OFF", "TRUE", "FALSE", "PRESET")


def load(session: Session, copy: Copy) -> int:
    """Load the files, all or none, in the session's transaction; give the number of rows."""
    started = datetime.now(UTC)
    target = session.copy_target(copy.path, copy.columns, explicit_ids="EXPLICIT_IDS" in copy.flags)
    assumerole.require(session, "COPY", copy.iam_role)
    objects = Objects(session.storage.client(copy.iam_role))
    files: list[tuple[str, int, int]] = []
    try:
        listed = (
            objects.manifest(copy.url) if "MANIFEST" in copy.flags else objects.prefix(copy.url)
        )
        for url in listed:
            body = objects.read(url)
            batch = parquet.Batch(body, url.replace("s3://", "https://s3.amazonaws.com/", 1), url)
            rows = batch.csv(
                target, fill="FILLRECORD" in copy.flags, serialize="SERIALIZETOJSON" in copy.flags
            )
            names = [column.name for column in target[: batch.width]]
            session.copy_in(copy.path, names, rows)
            files.append((url, len(body), batch.rows))
    except RedshiftError as error:
        session.note_load(
            Load(copy.path[-1], copy.url, 0, files, started, datetime.now(UTC), error.message)
        )
        raise
    total = sum(rows for _, _, rows in files)
    session.note_load(Load(copy.path[-1], copy.url, total, files, started, datetime.now(UTC)))
    session.notice(
        f"Load into table '{copy.path[-1]}' completed, {total} record(s) loaded successfully."
    )
    return total
