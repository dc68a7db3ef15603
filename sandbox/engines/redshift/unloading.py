"""UNLOAD ('select …') TO 's3://…' FORMAT AS PARQUET.

The rows are dealt out to SLICES files, in the order of the query; a query without rows writes
nothing, not even a manifest.

https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD_command_examples.html (names of files)
https://github.com/spark-redshift-community/spark-redshift/issues/40 (no rows, no files)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sandbox.engines.redshift import assumerole, parquet_output, unload_options
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Nodes, Reader, quote
from sandbox.engines.redshift.objects import Objects
from sandbox.engines.redshift.parquet_output import Output
from sandbox.engines.redshift.plan import Plan
from sandbox.engines.redshift.unload_options import Unload

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

SLICES = 2
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
ESCAPED = re.compile(r"[\x01-\x1f\x7f\"#%'*/:=?\\{\[\]^]")  # in Hive's names of folders


@dataclass(frozen=True)
class File:
    """A file that was written. Its size is in bytes."""

    url: str
    size: int
    rows: int


def statement(tree: Nodes, rewritten: Callable[[str], str]) -> Plan:
    """The plan of an UNLOAD; rewritten gives the SQL of its query for PostgreSQL.

    Raises RedshiftError for what it cannot have.
    """
    unload = unload_options.read(Reader(tree))
    query = rewritten(unload.query)
    return Plan([lambda session: run(session, unload, query)], tag="UNLOAD")


def run(session: Session, unload: Unload, query: str) -> None:
    """Write the query's result, with the rights of the session's user."""
    assumerole.require(session, "UNLOAD", unload.iam_role)
    objects = Objects(session.storage.client(unload.iam_role))
    columns = session.describe(query)
    kept = _kept(columns, unload)
    parquet_output.check(kept)
    rows = parquet_output.read(
        session.copy_out(_copy(query, columns, kept, unload)), kept, len(unload.partitions)
    )
    folders = dict(_folders(rows, unload, len(kept)))
    _make_room(objects, unload, list(folders))
    files: list[File] = []
    for folder, part in folders.items():
        for name, piece in _pieces(part, unload):
            body = parquet_output.write(piece, [column.name for column in kept])
            objects.write(unload.url + folder + name, body, **unload.encryption)
            files.append(File(unload.url + folder + name, len(body), piece.num_rows))
    if unload.manifest and files:
        document = json.dumps(_manifest(files, kept, unload), indent=2).encode()
        objects.write(f"{unload.url}manifest", document, **unload.encryption)
    session.note_unload(rows.num_rows)


def _kept(columns: Sequence[Output], unload: Unload) -> list[Output]:
    """The columns that the files get."""
    names = [column.name for column in columns]
    for name in unload.partitions:
        if name not in names:
            raise RedshiftError(f'column "{name}" does not exist', "42703")
    kept = [each for each in columns if unload.include or each.name not in unload.partitions]
    if not kept:
        raise RedshiftError("UNLOAD needs at least one column that it does not partition by")
    return kept


def _copy(query: str, columns: Sequence[Output], kept: Sequence[Output], unload: Unload) -> str:
    """COPY … TO STDOUT of the query: its columns, then the text of those that it partitions by."""
    aliases = {id(column): quote(f"c{number}") for number, column in enumerate(columns)}
    texts = [
        next(aliases[id(column)] for column in columns if column.name == name)
        for name in unload.partitions
    ]
    items = [parquet_output.expression(column, aliases[id(column)]) for column in kept]
    items += [f"{text}::text" for text in texts]
    return (
        f"COPY (SELECT {', '.join(items)} FROM ({query}) AS unloaded({', '.join(aliases.values())}))"
        " TO STDOUT (FORMAT csv)"
    )


def _folders(rows: pa.Table, unload: Unload, width: int) -> Iterator[tuple[str, pa.Table]]:
    """The folder of each combination of the partition columns' values, with its rows."""
    data = rows.select(range(width))
    if not unload.partitions:
        yield "", data
        return
    places: dict[str, list[int]] = {}
    texts = [rows.column(width + number).to_pylist() for number in range(len(unload.partitions))]
    for place, values in enumerate(zip(*texts, strict=True)):
        folder = "".join(
            f"{name}={ESCAPED.sub(lambda found: f'%{ord(found[0]):02X}', value or NO_VALUE)}/"
            for name, value in zip(unload.partitions, values, strict=True)
        )
        places.setdefault(folder, []).append(place)
    for folder, chosen in places.items():
        yield folder, data.take(chosen)


def _pieces(rows: pa.Table, unload: Unload) -> Iterator[tuple[str, pa.Table]]:
    """The files of one folder: their names after the prefix, and their rows."""
    slices = SLICES if unload.parallel else 1
    share = -(-rows.num_rows // slices)
    for number in range(slices):
        mine = rows.slice(number * share, share)
        if not mine.num_rows:
            continue
        parts = -(-mine.nbytes // unload.largest)
        step = -(-mine.num_rows // parts)
        for part in range(parts):
            name = f"{number:04}_part_{part:02}" if unload.parallel else f"{part:03}"
            yield f"{name}.{unload.extension}", mine.slice(part * step, step)


def _make_room(objects: Objects, unload: Unload, folders: Sequence[str]) -> None:
    """Remove what is there (CLEANPATH), leave it (ALLOWOVERWRITE), or refuse to write."""
    if "ALLOWOVERWRITE" in unload.flags:
        return
    for folder in folders if unload.partitions else [""]:
        for url in objects.existing(unload.url + folder):
            if "CLEANPATH" not in unload.flags:
                raise RedshiftError(
                    "Specified unload destination on S3 is not empty. Consider using a different"
                    " bucket / prefix, manually removing the target files in S3, or using the"
                    " ALLOWOVERWRITE option."
                )
            objects.delete(url)


def _manifest(files: Sequence[File], columns: Sequence[Output], unload: Unload) -> dict[str, Any]:
    if not unload.verbose:
        return {"entries": [{"url": file.url} for file in files]}
    total = {
        "content_length": sum(file.size for file in files),
        "record_count": sum(file.rows for file in files),
    }
    entries = [
        {"url": file.url, "meta": {"content_length": file.size, "record_count": file.rows}}
        for file in files
    ]
    return {
        "entries": entries,
        "schema": {"elements": [column.element for column in columns]},
        "meta": total,
        "author": {"name": "Amazon Redshift", "version": "1.0.0"},
    }
