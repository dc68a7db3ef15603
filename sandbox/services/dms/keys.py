"""KMS keys of instances and endpoints."""

from __future__ import annotations

from botocore.exceptions import ClientError

from sandbox.errors import AwsError
from sandbox.services.dms.state import State

DEFAULT = "alias/aws/dms"


def key(state: State, wanted: str | None) -> str:
    """The ARN of a key by any name of it; without one, of the account's key for DMS.

    KMSKeyNotAccessibleFault when there is no such key.
    """
    kms = state.client("kms")
    try:
        arn: str = kms.describe_key(KeyId=wanted or DEFAULT)["KeyMetadata"]["Arn"]
    except ClientError as error:
        if wanted is not None:
            message = error.response["Error"]["Message"]
            raise AwsError("KMSKeyNotAccessibleFault", message) from None
        with state.lock:
            arn = kms.create_key(Description="Default key of DMS")["KeyMetadata"]["Arn"]
            kms.create_alias(AliasName=DEFAULT, TargetKeyId=arn)
    return arn
