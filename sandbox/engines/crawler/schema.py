"""Schemas of files: how they join, and when they are alike enough to be one table's."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.engines.crawler.hive import widest

# name in lower case -> Hive type, in the order of the files
Schema = dict[str, str]

# https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html
SIMILAR = 0.7


def joined(schemas: Iterable[Schema]) -> Schema:
    """All columns of all schemas; one whose types no number type holds becomes a string."""
    together: Schema = {}
    for schema in schemas:
        for name, kind in schema.items():
            known = together.get(name, kind)
            together[name] = widest(known, kind) or "string"
    return together


def alike(one: Schema, other: Schema, *, combine: bool) -> bool:
    """Whether two schemas can be those of one table.

    They must share seven columns of ten; with combine, only not contradict each other.
    """
    shared = one.keys() & other.keys()
    agreeing = {name for name in shared if widest(one[name], other[name])}
    if combine:
        return bool(shared) and agreeing == shared
    return len(agreeing) >= SIMILAR * len(one.keys() | other.keys())
