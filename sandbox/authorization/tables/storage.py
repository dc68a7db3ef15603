"""DynamoDB, Secrets Manager and KMS. S3 has a module of its own."""

from __future__ import annotations

from sandbox.authorization.tables.layout import each

RESOURCES = {
    "dynamodb": {
        **each(
            "CreateTable DescribeTable UpdateTable DeleteTable GetItem PutItem UpdateItem "
            "DeleteItem DescribeTimeToLive UpdateTimeToLive DescribeContinuousBackups "
            "UpdateContinuousBackups CreateBackup",
            "@table",
        ),
        **each("Query Scan", "@table or index"),
        **each("BatchGetItem BatchWriteItem", "@tables"),
        **each("TagResource UntagResource ListTagsOfResource", "{ResourceArn}"),
    },
    "secretsmanager": {
        # the last six characters are not known yet
        **each("CreateSecret", "secret:{Name}-??????"),
        **each(
            "GetSecretValue DescribeSecret PutSecretValue UpdateSecret DeleteSecret "
            "RestoreSecret RotateSecret CancelRotateSecret ListSecretVersionIds "
            "UpdateSecretVersionStage GetResourcePolicy PutResourcePolicy DeleteResourcePolicy "
            "TagResource UntagResource ReplicateSecretToRegions RemoveRegionsFromReplication "
            "StopReplicationToReplica",
            "@secret",
        ),
    },
    "kms": {
        **each(
            "DescribeKey GetKeyPolicy PutKeyPolicy ListKeyPolicies GetKeyRotationStatus "
            "EnableKeyRotation DisableKeyRotation EnableKey DisableKey ScheduleKeyDeletion "
            "CancelKeyDeletion TagResource UntagResource ListResourceTags UpdateKeyDescription "
            "Encrypt Decrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateMac "
            "VerifyMac Sign Verify GetPublicKey CreateGrant ListGrants RevokeGrant",
            "@key",
        ),
        **each("CreateAlias UpdateAlias", "{AliasName}", "@key"),
        **each("DeleteAlias", "{AliasName}"),
    },
}
