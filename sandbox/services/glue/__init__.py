"""Glue: moto keeps databases, tables and partitions, Lake Formation guards them, crawlers are ours."""

from __future__ import annotations

from sandbox.services.glue import crawlers, databases, metrics, partitions, runs, schedules, tables

__all__ = ["crawlers", "databases", "metrics", "partitions", "runs", "schedules", "tables"]
