"""The IAM action of an operation: most bear its name, these do not.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

PREFIXES = {"resourcegroupstaggingapi": "tag", "stepfunctions": "states"}

RENAMED = {
    "glue": {
        "GetUnfilteredTableMetadata": "GetTable",
        "GetUnfilteredPartitionMetadata": "GetPartition",
        "GetUnfilteredPartitionsMetadata": "GetPartitions",
    },
    "redshift-data": {"GetStatementResultV2": "GetStatementResult"},
    "sns": {"PublishBatch": "Publish"},
    "sqs": {
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
        "DeleteMessageBatch": "DeleteMessage",
        "SendMessageBatch": "SendMessage",
    },
}
# Anyone may ask who they are; AssumeRole asks the trust policy too, and so asks for itself.
FREE = frozenset({("sts", "GetCallerIdentity"), ("sts", "AssumeRole")})


def action_of(service: str, operation: str) -> str:
    """The action that policies name, such as states:StartExecution."""
    name = RENAMED.get(service, {}).get(operation, operation)
    return f"{PREFIXES.get(service, service)}:{name}"
