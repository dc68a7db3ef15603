"""The events that DMS puts on the default event bus.

What an event's detail holds is that of events that AWS was seen to send: the example of the user
guide has other names (eventName for eventId) and a link to the console. The type of an event is
told where it is known from AWS, the category and the message always.
https://docs.aws.amazon.com/dms/latest/userguide/CHAP_EventBridge.html
https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-dms.html
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.services.dms.state import State
from sandbox.services.events.bus import Event, publish

SOURCE = "aws.dms"


@dataclass(frozen=True)
class Kind:
    """What happened: a category, an ID and a type where AWS gives them, the message."""

    category: str
    message: str = ""
    id: str = ""
    type: str = ""


TASK_CREATED = Kind(
    "Creation",
    "The replication task has been created.",
    "DMS-EVENT-0074",
    "REPLICATION_TASK_CREATED",
)
TASK_STARTED = Kind("StateChange", "", "DMS-EVENT-0069", "REPLICATION_TASK_STARTED")
TASK_STOPPED = Kind(
    "StateChange", "Replication task stopped", "DMS-EVENT-0079", "REPLICATION_TASK_STOPPED"
)
TASK_FAILED = Kind("Failure", type="REPLICATION_TASK_FAILED")
TASK_DELETED = Kind(
    "Deletion",
    "The replication task has been deleted.",
    "DMS-EVENT-0073",
    "REPLICATION_TASK_DELETED",
)
FLAGS = {
    "start-replication": "fresh start",
    "resume-processing": "resume",
    "reload-target": "reload target",
}
"""How the message of a start calls it; only the first one is known from AWS."""

INSTANCE_CREATING = Kind("Creation", "Replication instance is being created.", "DMS-EVENT-0067")
INSTANCE_CREATED = Kind("Creation", "Replication instance has been created.", "DMS-EVENT-0005")
INSTANCE_DELETING = Kind("Deletion", "Replication instance is being deleted.", "DMS-EVENT-0066")
INSTANCE_DELETED = Kind("Deletion", "Replication instance has been deleted.", "DMS-EVENT-0003")

REPLICATION_CREATED = Kind("Creation", "DMS replication has been created.")
REPLICATION_STARTED = Kind("StateChange", "DMS replication has started")
REPLICATION_RUNNING = Kind("StateChange", "DMS replication is running.")
REPLICATION_STOPPING = Kind("StateChange", "DMS replication is being stopped.")
REPLICATION_STOPPED = Kind("StateChange", "DMS replication has stopped")
REPLICATION_FAILED = Kind("Failure", "DMS replication has failed.", type="REPLICATION_FAILED")
REPLICATION_DELETING = Kind("Deletion", "DMS replication is being deleted.")
REPLICATION_PROVISIONED = Kind("StateChange", "DMS replication has been provisioned.")
REPLICATION_DEPROVISIONING = Kind("StateChange", "DMS replication is deprovisioning its capacity")
REPLICATION_DEPROVISIONED = Kind("StateChange", "DMS replication has been deprovisioned.")
STAGES = {
    "initializing": Kind(
        "StateChange", "DMS replication is initializing.", type="REPLICATION_INITIALIZING"
    ),
    "preparing_metadata_resources": Kind(
        "StateChange", "DMS replication is preparing the resources for metadata collection."
    ),
    "testing_connection": Kind(
        "StateChange", "The connections tied to DMS replication is being tested."
    ),
    "fetching_metadata": Kind("StateChange", "DMS replication is fetching metadata"),
    "calculating_capacity": Kind("StateChange", "DMS replication is calculating capacity"),
    "provisioning_capacity": Kind("StateChange", "DMS replication is provisioning its capacity"),
    "replication_starting": REPLICATION_STARTED,
}
"""By the status of a serverless replication that begins."""


def of_task(state: State, arn: str, kind: Kind, message: str = "") -> None:
    """Tell what happened to a replication task; the message stands for the kind's."""
    _tell(state, arn, "DMS Replication Task State Change", "REPLICATION_TASK", kind, message)


def of_instance(state: State, arn: str, kind: Kind) -> None:
    """Tell what happened to a replication instance."""
    _tell(state, arn, "DMS Replication Instance State Change", "REPLICATION_INSTANCE", kind)


def of_replication(state: State, arn: str, kind: Kind, message: str = "") -> None:
    """Tell what happened to a serverless replication; the message stands for the kind's."""
    _tell(state, arn, "DMS Replication State Change", "REPLICATION_CONFIG", kind, message)


def _tell(
    state: State, arn: str, detail_type: str, resource: str, kind: Kind, message: str = ""
) -> None:
    detail = {
        "type": resource,
        "category": kind.category,
        "detailMessage": message or kind.message,
    }
    detail |= {"eventId": kind.id} if kind.id else {}
    detail |= {"eventType": kind.type} if kind.type else {}
    event = Event(SOURCE, detail_type, detail, [arn])
    publish(state.runtime, state.account, state.region, event)
