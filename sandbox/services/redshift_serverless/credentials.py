"""Temporary database credentials of whoever calls.

https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_GetCredentials.html
"""

from __future__ import annotations

import datetime
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.identity import Principal
from sandbox.registry import operation
from sandbox.services.redshift_serverless.inventory import SERVICE, invalid, inventory_of

SHORTEST, LONGEST = 900, 3600


def database_user(principal: Principal) -> str:
    """The database user of an IAM identity: IAMR:<role> for a role, IAM:<user> otherwise."""
    return f"IAMR:{principal.name}" if principal.kind == "role" else f"IAM:{principal.name}"


@operation(SERVICE, "GetCredentials")
def get_credentials(
    call: Call,
    workgroupName: str = "",
    dbName: str = "",
    durationSeconds: int = SHORTEST,
    customDomainName: str = "",
) -> dict[str, Any]:
    """A user name and a password that the workgroup's endpoint takes until they expire."""
    if customDomainName:
        raise AwsError("NotImplemented", "The sandbox does not serve custom domain names.")
    if not workgroupName:
        raise invalid("You must specify the workgroup name or the custom domain name.")
    if not SHORTEST <= durationSeconds <= LONGEST:
        raise invalid(
            f"The durationSeconds {durationSeconds} is not valid: it must be from {SHORTEST} to "
            f"{LONGEST}."
        )
    workgroup = inventory_of(call).workgroup(workgroupName)
    user = database_user(call.principal)
    logins = workgroup.namespace.database.logins
    password, expiration = logins.issue(user, durationSeconds)
    return {
        "dbUser": user,
        "dbPassword": password,
        "expiration": expiration,
        "nextRefreshTime": expiration - datetime.timedelta(seconds=durationSeconds / 2),
    }
