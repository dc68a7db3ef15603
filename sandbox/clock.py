"""The sandbox's time: how long slow things take, and what happens later."""

from __future__ import annotations

import datetime
import threading
import traceback
from collections.abc import Callable


class Clock:
    """Tells the time and runs what a slow resource does in the background."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._stopped = False

    @staticmethod
    def now() -> datetime.datetime:
        """The time in UTC, with its zone."""
        return datetime.datetime.now(datetime.UTC)

    def delay(self, provisioning_seconds: float) -> float:
        """How long something takes here that takes so many seconds on AWS."""
        return provisioning_seconds * self._latency

    def after(self, seconds: float, action: Callable[[], None]) -> threading.Timer:
        """Run an action once, so many real seconds from now, unless the sandbox has stopped."""

        def run() -> None:
            if self._stopped:
                return
            try:
                action()
            except Exception:  # a background action has nobody to raise to: the log gets it
                if not self._stopped:
                    traceback.print_exc()

        timer = threading.Timer(seconds, run)
        timer.daemon = True
        timer.start()
        return timer

    def later(self, provisioning_seconds: float, action: Callable[[], None]) -> threading.Timer:
        """Run an action in the background when its scaled provisioning time is over."""
        return self.after(self.delay(provisioning_seconds), action)

    def stop(self) -> None:
        """Let no pending action start any more."""
        self._stopped = True
