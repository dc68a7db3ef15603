"""What the tests of Lake Formation share."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:user/administrator"
COLUMNS = ["order_id", "user_id", "email", "total_amount"]
ALL = [
    {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
]


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def principal(arn):
    return {"DataLakePrincipalIdentifier": arn}


def on_columns(database, *names, **wildcard):
    chosen = {"ColumnNames": list(names)} if names else {"ColumnWildcard": wildcard}
    return {"TableWithColumns": {"DatabaseName": database, "Name": "orders", **chosen}}


def on_table(database, name="orders"):
    return {"Table": {"DatabaseName": database, "Name": name}}


def entries(lake, arn, **filters):
    """What a principal is granted, with a resource: in effect on it.

    Each as the resource, the permissions, and what of them may be passed on.
    """
    if "Resource" in filters:
        filters["Principal"] = principal(arn)
    found, token = [], {}
    while True:
        answer = lake.list_permissions(**filters, **token)
        found += answer["PrincipalResourcePermissions"]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    return [
        (entry["Resource"], entry["Permissions"], entry["PermissionsWithGrantOption"])
        for entry in found
        if entry["Principal"] == principal(arn)
    ]
