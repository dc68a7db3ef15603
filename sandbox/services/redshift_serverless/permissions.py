"""Leave that is asked for a namespace's secret of who makes, changes or deletes the namespace.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftserverless.html
"""

from __future__ import annotations

from sandbox.authorization.dependents import Wanted, dependents
from sandbox.authorization.resources import EVERY, arn_of
from sandbox.call import Call
from sandbox.services.redshift_serverless.inventory import SERVICE, inventory_of
from sandbox.services.redshift_serverless.namespaces import DEFAULT_ADMIN

TO_KEEP = (
    "CreateSecret",
    "DeleteSecret",
    "DescribeSecret",
    "RotateSecret",
    "TagResource",
    "UpdateSecret",
)
TO_DELETE = ("DeleteSecret", "DescribeSecret")


@dependents(SERVICE)
def of_the_secret(call: Call) -> list[Wanted]:
    """A password that is managed is made and kept with the rights of the caller."""
    name = str(call.params.get("namespaceName") or "")
    namespace = inventory_of(call).namespaces.get(name)
    if call.operation == "DeleteNamespace" and namespace and namespace.secret_arn:
        return [Wanted(f"secretsmanager:{each}", namespace.secret_arn) for each in TO_DELETE]
    if call.operation not in ("CreateNamespace", "UpdateNamespace"):
        return []
    if not call.params.get("manageAdminPassword"):
        return []
    known = namespace.database.logins.admin_user if namespace else DEFAULT_ADMIN
    user = call.params.get("adminUsername") or known
    # the last six characters are not known yet
    secret = arn_of(call, f"secret:redshift!{name}-{user}-??????", "secretsmanager")
    kept = [Wanted(f"secretsmanager:{each}", secret) for each in TO_KEEP]
    return [Wanted("secretsmanager:GetRandomPassword", EVERY), *kept]
