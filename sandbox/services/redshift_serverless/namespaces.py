"""Namespaces: create, read, change, delete.

https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_CreateNamespace.html
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.identity import role_named
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.redshift_serverless import managed_secret, rules
from sandbox.services.redshift_serverless.database import Database, Logins
from sandbox.services.redshift_serverless.inventory import (
    SERVICE,
    Inventory,
    Namespace,
    in_use,
    invalid,
    inventory_of,
)
from sandbox.services.redshift_serverless.snapshots import take_snapshot
from sandbox.services.redshift_serverless.tags import checked_tags

MODIFY_SECONDS = 20
DELETE_SECONDS = 30
DEFAULT_ADMIN = "admin"
DEFAULT_DATABASE = "dev"
OWNED_KEY = "AWS_OWNED_KMS_KEY"
# The settings that one UpdateNamespace request may change together.
TOGETHER = (
    {"adminUsername", "adminUserPassword", "manageAdminPassword", "adminPasswordSecretKmsKeyId"},
    {"iamRoles", "defaultIamRoleArn"},
    {"kmsKeyId"},
    {"logExports", "logDestinationType"},
)


@operation(SERVICE, "CreateNamespace")
def create_namespace(call: Call, namespaceName: str, **given: Any) -> dict[str, Any]:
    """Make a namespace; its database cluster starts in the background.

    Raises ConflictException when the name is taken, ValidationException for a wrong setting.
    """
    rules.check_name("namespace", namespaceName)
    database_name = given.get("dbName", DEFAULT_DATABASE)
    rules.check_database_name(database_name)
    if "redshiftIdcApplicationArn" in given:
        raise AwsError("NotImplemented", "The sandbox does not serve IAM Identity Center.")
    _check_admin(given)
    _check_roles(call, given.get("iamRoles", []), given.get("defaultIamRoleArn", ""))
    _check_keys(call, given)
    tags = checked_tags(given.get("tags", []))
    inventory = inventory_of(call)
    with inventory.lock:
        if namespaceName in inventory.namespaces:
            raise AwsError("ConflictException", f"The namespace {namespaceName} already exists.")
        user = given.get("adminUsername", DEFAULT_ADMIN)
        password = given.get("adminUserPassword") or _unguessable()
        identifier, arn = inventory.identity("namespace")
        namespace = Namespace(
            name=namespaceName,
            arn=arn,
            id=identifier,
            created=call.runtime.clock.now(),
            database=_start(inventory, namespaceName, database_name, user, password),
            kms_key_id=given.get("kmsKeyId") or OWNED_KEY,
            iam_roles=given.get("iamRoles", []),
            default_iam_role=given.get("defaultIamRoleArn", ""),
            log_exports=given.get("logExports", []),
        )
        inventory.namespaces[namespaceName] = namespace
        inventory.tags[arn] = tags
    if given.get("manageAdminPassword"):
        key = given.get("adminPasswordSecretKmsKeyId", "")
        managed_secret.create(inventory, namespace, user, password, key)
    return {"namespace": namespace.document()}


@operation(SERVICE, "GetNamespace")
def get_namespace(call: Call, namespaceName: str) -> dict[str, Any]:
    """One namespace; ResourceNotFoundException when there is none of this name."""
    return {"namespace": inventory_of(call).namespace(namespaceName).document()}


@operation(SERVICE, "ListNamespaces")
def list_namespaces(
    call: Call, maxResults: int = 100, nextToken: str | None = None
) -> dict[str, Any]:
    """All namespaces, in pages."""
    found, following = page(list(inventory_of(call).namespaces.values()), nextToken, maxResults)
    return {"namespaces": [each.document() for each in found], "nextToken": following}


@operation(SERVICE, "UpdateNamespace")
def update_namespace(call: Call, namespaceName: str, **given: Any) -> dict[str, Any]:
    """Change one setting of a namespace, which is MODIFYING until that is done.

    Raises ConflictException while another change is under way and ValidationException when the
    request changes several settings.
    """
    inventory = inventory_of(call)
    with inventory.lock:
        namespace = inventory.namespace(namespaceName)
        if namespace.status != "AVAILABLE":
            raise in_use("namespace", namespaceName)
        workgroup = inventory.workgroup_of(namespace)
        if workgroup and workgroup.status != "AVAILABLE":
            raise in_use("workgroup", workgroup.name)
        _check_update(call, namespace, given)
        namespace.status = "MODIFYING"
    change = partial(_change, inventory, namespace, given)
    _apply_now(namespace, given)
    call.runtime.clock.later(MODIFY_SECONDS, change)
    return {"namespace": namespace.document()}


@operation(SERVICE, "DeleteNamespace")
def delete_namespace(
    call: Call,
    namespaceName: str,
    finalSnapshotName: str = "",
    finalSnapshotRetentionPeriod: int | None = None,
) -> dict[str, Any]:
    """Delete a namespace and its data.

    Raises ConflictException while a workgroup is associated with it.
    """
    inventory = inventory_of(call)
    with inventory.lock:
        namespace = inventory.namespace(namespaceName)
        if inventory.workgroup_of(namespace):
            raise AwsError(
                "ConflictException",
                f"The namespace {namespaceName} has a workgroup. "
                "Delete the workgroup before you delete the namespace.",
            )
        if namespace.status != "AVAILABLE":
            raise in_use("namespace", namespaceName)
        if finalSnapshotName:
            take_snapshot(inventory, namespace, finalSnapshotName, finalSnapshotRetentionPeriod)
        namespace.status = "DELETING"
    call.runtime.clock.later(DELETE_SECONDS, partial(_delete, inventory, namespace))
    return {"namespace": namespace.document()}


def _start(inventory: Inventory, namespace: str, name: str, user: str, password: str) -> Database:
    settings = inventory.runtime.settings
    elsewhere = "" if inventory.region == settings.region else f".{inventory.region}"
    database = Database(
        settings.directory,
        cluster=namespace + elsewhere,
        name=name,
        logins=Logins(user, password),
        password=password,
    )
    inventory.runtime.on_stop(database.stop)
    return database


def _apply_now(namespace: Namespace, given: dict[str, Any]) -> None:
    """Roles and logs are the namespace's as soon as they are asked for."""
    if "iamRoles" in given:
        namespace.iam_roles = given["iamRoles"]
        namespace.default_iam_role = given.get("defaultIamRoleArn", "")
    namespace.kms_key_id = given.get("kmsKeyId", namespace.kms_key_id)
    namespace.log_exports = given.get("logExports", namespace.log_exports)


def _change(inventory: Inventory, namespace: Namespace, given: dict[str, Any]) -> None:
    try:
        if TOGETHER[0] & given.keys():
            _change_admin(inventory, namespace, given)
    finally:
        namespace.status = "AVAILABLE"


def _change_admin(inventory: Inventory, namespace: Namespace, given: dict[str, Any]) -> None:
    user = given.get("adminUsername", namespace.database.logins.admin_user)
    managed = given.get("manageAdminPassword", bool(namespace.secret_arn))
    password = given.get("adminUserPassword") or _unguessable()
    key = given.get("adminPasswordSecretKmsKeyId", namespace.secret_kms_key_id)
    namespace.database.set_admin(user, password)
    managed_secret.delete(inventory, namespace)
    if managed and "adminUserPassword" not in given:
        managed_secret.create(inventory, namespace, user, password, key)


def _delete(inventory: Inventory, namespace: Namespace) -> None:
    namespace.database.destroy()
    managed_secret.delete(inventory, namespace)
    with inventory.lock:
        del inventory.namespaces[namespace.name]
        del inventory.tags[namespace.arn]


def _check_update(call: Call, namespace: Namespace, given: dict[str, Any]) -> None:
    if any(name.startswith("s3Table") for name in given) or (
        given.get("logDestinationType") == "s3table"
    ):
        raise AwsError("NotImplemented", "The sandbox does not publish logs to S3 Tables.")
    if not given:
        raise invalid(f"No setting of the namespace {namespace.name} is given to update.")
    if not any(given.keys() <= allowed for allowed in TOGETHER):
        raise invalid(
            f"Can't update multiple configurations at the same time for namespace {namespace.name}."
        )
    if "defaultIamRoleArn" in given and "iamRoles" not in given:
        raise invalid(
            "To change the default IAM role, you must specify the entire list of IAM roles."
        )
    if "iamRoles" in given and "defaultIamRoleArn" not in given and namespace.default_iam_role:
        raise invalid("To change the IAM roles, you must specify the default IAM role.")
    _check_roles(call, given.get("iamRoles", []), given.get("defaultIamRoleArn", ""))
    managed = given.get("manageAdminPassword", bool(namespace.secret_arn))
    _check_admin(given | ({"manageAdminPassword": True} if managed else {}))
    if not managed and namespace.secret_arn and "adminUserPassword" not in given:
        raise invalid("adminUserPassword is required when manageAdminPassword becomes false.")
    _check_keys(call, given)


def _check_admin(given: dict[str, Any]) -> None:
    if given.get("manageAdminPassword"):
        if "adminUserPassword" in given:
            raise invalid("You can't use adminUserPassword if manageAdminPassword is true.")
    elif "adminPasswordSecretKmsKeyId" in given:
        raise invalid("adminPasswordSecretKmsKeyId needs manageAdminPassword to be true.")
    elif ("adminUsername" in given) != ("adminUserPassword" in given):
        raise invalid("You must specify both adminUsername and adminUserPassword.")
    if "adminUsername" in given:
        rules.check_admin_username(given["adminUsername"])
    if "adminUserPassword" in given:
        rules.check_admin_password(given["adminUserPassword"])


def _check_roles(call: Call, roles: list[str], default: str) -> None:
    for arn in roles:
        try:
            role_named(arn, call.account)
        except AwsError as error:
            raise invalid(f"The IAM role {arn} is not valid or does not exist.") from error
    if default and default not in roles:
        raise invalid(
            f"The default IAM role {default} must be one of the IAM roles of the namespace."
        )


def _check_keys(call: Call, given: dict[str, Any]) -> None:
    keys = {given.get("kmsKeyId"), given.get("adminPasswordSecretKmsKeyId")}
    for key in keys - {None, "", OWNED_KEY}:
        try:
            call.runtime.client("kms", region=call.region).describe_key(KeyId=key)
        except ClientError as error:
            raise invalid(f"The KMS key {key} does not exist or is not accessible.") from error


def _unguessable() -> str:
    return f"Aa1{secrets.token_urlsafe(29)}"
