"""Where a request's statements run, and as whom."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from sandbox.call import Call
from sandbox.engines.redshift import Batch, RedshiftError, Runner, StatementResult
from sandbox.errors import AwsError
from sandbox.services.redshift_serverless.credentials import database_user
from sandbox.services.redshift_serverless.inventory import Inventory, Workgroup, inventory_of
from sandbox.services.redshift_serverless.storage import NamespaceStorage

NO_ENDPOINT = "Redshift endpoint doesn't exist in this region."
REACHABLE = {"AVAILABLE", "MODIFYING"}
INVALID_PASSWORD = "28P01"  # noqa: S105  an SQLSTATE


class LoginError(RedshiftError):
    """The database does not take the user's password."""

    def __str__(self) -> str:
        return f"FATAL: {self.message}"


@dataclass(frozen=True)
class Connection:
    """A workgroup's database and the user that connects to it.

    workgroup_name is what the request named it, by name or ARN. password is None for a user
    derived from the caller's identity, who has no need of one.
    """

    workgroup: Workgroup
    workgroup_name: str
    database: str
    user: str
    storage: NamespaceStorage = field(repr=False)
    secret_arn: str = ""
    password: str | None = field(default=None, repr=False)

    def members(self) -> dict[str, Any]:
        """What an answer says of the connection; a secret's user is not told."""
        who = {"SecretArn": self.secret_arn} if self.secret_arn else {"DbUser": self.user}
        return {"WorkgroupName": self.workgroup_name, "Database": self.database, **who}

    def run(self, batch: Batch, cancelled: threading.Event | None = None) -> list[StatementResult]:
        """Run a batch, once the user has logged in. Raises RedshiftError."""
        runner = self.open()
        try:
            return runner.run(batch, cancelled)
        finally:
            runner.close()

    def open(self) -> Runner:
        """The user's session with the database. Raises RedshiftError when the login fails."""
        database = self.workgroup.namespace.database
        if self.password is not None and not database.admits(self.user, self.password):
            message = f'password authentication failed for user "{self.user}"'
            raise LoginError(message, INVALID_PASSWORD)
        return database.warehouse().runner(self.user, self.database, self.storage)


def connect(
    call: Call,
    *,
    WorkgroupName: str = "",
    ClusterIdentifier: str = "",
    Database: str = "",
    SecretArn: str = "",
    DbUser: str = "",
) -> Connection:
    """The connection that a request describes.

    Raises ValidationException when the workgroup does not exist or is not ready, when what it
    takes is missing, or when there is no such secret.
    """
    if WorkgroupName and ClusterIdentifier:
        raise invalid("ClusterIdentifier and WorkgroupName can't be provided together.")
    if not WorkgroupName and not ClusterIdentifier:
        raise invalid("Either ClusterIdentifier, WorkgroupName or SessionId must be provided.")
    inventory = inventory_of(call)
    workgroup = workgroup_named(inventory, WorkgroupName)
    if workgroup is None or workgroup.status not in REACHABLE:
        raise invalid(NO_ENDPOINT)
    if DbUser:
        raise invalid("DbUser can't be specified with WorkgroupName.")
    if not Database:
        raise invalid("Database must be provided.")
    user, password = database_user(call.principal), None
    if SecretArn:
        user, password = _secret(call, SecretArn)
    return Connection(
        workgroup=workgroup,
        workgroup_name=WorkgroupName,
        database=Database,
        user=user,
        storage=NamespaceStorage(inventory, workgroup, user),
        secret_arn=SecretArn,
        password=password,
    )


def workgroup_named(inventory: Inventory, name: str) -> Workgroup | None:
    """The workgroup of this name or ARN."""
    for workgroup in inventory.workgroups.values():
        if name in {workgroup.name, workgroup.arn}:
            return workgroup
    return None


def invalid(message: str) -> AwsError:
    """The refusal of a request whose values do not do."""
    return AwsError("ValidationException", message)


def _secret(call: Call, secret_id: str) -> tuple[str, str]:
    client = call.runtime.client("secretsmanager", region=call.region)
    try:
        text = client.get_secret_value(SecretId=secret_id).get("SecretString", "")
    except ClientError as error:
        raise invalid(error.response["Error"]["Message"]) from error
    try:
        secret = json.loads(text)
        return str(secret["username"]), str(secret["password"])
    except (ValueError, KeyError, TypeError) as error:
        message = f"The secret {secret_id} must be a JSON object with username and password."
        raise invalid(message) from error
