"""Secrets Manager: moto's, but for what moto takes and the service refuses."""

from __future__ import annotations

from sandbox.services.secretsmanager import batches, keys, secrets

__all__ = ["batches", "keys", "secrets"]
