"""What one account has in DMS in one region."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.runtime import Runtime

if TYPE_CHECKING:
    from sandbox.services.dms.connection import Connection
    from sandbox.services.dms.endpoint import Endpoint
    from sandbox.services.dms.instance import Instance
    from sandbox.services.dms.migration import Migration
    from sandbox.services.dms.replication import Replication
    from sandbox.services.dms.subnet_group import SubnetGroup
    from sandbox.services.dms.subscription import Subscription
    from sandbox.services.dms.task import Task

ARN_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ARN_LENGTH = 26


class Named(Protocol):
    """A resource that has an identifier and an ARN."""

    @property
    def identifier(self) -> str:
        """Its identifier, in lower case."""

    @property
    def arn(self) -> str:
        """Its ARN."""


Resource = TypeVar("Resource", bound=Named)


class State:
    """All resources by ARN; hold the lock to read and change them."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self.runtime, self.account, self.region = runtime, account, region
        self.lock = threading.RLock()
        self.subnet_groups: dict[str, SubnetGroup] = {}
        self.instances: dict[str, Instance] = {}
        self.endpoints: dict[str, Endpoint] = {}
        self.connections: dict[tuple[str, str], Connection] = {}
        self.tasks: dict[str, Task] = {}
        self.replications: dict[str, Replication] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.tags: dict[str, dict[str, str]] = {}
        runtime.on_stop(self._stop)

    @property
    def migrations(self) -> list[Migration]:
        """The replication tasks and the serverless replications."""
        return [*self.tasks.values(), *self.replications.values()]

    def arn(self, kind: str, suffix: str | None = None) -> str:
        """An ARN; without a suffix it ends in letters made up here, as AWS makes them up."""
        suffix = suffix or "".join(secrets.choice(ARN_LETTERS) for _ in range(ARN_LENGTH))
        return f"arn:aws:dms:{self.region}:{self.account}:{kind}:{suffix}"

    def client(self, service: str) -> Any:
        """A client of another service of this region."""
        return self.runtime.client(service, region=self.region)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something under the lock when the scaled time of AWS is over."""

        def locked() -> None:
            with self.lock:
                action()

        self.runtime.clock.later(seconds, locked)

    def forget(self, resources: dict[str, Resource], arn: str) -> None:
        """A resource is gone, and its tags with it."""
        resources.pop(arn, None)
        self.tags.pop(arn, None)

    def _stop(self) -> None:
        with self.lock:
            migrations = self.migrations
        for migration in migrations:
            migration.interrupt()


def state_of(call: Call) -> State:
    """The state that a request is about."""
    return call.runtime.state(State, call.account, call.region)


def find(resources: dict[str, Resource], arn: str, kind: str) -> Resource:
    """A resource by its ARN; ResourceNotFoundFault when there is none."""
    if arn not in resources:
        raise AwsError("ResourceNotFoundFault", f"{kind} {arn} not found.")
    return resources[arn]


def refuse_taken(resources: Iterable[Named], identifier: str, kind: str) -> None:
    """ResourceAlreadyExistsFault when an identifier is in use."""
    if any(resource.identifier == identifier for resource in resources):
        raise AwsError(
            "ResourceAlreadyExistsFault",
            f"{kind} already exists with the identifier: {identifier}",
        )
