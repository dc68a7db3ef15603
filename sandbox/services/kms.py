"""KMS is moto's, but for keys that are enabled, disabled and deleted by their ARN.

https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
"""

from __future__ import annotations

from typing import Any

from botocore import xform_name
from moto.kms.models import kms_backends

from sandbox.call import Call
from sandbox.registry import operation

DEFAULT_WINDOW = 30


@operation("kms", "DisableKey")
@operation("kms", "EnableKey")
def switch_key(call: Call, KeyId: str) -> None:
    """A key is of use, or not until it is enabled again."""
    _on_key(call, KeyId)


@operation("kms", "CancelKeyDeletion")
def cancel_key_deletion(call: Call, KeyId: str) -> dict[str, Any]:
    """A key that was to be deleted is kept, and disabled."""
    return {"KeyId": _on_key(call, KeyId)["KeyId"]}


@operation("kms", "ScheduleKeyDeletion")
def schedule_key_deletion(
    call: Call, KeyId: str, PendingWindowInDays: int = DEFAULT_WINDOW
) -> dict[str, Any]:
    """A key is deleted after 7 to 30 days."""
    answer = _on_key(call, KeyId, PendingWindowInDays=PendingWindowInDays)
    waiting = {"KeyState": "PendingDeletion", "PendingWindowInDays": PendingWindowInDays}
    return {"KeyId": answer["KeyId"], "DeletionDate": answer["DeletionDate"], **waiting}


def _on_key(call: Call, name: str, **request: Any) -> dict[str, Any]:
    """What moto answers of a key by its ID, with the key's ARN in place of that."""
    keys = kms_backends[call.account][call.region].keys
    key = keys.get(name.rpartition(":key/")[2])
    if key is None:
        return call.moto()  # which says that there is none
    if key.id == name:
        answer = call.moto()
    else:
        client = call.runtime.client("kms", region=call.region)
        answer = getattr(client, xform_name(call.operation))(KeyId=key.id, **request)
    return {**answer, "KeyId": key.arn}
