"""A bus takes an event in, and delivers it a moment later to the targets of the rules it matches.

https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

from __future__ import annotations

import datetime
import queue
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from moto.events.models import events_backends

from sandbox.runtime import Runtime
from sandbox.services.events import patterns
from sandbox.services.events.delivery import Matched, deliver

DEFAULT = "default"
ENABLED = frozenset({"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"})


@dataclass(frozen=True)
class Event:
    """What happened: resources are ARNs, detail is a JSON object; without a time, it is now."""

    source: str
    detail_type: str
    detail: dict[str, Any]
    resources: Sequence[str] = ()
    time: datetime.datetime | None = None


class Buses:
    """The buses of one account in one region; events are delivered in the order they came in."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self._runtime, self._account, self._region = runtime, account, region
        self._waiting: queue.SimpleQueue[tuple[str, dict[str, Any]]] = queue.SimpleQueue()
        self._turn = threading.Lock()

    def take(self, event: Event, bus: str) -> str:
        """Take an event in; its ID. An event of a bus that is not there is lost, as on AWS."""
        identifier = str(uuid.uuid4())
        moment = (event.time or self._runtime.clock.now()).astimezone(datetime.UTC)
        envelope = {
            "version": "0",
            "id": identifier,
            "detail-type": event.detail_type,
            "source": event.source,
            "account": self._account,
            "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self._region,
            "resources": list(event.resources),
            "detail": event.detail,
        }
        self.hand_on(envelope, bus)
        return identifier

    def hand_on(self, envelope: dict[str, Any], bus: str) -> None:
        """Take in an event as it is: of another bus."""
        self._waiting.put((bus, envelope))
        self._runtime.clock.after(0, self._deliver_next)

    def _deliver_next(self) -> None:
        with self._turn:
            bus, envelope = self._waiting.get()
            for rule in self._rules(bus):
                if rule.state in ENABLED and patterns.matches(rule, envelope):
                    for target in list(rule.targets):
                        self._send(rule, target, envelope)

    def _rules(self, name: str) -> list[Any]:
        buses = events_backends[self._account][self._region].event_buses
        return list(buses[name].rules.values()) if name in buses else []

    def _send(self, rule: Any, target: dict[str, Any], envelope: dict[str, Any]) -> None:
        matched = Matched(self._runtime, self._account, self._region, rule, target, envelope)
        if rule.managed_by:
            archive(rule, envelope)
        elif ":event-bus/" in target["Arn"]:
            deliver(matched, lambda: self.hand_on(envelope, target["Arn"].rpartition("/")[2]))
        else:
            deliver(matched)


def archive(rule: Any, envelope: dict[str, Any]) -> None:
    """Let moto keep the event in the archive that made this rule."""
    moment = datetime.datetime.now(datetime.UTC).timestamp()
    rule.send_to_targets(envelope | {"time": moment, "ingestion-time": moment})


def publish(runtime: Runtime, account: str, region: str, event: Event, bus: str = DEFAULT) -> str:
    """Put an event on a bus, whoever its source says that it is from; the event's ID."""
    return runtime.state(Buses, account, region).take(event, bus)
