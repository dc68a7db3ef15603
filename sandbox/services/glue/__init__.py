"""Glue: moto keeps databases, tables and partitions; Lake Formation guards them."""

from __future__ import annotations

from sandbox.services.glue import databases, tables

__all__ = ["databases", "tables"]
