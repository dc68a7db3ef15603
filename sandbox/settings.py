"""What a sandbox is started with, from its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sandbox.errors import StartupError

ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True)
class Settings:
    """One sandbox: its port, where its state lies, how slow its slow resources are.

    latency scales the provisioning times of AWS: 0 is at once, 1 is as long as there. faults is
    the file of the fault plan that it begins with.
    """

    directory: Path
    port: int = 4566
    latency: float = 0.0
    faults: Path | None = None
    account: str = ACCOUNT
    region: str = REGION

    @property
    def endpoint_url(self) -> str:
        """Where every AWS client finds this sandbox."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read SANDBOX_DIR, SANDBOX_PORT, SANDBOX_LATENCY and SANDBOX_FAULTS.

        Raises StartupError naming the variable, its value and what is allowed.
        """
        plan = environment.get("SANDBOX_FAULTS")
        return cls(
            directory=Path(environment.get("SANDBOX_DIR") or ".sandbox").resolve(),
            port=_number(environment, "SANDBOX_PORT", "4566", int, 1, 65535),
            latency=_number(environment, "SANDBOX_LATENCY", "0", float, 0, 100),
            faults=Path(plan).resolve() if plan else None,
        )


Number = TypeVar("Number", int, float)


def _number(
    environment: Mapping[str, str],
    name: str,
    default: str,
    kind: type[Number],
    low: Number,
    high: Number,
) -> Number:
    text = environment.get(name) or default
    try:
        value = kind(text)
        if low <= value <= high:
            return value
    except ValueError:
        pass
    raise StartupError(f"{name} is {text!r}: it must be a number from {low} to {high}")
