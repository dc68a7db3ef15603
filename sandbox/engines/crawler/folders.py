"""From folders to tables: where a table begins, and which folders are its partitions.

https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sandbox.engines.crawler.files import File
from sandbox.engines.crawler.schema import Schema, alike, joined

HIVE = re.compile(r"([^=]+)=(.*)")


@dataclass
class Folder:
    """A folder: its path below the bucket, its own files, the folders in it."""

    path: str
    files: list[File] = field(default_factory=list)
    inner: dict[str, Folder] = field(default_factory=dict)


@dataclass(frozen=True)
class Partition:
    """One leaf folder of a partitioned table."""

    values: tuple[str, ...]
    path: str
    files: tuple[File, ...]


@dataclass(frozen=True)
class Found:
    """A table as the folders show it: its root, its partition keys, its data.

    An unpartitioned table has one partition without values.
    """

    path: str
    keys: tuple[str, ...]
    partitions: tuple[Partition, ...]


def tables(
    files: Iterable[File],
    root: str,
    schemas: Mapping[str, Schema],
    *,
    combine: bool = False,
    level: int | None = None,
) -> list[Found]:
    """The tables under a root folder; schemas gives the schema of every folder with files."""
    tree = Folder(root)
    for file in files:
        folder = tree
        for name in file.folder[len(root) :].split("/")[:-1]:
            folder = folder.inner.setdefault(name, Folder(f"{folder.path}{name}/"))
        folder.files.append(file)
    return list(_tables(tree, schemas, combine, level))


def partitioned(files: Iterable[File], root: str, keys: tuple[str, ...]) -> Found:
    """A table whose root and partition keys are known; files not that deep do not belong."""
    by_folder: dict[str, list[File]] = {}
    for file in files:
        names = file.folder[len(root) :].split("/")[:-1]
        if len(names) >= len(keys):
            path = "".join(f"{name}/" for name in names[: len(keys)])
            by_folder.setdefault(root + path, []).append(file)
    return Found(
        root,
        keys,
        tuple(
            Partition(_values(path[len(root) :].split("/")[:-1]), path, tuple(inside))
            for path, inside in by_folder.items()
        ),
    )


def _tables(
    folder: Folder, schemas: Mapping[str, Schema], combine: bool, level: int | None
) -> Iterable[Found]:
    depth = 1 + folder.path.count("/")
    whole = depth == level if level else _uniform(folder, schemas, combine) is not None
    if whole:
        yield _as_table(folder)
        return
    if folder.files and not level:
        own = Partition((), folder.path, tuple(folder.files))
        yield Found(folder.path, (), (own,))
    for inner in folder.inner.values():
        yield from _tables(inner, schemas, combine, level)


def _uniform(
    folder: Folder, schemas: Mapping[str, Schema], combine: bool
) -> tuple[int, Schema] | None:
    """The depth of the leaves and the common schema, if all leaves are one table's."""
    if folder.files:
        return None if folder.inner else (0, schemas[folder.path])
    found = [_uniform(inner, schemas, combine) for inner in folder.inner.values()]
    if not found or found[0] is None:
        return None
    depth, first = found[0]
    for one in found[1:]:
        if one is None or one[0] != depth or not alike(first, one[1], combine=combine):
            return None
    return depth + 1, joined(one[1] for one in found if one)


def _as_table(folder: Folder) -> Found:
    leaves = list(_leaves(folder))
    depth = max((len(names) for names, _ in leaves), default=0)
    # files above the deepest folders are not reached by a partitioned table
    inside = [(names, leaf) for names, leaf in leaves if len(names) == depth]
    return Found(
        folder.path,
        _keys([names for names, _ in inside], depth),
        tuple(Partition(_values(names), leaf.path, tuple(leaf.files)) for names, leaf in inside),
    )


def _leaves(
    folder: Folder, names: tuple[str, ...] = ()
) -> Iterable[tuple[tuple[str, ...], Folder]]:
    if folder.files:
        yield names, folder
    for name, inner in folder.inner.items():
        yield from _leaves(inner, (*names, name))


def _keys(paths: list[tuple[str, ...]], depth: int) -> tuple[str, ...]:
    """The key of each folder level: Hive's own name, else partition_0, partition_1 ..."""
    keys = []
    for index in range(depth):
        named = [HIVE.fullmatch(names[index]) for names in paths]
        own = {match[1].lower() for match in named if match}
        keys.append(own.pop() if all(named) and len(own) == 1 else f"partition_{index}")
    return tuple(keys)


def _values(names: Iterable[str]) -> tuple[str, ...]:
    matched = ((name, HIVE.fullmatch(name)) for name in names)
    return tuple(urllib.parse.unquote(match[2]) if match else name for name, match in matched)
