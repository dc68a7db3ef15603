"""With which key a state machine is encrypted, as far as that can be told from outside.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_EncryptionConfiguration.html
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.kms.models import kms_backends

from sandbox.call import Call
from sandbox.errors import AwsError

OWNED = {"type": "AWS_OWNED_KEY"}
REUSE_SECONDS = 300


def checked_encryption(call: Call, configuration: dict[str, Any] | None) -> dict[str, Any]:
    """The encryption with its defaults; refused without a key that is there and can be used."""
    if configuration is None:
        return OWNED
    key = configuration.get("kmsKeyId")
    seconds = configuration.get("kmsDataKeyReusePeriodSeconds")
    if configuration["type"] not in ("AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"):
        raise _invalid(f"'{configuration['type']}' is not a type of encryption")
    if configuration["type"] == "AWS_OWNED_KEY":
        if key or seconds is not None:
            raise _invalid("AWS_OWNED_KEY takes no kmsKeyId and no kmsDataKeyReusePeriodSeconds")
        return OWNED
    if not key:
        raise _invalid("CUSTOMER_MANAGED_KMS_KEY needs kmsKeyId")
    try:
        found = kms_backends[call.account][call.region].describe_key(key)
    except (KeyError, JsonRESTError):
        raise _denied(f"{key} does not exist") from None
    if found.key_state != "Enabled":
        raise _denied(f"{found.arn} is {found.key_state}")
    return {"kmsDataKeyReusePeriodSeconds": REUSE_SECONDS, **configuration}


def _invalid(reason: str) -> AwsError:
    return AwsError("InvalidEncryptionConfiguration", f"Invalid Encryption Configuration: {reason}")


def _denied(reason: str) -> AwsError:
    return AwsError("KmsAccessDeniedException", f"The KMS key can't be used: {reason}")
