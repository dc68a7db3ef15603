"""Why a crawl ends before its work is done."""

from __future__ import annotations

from botocore.exceptions import ClientError


class CrawlError(Exception):
    """The crawl failed; the message is what the crawler's last crawl shows."""


class CrawlStoppedError(Exception):
    """Somebody stopped the crawler."""


def explained(error: ClientError, *, place: str = "", service: str = "AWSGlue") -> CrawlError:
    """An AWS error in the words in which crawlers report one."""
    answer = error.response
    detail = (
        f"(Service: {service}; Status Code: {answer['ResponseMetadata']['HTTPStatusCode']}; "
        f"Error Code: {answer['Error']['Code']}; "
        f"Request ID: {answer['ResponseMetadata'].get('RequestId', '')})"
    )
    return CrawlError(" ".join(filter(None, [answer["Error"]["Message"], place, detail])))
