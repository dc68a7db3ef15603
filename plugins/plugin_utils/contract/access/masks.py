# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masks: what a reader sees in place of a column's values, as Redshift's masking policies say it.

Lake Formation has none, so a masked column stays out of the lake's door.
https://docs.aws.amazon.com/redshift/latest/dg/t_ddm.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..identifiers import quote

if TYPE_CHECKING:
    from ..model import Column, Table

HASH, PARTIAL, NULL = "hash", "partial", "null"
KINDS = (HASH, PARTIAL, NULL)
PRIORITIES = {PARTIAL: 10, HASH: 20, NULL: 30}
"""Two policies on one column can't have the same; to whom several reach, the narrowest holds."""
_DIGEST = 64
_LENGTH = re.compile(r"VARCHAR\((\d+)\)")
_VALUE = "masked"
_EXPRESSIONS = {
    # an address shows its domain too: who helps a customer recognises it
    PARTIAL: (
        "CASE WHEN POSITION('@' IN {value}) > 1 THEN LEFT({value}, 1) || '***' || SUBSTRING({value}, POSITION('@' IN {value}))"
        " ELSE LEFT({value}, 1) || '***' END"
    ),
    HASH: "SHA2({value}, 256)",
    NULL: "NULL",
}


def fault(kind: str, column: Column, table: Table) -> str | None:
    """Say what is allowed where a column can't be masked so."""
    length = _LENGTH.fullmatch(column.type.warehouse)
    if kind != NULL and not length:
        return f"{column.name} is {column.type.warehouse}; allowed: null, as only texts have others"
    if kind == HASH and length and int(length.group(1)) < _DIGEST:
        return f"{column.name} is too short for a hash; allowed: partial, null"
    if kind != HASH and column in table.key:
        return (
            f"{column.name} is of the key, and rows would meet wrong ones in a join; allowed: hash"
        )
    return None


def policy(kind: str, column: Column) -> dict[str, Any]:
    """The masking policy of a kind for a column's type, as the module redshift_masking takes it."""
    of = column.type.warehouse
    slug = re.sub(r"[^a-z0-9]+", "_", of.lower()).strip("_")
    expression = _EXPRESSIONS[kind].format(value=quote(_VALUE))
    return {
        "name": f"mask_{kind}_{slug}",
        "input": [{"name": _VALUE, "type": of}],
        # a mask has the type of what it masks; a cast cuts a text that is too long
        "using": f"CAST({expression} AS {of})",
    }
