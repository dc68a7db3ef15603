"""What an operation asks leave for: the actions whose names differ from it, and the resources.

A resource is written as the end of its ARN, filled with the request's members: "{Name}", or
"{Name=default}". One that begins with "@" is found by a function (see resources.finder); one that
begins with "?" is asked for only where the request names it. An operation that is not listed asks
for the resource "*".

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from sandbox.authorization.tables import (
    access,
    capture,
    catalog,
    messages,
    orchestration,
    storage,
    warehouse,
)

Resources = dict[str, tuple[str, ...]]

RESOURCES: dict[str, Resources] = {
    **access.RESOURCES,
    **capture.RESOURCES,
    **catalog.RESOURCES,
    **messages.RESOURCES,
    **orchestration.RESOURCES,
    **storage.RESOURCES,
    **warehouse.RESOURCES,
}
"""By service, as boto3 names it, and operation."""
