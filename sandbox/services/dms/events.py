"""The events of DMS: what it puts on the default event bus, keeps, and tells by SNS.

What an event's detail holds is that of events that AWS was seen to send: the example of the user
guide has other names (eventName for eventId) and a link to the console. The type of an event is
told where it is known from AWS, the category and the message always. Of a serverless replication
only the bus is told, as the API has no type for it.
https://docs.aws.amazon.com/dms/latest/userguide/CHAP_EventBridge.html
https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-dms.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.services.dms.notices import INSTANCE, TASK, Notice, Notices
from sandbox.services.dms.state import Named, State
from sandbox.services.dms.subscription import Outbox
from sandbox.services.events.bus import Event, publish

SOURCE = "aws.dms"


@dataclass(frozen=True)
class Kind:
    """What happened: a category, an ID and a type where AWS gives them, the message.

    notice is what DescribeEvents and SNS say instead of the message.
    """

    category: str
    message: str = ""
    id: str = ""
    type: str = ""
    notice: str = ""


TASK_CREATED = Kind(
    "Creation",
    "The replication task has been created.",
    "DMS-EVENT-0074",
    "REPLICATION_TASK_CREATED",
)
TASK_STARTED = Kind(
    "StateChange",
    "",
    "DMS-EVENT-0069",
    "REPLICATION_TASK_STARTED",
    "Replication task has started.",
)
TASK_STOPPED = Kind(
    "StateChange",
    "Replication task stopped",
    "DMS-EVENT-0079",
    "REPLICATION_TASK_STOPPED",
    "Replication task has stopped.",
)
TASK_FAILED = Kind(
    "Failure",
    "",
    "DMS-EVENT-0078",
    "REPLICATION_TASK_FAILED",
    "Replication task has failed.\nReason: {message}",
)
TASK_MODIFIED = Kind(
    "ConfigurationChange", "The replication task has been modified.", "DMS-EVENT-0080"
)
TASK_RELOADED = Kind(
    "StateChange", "A reload of table details has been requested.", "DMS-EVENT-0081"
)
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
CLASS_CHANGING = Kind(
    "ConfigurationChange",
    "The replication instance class for this replication instance is being changed.",
    "DMS-EVENT-0012",
)
CLASS_CHANGED = Kind(
    "ConfigurationChange",
    "The replication instance class for this replication instance has changed.",
    "DMS-EVENT-0014",
)
STORAGE_GROWING = Kind(
    "ConfigurationChange",
    "The storage for the replication instance is being increased.",
    "DMS-EVENT-0018",
)
STORAGE_GROWN = Kind(
    "ConfigurationChange",
    "The storage for the replication instance has been increased.",
    "DMS-EVENT-0017",
)
ZONES_GROWING = Kind(
    "ConfigurationChange",
    "The replication instance is transitioning to a Multi-AZ configuration.",
    "DMS-EVENT-0024",
)
ZONES_GROWN = Kind(
    "ConfigurationChange",
    "The replication instance finished transitioning to a Multi-AZ configuration.",
    "DMS-EVENT-0025",
)
ZONES_SHRINKING = Kind(
    "ConfigurationChange",
    "The replication instance is transitioning to a Single-AZ configuration.",
    "DMS-EVENT-0030",
)
ZONES_SHRUNK = Kind(
    "ConfigurationChange",
    "The replication instance has finished transitioning to a Single-AZ configuration.",
    "DMS-EVENT-0029",
)
CHANGES = {
    "ReplicationInstanceClass": (CLASS_CHANGING, CLASS_CHANGED),
    "AllocatedStorage": (STORAGE_GROWING, STORAGE_GROWN),
}
"""By the setting of an instance that is changed: as it begins and once it is done."""
ZONES = {True: (ZONES_GROWING, ZONES_GROWN), False: (ZONES_SHRINKING, ZONES_SHRUNK)}
"""By the value of MultiAZ that is changed to."""
CATEGORIES = {
    "ConfigurationChange": "configuration change",
    "Creation": "creation",
    "Deletion": "deletion",
    "Failure": "failure",
    "StateChange": "state change",
}
"""What DescribeEvents calls the categories of the bus."""

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


def of_task(state: State, task: Named, kind: Kind, message: str = "") -> None:
    """Tell what happened to a replication task; the message stands for the kind's."""
    _tell(state, task.arn, "DMS Replication Task State Change", "REPLICATION_TASK", kind, message)
    _keep(state, TASK, task, kind, message)


def of_instance(state: State, instance: Named, kind: Kind) -> None:
    """Tell what happened to a replication instance."""
    detail_type = "DMS Replication Instance State Change"
    _tell(state, instance.arn, detail_type, "REPLICATION_INSTANCE", kind)
    _keep(state, INSTANCE, instance, kind)


def of_replication(state: State, arn: str, kind: Kind, message: str = "") -> None:
    """Tell what happened to a serverless replication; the message stands for the kind's."""
    _tell(state, arn, "DMS Replication State Change", "REPLICATION_CONFIG", kind, message)


def changes_of(settings: dict[str, Any]) -> list[tuple[Kind, Kind]]:
    """What is told of an instance that gets these settings: as it begins, once it is done."""
    found = [CHANGES[name] for name in settings if name in CHANGES]
    return found + ([ZONES[settings["MultiAZ"]]] if "MultiAZ" in settings else [])


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


def _keep(state: State, source_type: str, source: Named, kind: Kind, message: str = "") -> None:
    text = (kind.notice or kind.message).format(message=message)
    category = CATEGORIES[kind.category]
    notice = Notice(source_type, source.identifier, category, text, kind.id)
    state.runtime.state(Notices, state.account, state.region).add(notice)
    state.runtime.state(Outbox, state.account, state.region).put(notice)
