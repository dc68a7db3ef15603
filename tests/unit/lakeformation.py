"""Conversations with Lake Formation, for the tests of the modules that grant and list."""

from __future__ import annotations

from typing import Any

ACCOUNT = "123456789012"
ANALYST = f"arn:aws:iam::{ACCOUNT}:role/analyst"
AUDITOR = f"arn:aws:iam::{ACCOUNT}:role/auditor"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admin"
CALLER = f"arn:aws:iam::{ACCOUNT}:user/deployer"
OPEN = "IAM_ALLOWED_PRINCIPALS"
TABLE = {"DatabaseName": "lake", "Name": "orders"}
EVERY_TABLE = {"Table": {"DatabaseName": "lake", "TableWildcard": {}}}
ALL_COLUMNS = {"TableWithColumns": {**TABLE, "ColumnWildcard": {}}}
GRANT, REVOKE = "BatchGrantPermissions", "BatchRevokePermissions"


def held(principal: str, resource: dict[str, Any], *permissions: str) -> dict[str, Any]:
    """An entry of ListPermissions."""
    return {**asked(principal, resource, *permissions), "PermissionsWithGrantOption": []}


def asked(principal: str, resource: dict[str, Any], *permissions: str) -> dict[str, Any]:
    """An entry of a batch."""
    return {
        "Principal": {"DataLakePrincipalIdentifier": principal},
        "Resource": resource,
        "Permissions": list(permissions),
    }


def columns(*names: str) -> dict[str, Any]:
    """Columns of the table, for the API."""
    return {"TableWithColumns": {**TABLE, "ColumnNames": list(names)}}


def select(*names: str, principal: str = ANALYST) -> dict[str, Any]:
    """SELECT on columns of the table, for the option `grants`."""
    table = {"database_name": "lake", "name": "orders", "column_names": list(names)}
    return {
        "principal": principal,
        "permissions": ["SELECT"],
        "resource": {"table_with_columns": table},
    }


class Talk:
    """Lines of a conversation."""

    def __init__(self, say: Any) -> None:
        self.say = say

    def listed(self, *found: dict[str, Any], of: dict[str, Any] | None = None) -> Any:
        """The grants on a resource, which is the table unless told."""
        return self.answered({"Resource": of or {"Table": TABLE}}, *found)

    def answered(self, request: dict[str, Any], *found: dict[str, Any]) -> Any:
        """The answer to any request of ListPermissions."""
        answer = {"PrincipalResourcePermissions": list(found)}
        return self.say("lakeformation", "ListPermissions", request, answer)

    def batch(
        self, operation: str, *entries: dict[str, Any], failures: Any = None, ids: Any = None
    ) -> Any:
        """A batch of grants or revokes; `failures` maps an entry's index to code and message."""
        numbered = [
            {"Id": str(identifier), **entry}
            for identifier, entry in zip(ids or range(len(entries)), entries, strict=True)
        ]
        failed = [
            {
                "RequestEntry": next(e for e in numbered if e["Id"] == str(index)),
                "Error": {"ErrorCode": code, "ErrorMessage": message},
            }
            for index, (code, message) in (failures or {}).items()
        ]
        return self.say("lakeformation", operation, {"Entries": numbered}, {"Failures": failed})

    def who(self) -> list[Any]:
        """The caller and the administrators."""
        settings = {"DataLakeAdmins": [{"DataLakePrincipalIdentifier": ADMIN}]}
        return [
            self.caller(),
            self.say("lakeformation", "GetDataLakeSettings", {}, {"DataLakeSettings": settings}),
        ]

    def caller(self) -> Any:
        """The caller, whose account is that of the catalog."""
        return self.say("sts", "GetCallerIdentity", {}, {"Arn": CALLER, "Account": ACCOUNT})
