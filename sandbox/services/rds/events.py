"""The events that RDS puts on the default event bus when something has happened to an instance.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloudwatch-events.sample.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
"""

from __future__ import annotations

from sandbox.runtime import Runtime
from sandbox.services.events.bus import Event, publish

DETAIL_TYPE = "RDS DB Instance Event"
DONE = {
    "creating": ("creation", "RDS-EVENT-0005", "DB instance created."),
    "deleting": ("deletion", "RDS-EVENT-0003", "DB instance deleted."),
    "rebooting": ("availability", "RDS-EVENT-0006", "DB instance restarted."),
    "starting": ("notification", "RDS-EVENT-0088", "DB instance started."),
    "stopping": ("notification", "RDS-EVENT-0087", "DB instance stopped."),
}
"""Category, ID and message of what is told once the work of a status is done."""


def tell(runtime: Runtime, arn: str, status: str) -> None:
    """Tell that what an instance was busy with is done, where RDS has an event for it."""
    if status not in DONE:
        return
    category, identifier, message = DONE[status]
    _, _, _, region, account, _, name = arn.split(":")
    now = runtime.clock.now()
    detail = {
        "EventCategories": [category],
        "SourceType": "DB_INSTANCE",
        "SourceArn": arn,
        "Date": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03}Z",
        "Message": message,
        "SourceIdentifier": name,
        "EventID": identifier,
    }
    publish(runtime, account, region, Event("aws.rds", DETAIL_TYPE, detail, [arn], now))
