"""EventBridge Scheduler: schedules that fire on time and act as their target's role."""

from __future__ import annotations

from sandbox.registry import owns

owns("scheduler")

from sandbox.services.scheduler import groups, schedules  # noqa: E402  of an owned service

__all__ = ["groups", "schedules"]
