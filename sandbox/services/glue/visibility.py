"""What Lake Formation lets a caller see of a table's definition.

https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.services.lakeformation import authority, catalog
from sandbox.services.lakeformation.lake import lake_of
from sandbox.services.lakeformation.targets import of_database, of_table


def is_seen(call: Call, database: str, table: str) -> bool:
    """Whether the caller holds anything on a table."""
    return bool(authority.held(lake_of(call), call.principal.iam_arn, of_table(database, table)))


def found(call: Call, database: str, name: str) -> Any:
    """moto's record of a table; EntityNotFoundException when it or its database isn't there.

    Who holds nothing on the database is not told whether a table is in it.
    """
    catalog.database(call.account, call.region, database)
    try:
        return catalog.table(call.account, call.region, database, name)
    except AwsError:
        lake, caller = lake_of(call), call.principal.iam_arn
        if not authority.held(lake, caller, of_database(database)):
            authority.require(lake, caller, "DESCRIBE", of_table(database, name))
        raise


def require_seen(call: Call, database: str, table: str) -> None:
    """EntityNotFoundException unless it is there, AccessDenied... unless the caller may see it."""
    found(call, database, table)
    if not is_seen(call, database, table):
        target = of_table(database, table)
        authority.require(lake_of(call), call.principal.iam_arn, "DESCRIBE", target)


def narrowed(call: Call, database: str, table: str, described: dict[str, Any]) -> dict[str, Any]:
    """A table, version or partition with the columns that the caller sees.

    Whoever holds more than SELECT on the table sees all columns, whoever holds SELECT on some sees
    those.
    """
    lake, caller, target = lake_of(call), call.principal.iam_arn, of_table(database, table)
    storage = described.get("StorageDescriptor")
    if not storage or authority.held(lake, caller, target) != {"SELECT"}:
        return described
    visible = authority.selectable(lake, caller, target)
    if visible is None:
        return described
    columns = [one for one in storage.get("Columns") or [] if one["Name"].lower() in visible]
    return described | {"StorageDescriptor": storage | {"Columns": columns}}
