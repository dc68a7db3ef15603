"""DynamoDB is moto's, but for the ID of a table, which moto leaves out and clients ask for.

Two writes of an item never mix:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html
"""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.call import Call
from sandbox.registry import in_turn, operation

in_turn(
    "dynamodb",
    "BatchExecuteStatement",
    "BatchWriteItem",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
    "PutItem",
    "TransactWriteItems",
    "UpdateItem",
)


def _identified(table: dict[str, Any]) -> dict[str, Any]:
    """The table with an ID: the same as long as it is there, another when it is made again.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
    """
    seed = f"{table['TableArn']} {table['CreationDateTime']}"
    return {**table, "TableId": str(uuid.uuid5(uuid.NAMESPACE_URL, seed))}


@operation("dynamodb", "DescribeTable")
def describe_table(call: Call, **_: Any) -> dict[str, Any]:
    """A table with its ID."""
    return {"Table": _identified(call.moto()["Table"])}


@operation("dynamodb", "CreateTable")
@operation("dynamodb", "UpdateTable")
@operation("dynamodb", "DeleteTable")
def write_table(call: Call, **_: Any) -> dict[str, Any]:
    """What the table is after the change, with its ID."""
    return {"TableDescription": _identified(call.moto()["TableDescription"])}
