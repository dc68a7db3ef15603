"""Which workgroups and namespaces requests are about: their ARNs end in IDs, not in names."""

from __future__ import annotations

from sandbox.authorization.resources import arn_of, finder
from sandbox.call import Call
from sandbox.services.redshift_serverless.inventory import SERVICE, inventory_of


@finder(SERVICE, "workgroup")
def workgroup(call: Call) -> list[str]:
    """The workgroup that a request names, by name or ARN; one that is not there has its name."""
    name = str(call.params.get("workgroupName") or call.params.get("WorkgroupName") or "")
    if not name or name.startswith("arn:"):
        return [name] if name else []
    found = inventory_of(call).workgroups.get(name)
    return [found.arn if found else arn_of(call, f"workgroup/{name}", SERVICE)]


@finder(SERVICE, "namespace")
def namespace(call: Call) -> list[str]:
    """The namespace that a request names; one that is not there has its name."""
    name = str(call.params.get("namespaceName") or "")
    found = inventory_of(call).namespaces.get(name)
    return [found.arn if found else arn_of(call, f"namespace/{name}")]
