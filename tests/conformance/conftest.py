"""One sandbox for all tests of conformance: that of tests/sandbox."""

from __future__ import annotations

from tests.sandbox.conftest import assume, aws, sandbox

__all__ = ["assume", "aws", "sandbox"]
