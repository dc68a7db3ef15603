"""The operations on event subscriptions.

https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateEventSubscription.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services import sns
from sandbox.services.dms import listing
from sandbox.services.dms.identifiers import identifier
from sandbox.services.dms.notices import INSTANCE, check_source
from sandbox.services.dms.state import State, refuse_taken, state_of
from sandbox.services.dms.subscription import Subscription, stamp
from sandbox.services.dms.tags import set_tags

KIND = "Event Subscription"
LONGEST_NAME = 254
MOST = 60
"""https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Limits.html"""
CHANGE = 10.0
"""Seconds that creating, changing and deleting takes on AWS: not documented, seen to be few."""


@operation("dms", "CreateEventSubscription")
def create_event_subscription(
    call: Call,
    SubscriptionName: str,
    SnsTopicArn: str,
    SourceType: str | None = None,
    EventCategories: Sequence[str] | None = None,
    SourceIds: Sequence[str] | None = None,
    Enabled: bool = True,
    Tags: Sequence[dict[str, str]] | None = None,
) -> dict[str, Any]:
    """Tell a topic of events, of all that there are unless told otherwise."""
    state = state_of(call)
    name = identifier(SubscriptionName, "SubscriptionName", LONGEST_NAME)
    check_source(SourceType, EventCategories, SourceIds)
    subscription = Subscription(
        identifier=name,
        arn=state.arn("es", name),
        account=call.account,
        topic=SnsTopicArn,
        created=stamp(call.runtime.clock.now()),
        enabled=Enabled,
        source_type=SourceType,
        categories=tuple(EventCategories or ()),
        identifiers=tuple(each.lower() for each in SourceIds or ()),
    )
    _require_topic(call, subscription)
    with state.lock:
        refuse_taken(state.subscriptions.values(), name, KIND)
        if len(state.subscriptions) >= MOST:
            message = f"The account has {MOST} event subscriptions, which is the most."
            raise AwsError("ResourceQuotaExceededFault", message)
        _require_sources(state, subscription)
        state.subscriptions[subscription.arn] = subscription
        set_tags(state, subscription.arn, Tags)
        answer = subscription.described()
    _settle(state, subscription, "creating")
    return {"EventSubscription": answer}


@operation("dms", "ModifyEventSubscription")
def modify_event_subscription(
    call: Call,
    SubscriptionName: str,
    SnsTopicArn: str | None = None,
    SourceType: str | None = None,
    EventCategories: Sequence[str] | None = None,
    Enabled: bool | None = None,
) -> dict[str, Any]:
    """Change a subscription; what isn't given stays, and has to go with what is."""
    state = state_of(call)
    with state.lock:
        subscription = _find(state, SubscriptionName)
        topic = SnsTopicArn or subscription.topic
        source_type = SourceType or subscription.source_type
        categories = subscription.categories if EventCategories is None else EventCategories
    check_source(source_type, categories, subscription.identifiers)
    if subscription.identifiers and source_type != subscription.source_type:
        raise AwsError(
            "InvalidParameterCombinationException",
            "SourceType can't be changed while the subscription has source identifiers.",
        )
    if SnsTopicArn:
        _require_topic(call, subscription, SnsTopicArn)
    with state.lock:
        subscription.topic, subscription.source_type = topic, source_type
        subscription.categories = tuple(categories)
        subscription.enabled = subscription.enabled if Enabled is None else Enabled
        subscription.status = "modifying"
        answer = subscription.described()
    _settle(state, subscription, "modifying")
    return {"EventSubscription": answer}


@operation("dms", "DeleteEventSubscription")
def delete_event_subscription(call: Call, SubscriptionName: str) -> dict[str, Any]:
    """End a subscription."""
    state = state_of(call)
    with state.lock:
        subscription = _find(state, SubscriptionName)
        if subscription.status == "deleting":
            message = f"{KIND} {subscription.identifier} is being deleted already."
            raise AwsError("InvalidResourceStateFault", message)
        subscription.status = "deleting"
        answer = subscription.described()
    state.later(CHANGE, lambda: state.forget(state.subscriptions, subscription.arn))
    return {"EventSubscription": answer}


@operation("dms", "DescribeEventSubscriptions")
def describe_event_subscriptions(
    call: Call,
    SubscriptionName: str | None = None,
    Filters: Sequence[dict[str, Any]] | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
) -> dict[str, Any]:
    """The subscriptions of the account, or the one of a name."""
    state = state_of(call)
    with state.lock:
        every = list(state.subscriptions.values())
        wanted = [_find(state, SubscriptionName)] if SubscriptionName else every
        found = listing.filtered(
            wanted,
            Filters,
            {
                "event-subscription-arn": lambda each: [each.arn],
                "event-subscription-id": lambda each: [each.identifier],
            },
        )
        subscriptions = listing.described(found, Filters, "Event Subscriptions")
        shown = [subscription.described() for subscription in subscriptions]
    return listing.page(shown, "EventSubscriptionsList", MaxRecords, Marker)


def _settle(state: State, subscription: Subscription, status: str) -> None:
    def settled() -> None:
        if subscription.status == status:
            subscription.status = "active"

    state.later(CHANGE, settled)


def _find(state: State, name: str) -> Subscription:
    for subscription in state.subscriptions.values():
        if subscription.identifier == name.lower():
            return subscription
    raise AwsError("ResourceNotFoundFault", f"{KIND} {name} not found.")


def _require_topic(call: Call, subscription: Subscription, topic: str = "") -> None:
    try:
        sns.require_topic(call.runtime, subscription.sender, topic or subscription.topic)
    except AwsError as error:
        missing = error.code == sns.NO_TOPIC
        code = "SNSInvalidTopicFault" if missing else "SNSNoAuthorizationFault"
        raise AwsError(code, error.message) from None


def _require_sources(state: State, subscription: Subscription) -> None:
    """ResourceNotFoundFault for an instance or a task that is not there."""
    instances = subscription.source_type == INSTANCE
    there = [*state.instances.values()] if instances else [*state.tasks.values()]
    for wanted in subscription.identifiers:
        if wanted not in {each.identifier for each in there}:
            raise AwsError(
                "ResourceNotFoundFault", f"{subscription.source_type} {wanted} not found."
            )
