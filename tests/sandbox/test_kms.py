"""Keys are enabled, disabled and deleted by their ID and by their ARN."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


@pytest.mark.parametrize("by", ["KeyId", "Arn"])
def test_a_key_is_disabled_deleted_and_kept_after_all(aws, by):
    kms = aws("kms")
    key = kms.create_key()["KeyMetadata"]

    def state():
        return kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]

    kms.disable_key(KeyId=key[by])
    assert state() == "Disabled"
    kms.enable_key(KeyId=key[by])
    assert state() == "Enabled"
    waiting = kms.schedule_key_deletion(KeyId=key[by], PendingWindowInDays=7)
    assert waiting["KeyId"] == key["Arn"]
    assert waiting["KeyState"] == state() == "PendingDeletion"
    assert waiting["PendingWindowInDays"] == 7
    assert kms.cancel_key_deletion(KeyId=key[by])["KeyId"] == key["Arn"]
    assert state() == "Disabled"


def test_a_key_that_is_not_there_is_told(aws):
    with pytest.raises(ClientError) as refused:
        aws("kms").schedule_key_deletion(
            KeyId="arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
        )
    assert refused.value.response["Error"]["Code"] == "NotFoundException"
