"""Runs the AWS CLI as a user would: its console script, told where AWS is by --endpoint-url.

The environment's AWS_ENDPOINT_URL does not reach its commands of rds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.identity import ADMINISTRATOR_KEY

CLIENTS = Path(sys.executable).parent
SECONDS = 120


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    exit_code: int
    output: str
    errors: str


@dataclass(frozen=True)
class AwsCli:
    """The AWS CLI of one caller."""

    endpoint_url: str
    folder: Path
    credentials: dict[str, str]

    def run(self, *words: str) -> Ended:
        """Run `aws <words>` to its end."""
        ended = subprocess.run(
            [CLIENTS / "aws", "--endpoint-url", self.endpoint_url, *words],
            env=self._environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def __call__(self, *words: str) -> Any:
        """The document that a command prints, None where it prints nothing; it must succeed."""
        ended = self.run(*words)
        assert ended.exit_code == 0, f"aws {' '.join(words)}: {ended.errors}"
        return json.loads(ended.output) if ended.output.strip() else None

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "AWS_DEFAULT_REGION": "us-east-1",
            **{name.upper(): value for name, value in self.credentials.items()},
        }


def administrator(endpoint_url: str, folder: Path) -> AwsCli:
    """The CLI with the administrator's key."""
    return AwsCli(endpoint_url, folder, dict(ADMINISTRATOR_KEY))
