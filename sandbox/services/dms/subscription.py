"""Event subscriptions: who is told of which events by SNS.

The form of a message is that of messages that AWS was seen to send.
https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.errors import AwsError
from sandbox.runtime import Runtime
from sandbox.services import sns
from sandbox.services.dms.notices import INSTANCE, Notice
from sandbox.services.dms.state import State

SUBJECT = "DMS Notification Message"
GUIDE = "http://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html"
CONSOLE = "https://console.aws.amazon.com/dms/home"
PLACES = {INSTANCE: "replication-instances"}
FAILED = {sns.NO_TOPIC: "topic-not-exist", sns.DENIED: "no-permission"}
"""The status of a subscription that could not publish."""


@dataclass
class Subscription:
    """A subscription; identifiers, categories and the source type are those it is limited to."""

    identifier: str
    arn: str
    account: str
    topic: str
    created: str
    enabled: bool
    source_type: str | None = None
    categories: Sequence[str] = ()
    identifiers: Sequence[str] = ()
    status: str = "creating"

    @property
    def sender(self) -> sns.Sender:
        """Who publishes to its topic."""
        return sns.Sender("dms.amazonaws.com", self.account, self.arn)

    def wants(self, notice: Notice) -> bool:
        """Whether it is about an event."""
        return (
            self.enabled
            and self.status in {"active", "modifying", *FAILED.values()}
            and self.source_type in {None, notice.source_type}
            and (not self.categories or notice.category in self.categories)
            and (not self.identifiers or notice.identifier in self.identifiers)
        )

    def described(self) -> dict[str, Any]:
        """As the API shows it."""
        optional = {
            "SourceType": self.source_type,
            "SourceIdsList": list(self.identifiers),
            "EventCategoriesList": list(self.categories),
        }
        return {
            "CustomerAwsId": self.account,
            "CustSubscriptionId": self.identifier,
            "SnsTopicArn": self.topic,
            "Status": self.status,
            "SubscriptionCreationTime": self.created,
            "Enabled": self.enabled,
            **{name: value for name, value in optional.items() if value},
        }


class Outbox:
    """Tells the subscriptions of one account and region of events, in their order."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self._runtime, self._region = runtime, region
        self._state = runtime.state(State, account, region)
        self._waiting: queue.SimpleQueue[Notice] = queue.SimpleQueue()
        self._turn = threading.Lock()

    def put(self, notice: Notice) -> None:
        """Take in an event, to be told of a moment later."""
        self._waiting.put(notice)
        self._runtime.clock.after(0, self._send_next)

    def _send_next(self) -> None:
        with self._turn:
            notice = self._waiting.get()
            with self._state.lock:
                subscriptions = list(self._state.subscriptions.values())
            for subscription in subscriptions:
                if subscription.wants(notice):
                    self._send(subscription, self._message(notice))

    def _send(self, subscription: Subscription, message: str) -> None:
        try:
            sns.publish(
                self._runtime,
                subscription.sender,
                subscription.topic,
                subject=SUBJECT,
                message=message,
            )
        except AwsError as error:
            status = FAILED[error.code]
        else:
            status = "active"
        with self._state.lock:
            if subscription.status in {"active", *FAILED.values()}:
                subscription.status = status

    def _message(self, notice: Notice) -> str:
        place = PLACES.get(notice.source_type, "tasks")
        link = f"{CONSOLE}?region={self._region}#{place}:ids={notice.identifier}"
        return json.dumps(
            {
                "Event Source": notice.source_type,
                "Event Time": stamp(notice.date),
                "Identifier Link": f"{link}\nSourceId: {notice.identifier} ",
                "Event ID": f"{GUIDE}#{notice.id} ",
                "Event Message": notice.message,
            }
        )


def stamp(moment: Any) -> str:
    """A time as DMS writes it: 2020-05-21 21:58:38.598."""
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}"
