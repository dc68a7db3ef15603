"""The plan in force: its faults, which calls they strike, and how often they have struck."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.faults.entries import Entry

REQUESTS = frozenset({"throttle", "error", "connection_reset", "expired_token", "clock_skew"})
"""The kinds that strike requests of clients."""


class Fault:
    """One entry of the plan, with the number of calls that it was about and that it struck."""

    def __init__(self, entry: Entry) -> None:
        self.entry: Any = entry
        self.calls = 0
        self.struck = 0
        self._lock = threading.Lock()

    def strikes(self) -> bool:
        """Count a call that the fault is about; whether it is one that the fault strikes."""
        with self._lock:
            self.calls += 1
            number = self.calls - self.entry.skip
            every = self.entry.every
            hit = number > 0 and (number % every == 0 if every else number <= self.entry.first)
            self.struck += hit
            return bool(hit)

    def strike(self) -> None:
        """Count a strike of a fault that lasts."""
        with self._lock:
            self.calls += 1
            self.struck += 1

    def told(self) -> dict[str, Any]:
        """The entry as JSON, with its counts."""
        shown: dict[str, Any] = self.entry.model_dump(mode="json", exclude_none=True)
        return shown | {"calls": self.calls, "struck": self.struck}


class Faults:
    """What is in force; empty at first. Methods may be called from any thread."""

    def __init__(self) -> None:
        self._all: tuple[Fault, ...] = ()
        self._kinds: dict[str, list[Fault]] = {}
        self.of_requests = False
        """Whether any fault strikes requests."""

    def put(self, entries: Sequence[Entry]) -> None:
        """Put a plan in force, in place of the one before; every count begins at 0."""
        found = tuple(Fault(entry) for entry in entries)
        kinds: dict[str, list[Fault]] = {}
        for fault in found:
            kinds.setdefault(fault.entry.kind, []).append(fault)
        self._all, self._kinds = found, kinds
        self.of_requests = bool(REQUESTS & kinds.keys())

    def told(self) -> dict[str, Any]:
        """The plan with its counts, as the API answers it."""
        return {"faults": [fault.told() for fault in self._all]}

    def on_request(self, service: str, operation: str, caller: str) -> Fault | None:
        """The first fault that strikes a request; each that is about it counts the call."""
        about = [
            fault
            for fault in self._all
            if fault.entry.kind in REQUESTS and fault.entry.is_about(service, operation, caller)
        ]
        return next((fault for fault in about if fault.strikes()), None)

    def on(self, kind: str, matches: Callable[[Any], bool]) -> Fault | None:
        """The first fault of a kind that strikes what its entry matches."""
        about = [fault for fault in self._kinds.get(kind, ()) if matches(fault.entry)]
        return next((fault for fault in about if fault.strikes()), None)

    def delay(self, service: str) -> tuple[float, Fault | None]:
        """How many seconds a service's reads lag behind, and the fault that says so."""
        for fault in self._kinds.get("delayed_consistency", ()):
            if fault.entry.service == service:
                return fault.entry.seconds, fault
        return 0.0, None


faults = Faults()
"""Those of this process, which serves one sandbox."""
