"""A directory for the clusters of one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.engines.postgres import reap


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """A sandbox's directory; what a test leaves in it is reaped."""
    yield tmp_path
    reap(tmp_path)
