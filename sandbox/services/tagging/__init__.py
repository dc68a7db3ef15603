"""The Resource Groups Tagging API: tags of the resources of all services, read and changed."""

from sandbox.services.tagging import operations  # noqa: F401
