# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names at the source: how a contract writes them, and which of them DMS and S3 can carry.

PostgreSQL tells names by their case, and takes any text as one. A contract writes a name as the
source spells it, in double quotes where it has more than letters, digits and underscores.
"""

from __future__ import annotations

import re

from .identifiers import MAX_POSTGRESQL, unquoted

SOURCE_ALLOWED = "allowed: schema.table at the source"

_PLAIN = r"[A-Za-z_][A-Za-z0-9_]*"
_SOURCE = re.compile(rf'({_PLAIN}|"[^"]+")\.({_PLAIN}|"[^"]+")')

# A slash would be a level of S3's keys, a bracket is DMS's own in a rule, a dot parts schema and
# table, quotes and braces mean something in the load's SQL.
_CARRIED = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_ $%-]*[A-Za-z0-9_$%-])?")


def split(source: str) -> tuple[str, str]:
    """The schema and the table of a valid `source`, as PostgreSQL spells them."""
    found = _SOURCE.fullmatch(source)
    if not found:
        raise ValueError(SOURCE_ALLOWED)
    return unquoted(found[1]), unquoted(found[2])


def source_error(source: str) -> str | None:
    """Say what is allowed where `source` isn't schema.table, or has a name that can't be carried."""
    try:
        names = split(source)
    except ValueError as error:
        return f"{error}, a name with other characters than letters, digits and _ in double quotes"
    for name in names:
        if not _CARRIED.fullmatch(name):
            return (
                f"neither a rule of DMS nor a key of S3 carries {name!r} unchanged; "
                "allowed in double quotes: letters, digits and _ $ % -, and blanks inside"
            )
        if len(name) > MAX_POSTGRESQL:
            return f"{name!r} has {len(name)} characters; allowed: at most {MAX_POSTGRESQL}"
    return None


def source_column_error(name: str) -> str | None:
    """Say what is allowed where `name` is no column that a rule of DMS can be about.

    https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Transformations.html
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_ ]*", unquoted(name)):
        return (
            "DMS transforms no column with other characters; "
            "allowed: letters, digits, underscores and blanks, no digit first"
        )
    if len(unquoted(name)) > MAX_POSTGRESQL:
        return f"allowed: at most {MAX_POSTGRESQL} characters"
    return None
