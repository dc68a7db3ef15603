"""Views of the Data Catalog as Athena keeps them: the query, in a table without files.

https://docs.aws.amazon.com/athena/latest/ug/views.html
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from sandbox.engines.athena.errors import QueryFailed

VIEW = "VIRTUAL_VIEW"
PREFIX, SUFFIX = "/* Presto View: ", " */"


def definition(table: dict[str, Any]) -> tuple[str, str]:
    """The query of a view, and the database of tables it names without one; "" for a table."""
    if table.get("TableType") != VIEW:
        return "", ""
    text = table.get("ViewOriginalText") or ""
    try:
        told = json.loads(base64.b64decode(text.removeprefix(PREFIX).removesuffix(SUFFIX)))
        return str(told["originalSql"]), str(told.get("schema") or table["DatabaseName"])
    except (binascii.Error, ValueError, KeyError) as error:
        message = f"INVALID_VIEW: Invalid view JSON: {table['DatabaseName']}.{table['Name']}"
        raise QueryFailed(message) from error
