"""What the services of one running sandbox share: settings, clock, clients, state, addresses."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from sandbox.addresses import Addresses
from sandbox.authorization.trust import assume_for_service
from sandbox.certificates import Authority
from sandbox.clock import Clock
from sandbox.identity import ADMINISTRATOR_KEY
from sandbox.settings import Settings

State = TypeVar("State")

CLIENT_CONFIG = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=120,
    max_pool_connections=50,
    s3={"addressing_style": "path"},
)
OWN_AGENT = "sandbox-itself"
OWN_CONFIG = CLIENT_CONFIG.merge(Config(user_agent_extra=OWN_AGENT))
"""Of what AWS does without a request: no fault of the plan strikes it."""
PATIENT_CONFIG = CLIENT_CONFIG.merge(Config(retries={"total_max_attempts": 5}))
"""Of services that try again what is throttled or failed; the others tell their caller."""
IMPATIENT = frozenset({"states.amazonaws.com", "scheduler.amazonaws.com"})
CREDENTIAL_SECONDS = 1800


class Runtime:
    """One running sandbox as its services see it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock(settings.latency)
        self.authority = Authority(settings.directory / "tls")
        self._addresses = Addresses(f"{settings.directory}|{settings.port}")
        self._lock = threading.RLock()
        self._states: dict[tuple[Any, str, str], Any] = {}
        self._clients: dict[tuple[str, ...], tuple[float, Any]] = {}
        self._session = boto3.session.Session()
        self._on_stop: list[Callable[[], None]] = []

    def state(
        self, factory: Callable[[Runtime, str, str], State], account: str, region: str
    ) -> State:
        """The one instance of a service's state in an account and region.

        It is made on first use by calling factory(runtime, account, region).
        """
        with self._lock:
            key = (factory, account, region)
            if key not in self._states:
                self._states[key] = factory(self, account, region)
            found: State = self._states[key]
            return found

    def client(
        self,
        service: str,
        role_arn: str | None = None,
        region: str | None = None,
        as_service: str = "",
        source_arn: str = "",
    ) -> Any:
        """A boto3 client of this sandbox, signing as the administrator or as a role.

        A role is assumed by as_service (such as dms.amazonaws.com), which its trust policy must
        name: AwsError AccessDenied otherwise. source_arn is the resource for which the service
        acts, where it tells it. Clients are cached and may be shared by threads.
        """
        region = region or self.settings.region
        key = (service, role_arn or "", region, as_service, source_arn)
        with self._lock:
            made, client = self._clients.get(key, (0.0, None))
            if client is None or (role_arn and time.monotonic() - made > CREDENTIAL_SECONDS):
                credentials = (
                    assume_for_service(role_arn, as_service, self.settings.account, source_arn)
                    if role_arn
                    else ADMINISTRATOR_KEY
                )
                client = self._session.client(
                    service,
                    region_name=region,
                    endpoint_url=self.settings.endpoint_url,
                    config=_config(role_arn, as_service),
                    **credentials,
                )
                self._clients[key] = (time.monotonic(), client)
            return client

    def address(self, name: str, port: int) -> tuple[str, int]:
        """A loopback address for a resource's own server: see Addresses.reserve."""
        return self._addresses.reserve(name, port)

    def release_address(self, name: str) -> None:
        """Give back the address of a resource that is gone."""
        self._addresses.release(name)

    def on_stop(self, action: Callable[[], None]) -> None:
        """Run an action when the sandbox stops; the last registered runs first."""
        self._on_stop.append(action)

    def stop(self) -> None:
        """Stop what the services started; one failure keeps no other from stopping."""
        self.clock.stop()
        while self._on_stop:
            action = self._on_stop.pop()
            try:
                action()
            except Exception:
                traceback.print_exc()


def _config(role_arn: str | None, as_service: str) -> Config:
    if not role_arn:
        return OWN_CONFIG
    return CLIENT_CONFIG if as_service in IMPATIENT else PATIENT_CONFIG
