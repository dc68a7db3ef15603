"""Leave that is asked beside that to read secrets: to use their keys, to list them.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

from moto.secretsmanager.models import secretsmanager_backends

from sandbox.authorization.dependents import Wanted, dependents
from sandbox.authorization.resources import EVERY, key_arn
from sandbox.call import Call

# whose policy lets everyone of the account use it through Secrets Manager
OWN_KEY = "alias/aws/secretsmanager"


@dependents("secretsmanager")
def besides_the_action(call: Call) -> list[Wanted]:
    """Who reads a secret decrypts it with its key, unless that is AWS's own.

    Who reads many by filters lists them; each is then read as if alone.
    """
    if call.operation == "BatchGetSecretValue" and call.params.get("Filters"):
        return [Wanted("secretsmanager:ListSecrets", EVERY)]
    if call.operation != "GetSecretValue":
        return []
    return decryption(call, str(call.params.get("SecretId") or ""))


def decryption(call: Call, identifier: str) -> list[Wanted]:
    """What the caller needs of the key of a secret, which is given by name or ARN."""
    secret = secretsmanager_backends[call.account][call.region].secrets.get(identifier)
    key = getattr(secret, "kms_key_id", None)  # moto's replicas have none
    if secret is None or not key or key == OWN_KEY:
        return []
    values = {
        "kms:ViaService": [f"secretsmanager.{call.region}.amazonaws.com"],
        "kms:EncryptionContext:SecretARN": [secret.arn],
    }
    return [Wanted("kms:Decrypt", key_arn(call, key), values)]
