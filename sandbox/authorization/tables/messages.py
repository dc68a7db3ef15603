"""SNS, SQS, EventBridge, CloudWatch and its logs.

The ARN of a log group ends here as that of a stream without a name, as CloudWatch Logs asks IAM:
a policy names group:*.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from __future__ import annotations

from sandbox.authorization.tables.layout import each

RESOURCES = {
    "sns": {
        **each("CreateTopic", "{Name}"),
        **each("Publish", "?{TopicArn}", "?{TargetArn}"),
        **each(
            "PublishBatch GetTopicAttributes SetTopicAttributes DeleteTopic Subscribe "
            "ListSubscriptionsByTopic ConfirmSubscription AddPermission RemovePermission",
            "{TopicArn}",
        ),
        **each("TagResource UntagResource ListTagsForResource", "{ResourceArn}"),
    },
    "sqs": {
        **each("CreateQueue GetQueueUrl", "{QueueName}"),
        **each(
            "SendMessage SendMessageBatch ReceiveMessage DeleteMessage DeleteMessageBatch "
            "ChangeMessageVisibility ChangeMessageVisibilityBatch GetQueueAttributes "
            "SetQueueAttributes DeleteQueue PurgeQueue TagQueue UntagQueue ListQueueTags "
            "ListDeadLetterSourceQueues AddPermission RemovePermission",
            "@queue",
        ),
    },
    "events": {
        **each("PutEvents", "@event buses"),
        **each("PutRule DescribeRule DeleteRule EnableRule DisableRule", "@rule"),
        **each("PutTargets RemoveTargets ListTargetsByRule", "@rule"),
        **each(
            "CreateEventBus DescribeEventBus DeleteEventBus UpdateEventBus",
            "event-bus/{Name=default}",
        ),
        **each("TagResource UntagResource ListTagsForResource", "{ResourceARN}"),
    },
    "cloudwatch": {
        **each(
            "PutMetricAlarm PutCompositeAlarm DescribeAlarmHistory SetAlarmState",
            "alarm:{AlarmName=*}",
        ),
        **each(
            "DescribeAlarms DeleteAlarms EnableAlarmActions DisableAlarmActions",
            "alarm:{AlarmNames=*}",
        ),
        **each("TagResource UntagResource ListTagsForResource", "{ResourceARN}"),
    },
    "logs": {
        **each(
            "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy "
            "AssociateKmsKey DisassociateKmsKey ListTagsLogGroup TagLogGroup UntagLogGroup "
            "DescribeLogStreams PutMetricFilter "
            "DeleteMetricFilter PutSubscriptionFilter DeleteSubscriptionFilter "
            "DescribeSubscriptionFilters",
            "log-group:{logGroupName}:log-stream:",
        ),
        **each("DescribeMetricFilters", "log-group:{logGroupName=*}:log-stream:"),
        **each(
            "FilterLogEvents",
            "?log-group:{logGroupName}:log-stream:",
            "?log-group:{logGroupIdentifier}:log-stream:",
        ),
        **each(
            "StartQuery",
            "?log-group:{logGroupName}:log-stream:",
            "?log-group:{logGroupNames}:log-stream:",
        ),
        **each(
            "CreateLogStream DeleteLogStream PutLogEvents GetLogEvents",
            "log-group:{logGroupName}:log-stream:{logStreamName}",
        ),
        **each("TagResource UntagResource ListTagsForResource", "{resourceArn}"),
    },
}
