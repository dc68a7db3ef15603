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
    if wanted is None:
        return _default(state)
    try:
        return _arn(state, wanted)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        raise AwsError("KMSKeyNotAccessibleFault", message) from None


def _default(state: State) -> str:
    # looked up under the lock: of two first endpoints at once, one makes the key
    with state.lock:
        try:
            return _arn(state, DEFAULT)
        except ClientError:
            kms = state.client("kms")
            arn: str = kms.create_key(Description="Default key of DMS")["KeyMetadata"]["Arn"]
            kms.create_alias(AliasName=DEFAULT, TargetKeyId=arn)
            return arn


def _arn(state: State, name: str) -> str:
    arn: str = state.client("kms").describe_key(KeyId=name)["KeyMetadata"]["Arn"]
    return arn
