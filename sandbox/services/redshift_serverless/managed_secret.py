"""The secret in which a namespace keeps its administrator's password, when asked to.

https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html
"""

from __future__ import annotations

import json

from moto.secretsmanager.models import secretsmanager_backends

from sandbox.services.redshift_serverless.inventory import SERVICE, Inventory, Namespace


def create(
    inventory: Inventory, namespace: Namespace, user: str, password: str, kms_key_id: str
) -> None:
    """Keep the administrator's credentials in `redshift!<namespace>-<user>`."""
    backend = secretsmanager_backends[inventory.account][inventory.region]
    namespace.secret_arn = backend.create_managed_secret(
        "redshift",
        f"redshift!{namespace.name}-{user}",
        json.dumps({"username": user, "password": password}),
        description=f"Secret associated with Amazon Redshift namespace {namespace.arn}",
        tags=[{"Key": f"aws:{SERVICE}:namespaceArn", "Value": namespace.arn}],
        kms_key_id=kms_key_id or None,
    ).arn
    namespace.secret_kms_key_id = kms_key_id


def delete(inventory: Inventory, namespace: Namespace) -> None:
    """Remove the secret, if the namespace has one."""
    if namespace.secret_arn:
        client = inventory.runtime.client("secretsmanager", region=inventory.region)
        client.delete_secret(SecretId=namespace.secret_arn, ForceDeleteWithoutRecovery=True)
        namespace.secret_arn = namespace.secret_kms_key_id = ""
