# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of databases, schemas, tables and columns: what is legal, and when SQL must quote it."""

from __future__ import annotations

import re

MAX_POSTGRESQL = 63
CHANGES = "_changes"
"""What the name of the catalog's table of a table's changes ends in."""
MAX_TABLE = 120  # Redshift allows 127 bytes; tomb_<table> must fit too

# https://docs.aws.amazon.com/redshift/latest/dg/r_pg_keywords.html
RESERVED = frozenset(
    """
    aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64
    backup between binary blanksasnull both bytedict bzip2 case cast check collate column connect
    constraint create credentials cross current_date current_time current_timestamp current_user
    current_user_id default deferrable deflate defrag delta delta32k desc disable distinct do else
    emptyasnull enable encode encrypt encryption end except explicit false for foreign freeze from
    full globaldict256 globaldict64k grant group gzip having identity ignore ilike in initially
    inner intersect interval into is isnull join language leading left like limit localtime
    localtimestamp lun luns lzo lzop minus mostly16 mostly32 mostly8 natural new not notnull null
    nulls off offline offset oid old on only open or order outer overlaps parallel partition
    percent permissions pivot placing primary qualify raw readratio recover references rejectlog
    resort respect restore right select session_user similar snapshot some sysdate system table
    tag tdes text255 text32k then timestamp to top trailing true truncatecolumns union unique
    unpivot user using verbose wallet when where with without
    """.split()  # noqa: SIM905 (a list of 150 literals reads worse)
)

# Names to Redshift, but parsers of its SQL that others have written take them for words of the grammar.
_MISREAD = frozenset(
    """
    alter connect_by_root drop fetch glob if insert lateral partitioned_by regexp returning revoke
    rlike rollback tablesample uncache variadic xor
    """.split()  # noqa: SIM905
)

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SPACED = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?: +[A-Za-z0-9_]+)*")
_QUOTED = re.compile(r'"([^"]*)"')


def unquoted(name: str) -> str:
    """Take the double quotes off a name that was written with them."""
    found = _QUOTED.fullmatch(name)
    return found.group(1) if found else name


def quote(name: str) -> str:
    """Write a name for SQL; only a reserved word or an unusual spelling gets quotes."""
    if _PLAIN.fullmatch(name) and name not in RESERVED | _MISREAD:
        return name
    return '"' + name.replace('"', '""') + '"'


def name_error(name: str, longest: int) -> str | None:
    """Say what is allowed where `name` isn't; a reserved word must be written in double quotes."""
    bare = unquoted(name)
    if not _NAME.fullmatch(bare):
        return "allowed: letters, digits and underscores, beginning with a letter"
    if len(bare) > longest:
        return f"{len(bare)} characters; allowed: at most {longest}"
    if bare == name and name.lower() in RESERVED:
        return f"a reserved word of Redshift; allowed: another name, or in quotes: '\"{name}\"'"
    return None


def column_error(name: str) -> str | None:
    """The same for a column; blanks may stand inside of double quotes."""
    bare = unquoted(name)
    if bare == name or len(bare) > MAX_POSTGRESQL:
        return name_error(name, MAX_POSTGRESQL)
    if not _SPACED.fullmatch(bare):
        return "allowed in quotes: letters, digits, underscores and blanks, beginning with a letter"
    return None
