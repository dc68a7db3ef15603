# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table mappings of the DMS task: which tables, and what it adds to each row.

https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import Any

from .model import Table

SEQUENCE_LENGTH = 50


def table_mappings(tables: Iterable[Table]) -> dict[str, Any]:
    """For each table a selection, the sequence, the key's before image, and what is left out.

    The rules are numbered in order, so a rule keeps its id as long as those before it stay.
    """
    ids = count(1)
    rules = []
    for table in tables:
        locator = {
            "schema-name": _exactly(table.source_schema),
            "table-name": _exactly(table.source_table),
        }
        rules += [
            _rule(next(ids), "selection", "include", locator),
            _rule(
                next(ids),
                "transformation",
                "add-column",
                locator,
                **{
                    "rule-target": "column",
                    "value": "dms_seq",
                    "expression": "$AR_H_CHANGE_SEQ",
                    "data-type": {"type": "string", "length": SEQUENCE_LENGTH},
                },
            ),
            # A changed key arrives as one update: only its before image tells the old one.
            _rule(
                next(ids),
                "transformation",
                "add-before-image-columns",
                locator,
                **{
                    "rule-target": "column",
                    "before-image-def": {
                        "column-prefix": "BI_",
                        "column-suffix": "",
                        "column-filter": "pk-only",
                    },
                },
            ),
            *(
                _rule(
                    next(ids),
                    "transformation",
                    "remove-column",
                    locator | {"column-name": _exactly(column)},
                    **{"rule-target": "column"},
                )
                for column in table.left_out
            ),
        ]
    return {"rules": rules}


def _rule(
    number: int, kind: str, action: str, locator: dict[str, str], **more: Any
) -> dict[str, Any]:
    return {
        "rule-type": kind,
        "rule-id": str(number),
        "rule-name": str(number),
        "object-locator": locator,
        "rule-action": action,
        **more,
    }


def _exactly(name: str) -> str:
    """Underscore and percent are wildcards in a locator, unless in brackets."""
    return re.sub("[_%]", r"[\g<0>]", name)
