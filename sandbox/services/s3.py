"""S3 is moto's as it is, but for one answer: it forgets that EventBridge is told of objects.

Its requests go to moto untouched, as their bodies are streams: so moto itself is mended here.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import TYPE_RESPONSE
from moto.s3.responses import S3Response

_of_moto = S3Response.get_bucket_notification


def _get_bucket_notification(response: Any) -> TYPE_RESPONSE:
    """The notifications of a bucket, EventBridgeConfiguration included.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
    """
    configured = response.backend.get_bucket_notification_configuration(response.bucket_name)
    serialized = response.serialized

    def completed(answer: Any) -> Any:
        if configured and configured.event_bridge is not None:
            answer.result["EventBridgeConfiguration"] = {}
        return serialized(answer)

    response.serialized = completed
    answer: TYPE_RESPONSE = _of_moto(response)
    return answer


setattr(S3Response, "get_bucket_notification", _get_bucket_notification)  # noqa: B010  typed otherwise
