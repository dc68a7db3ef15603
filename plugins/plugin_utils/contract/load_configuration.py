# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of one table's load, and what of the one that is there outlives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .load_limits import MAX_CONFIGURATION_BYTES, document_bytes

MAX_SHAPES = 5

KEPT = ("schema_checked",)
"""What others than the contract have written into the object."""


class AmbiguousShapeError(ValueError):
    """Files of two shapes could not be told apart; the text says what to do."""


def merged(
    contracted: Mapping[str, Any], there: Mapping[str, Any] | None, *, forget: bool = False
) -> dict[str, Any]:
    """The contract's configuration with the older shapes of the one that is there, newest first.

    `forget` leaves these out: all files of theirs have been loaded. An older shape with a column
    that the contract no longer has, or has in another type, can't be loaded and is left out too.
    Raises AmbiguousShapeError where COPY could not tell files of the newest shape from older ones.
    """
    there = there or {}
    [newest] = contracted["shapes"]
    older = [
        shape
        for shape in ([] if forget else there.get("shapes", []))
        if (shape["columns"], shape["types"]) != (newest["columns"], newest["types"])
    ]
    for shape in older:
        if shape["types"] == newest["types"]:
            raise AmbiguousShapeError(_advice(contracted["table"], shape, newest))
    loadable = [shape for shape in older if _fits(shape, contracted["staged"])]
    kept = {name: there[name] for name in KEPT if name in there}
    made = {**contracted, **kept, "shapes": [newest, *loadable][:MAX_SHAPES]}
    while len(made["shapes"]) > 1 and document_bytes(made) > MAX_CONFIGURATION_BYTES:
        made["shapes"].pop()
    return made


def _fits(shape: Mapping[str, Any], staged: Mapping[str, str]) -> bool:
    return all(
        staged.get(name) == kind
        for name, kind in zip(shape["columns"], shape["types"], strict=True)
    )


def _advice(table: str, older: Mapping[str, Any], newest: Mapping[str, Any]) -> str:
    changed = ", ".join(
        f"{before} -> {after}"
        for before, after in zip(older["columns"], newest["columns"], strict=True)
        if before != after
    )
    return (
        f"{table}: files that landed before this change have the same types in the same order as "
        f"those after it, under other names ({changed}). COPY goes by position: it would put "
        "values into the wrong columns. Nothing was written. Stop the capture, load what has "
        "landed with the contract as it was, until nothing new is left; then run this again with "
        f"-e forget_shapes={table}, and resume the capture. Or run it so ten minutes after the "
        "change, and reload the table."
    )
