"""S3, where the sandbox mends moto."""

from __future__ import annotations


def test_a_bucket_remembers_that_it_tells_eventbridge(aws):
    s3 = aws("s3")
    s3.create_bucket(Bucket="tells-eventbridge")
    before = s3.get_bucket_notification_configuration(Bucket="tells-eventbridge")
    assert "EventBridgeConfiguration" not in before
    s3.put_bucket_notification_configuration(
        Bucket="tells-eventbridge", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    after = s3.get_bucket_notification_configuration(Bucket="tells-eventbridge")
    assert after["EventBridgeConfiguration"] == {}
    s3.put_bucket_notification_configuration(
        Bucket="tells-eventbridge", NotificationConfiguration={}
    )
    gone = s3.get_bucket_notification_configuration(Bucket="tells-eventbridge")
    assert "EventBridgeConfiguration" not in gone
