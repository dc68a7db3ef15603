"""Leave that is asked beside that to make and to delete an instance.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
"""

from __future__ import annotations

from sandbox.authorization.dependents import Wanted, dependents
from sandbox.authorization.resources import arn_of
from sandbox.call import Call
from sandbox.services.rds.versions import DEFAULT_MAJOR


@dependents("rds")
def besides_the_action(call: Call) -> list[Wanted]:
    """An instance has an option group, the default one too; a last snapshot is made as any other."""
    asked = call.params
    if call.operation == "CreateDBInstance":
        return [Wanted("rds:CreateDBInstance", arn_of(call, f"og:{_option_group(call)}"))]
    snapshot = asked.get("FinalDBSnapshotIdentifier")
    if call.operation != "DeleteDBInstance" or not snapshot:
        return []
    names = f"db:{asked.get('DBInstanceIdentifier')}", f"snapshot:{snapshot}"
    return [Wanted("rds:CreateDBSnapshot", arn_of(call, name)) for name in names]


def _option_group(call: Call) -> str:
    """The option group of a new instance, which is not among what its tags are put on.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples-create-and-modify-examples.html
    """
    version = str(call.params.get("EngineVersion") or DEFAULT_MAJOR)
    default = f"default:{call.params.get('Engine')}-{version.partition('.')[0]}"
    return str(call.params.get("OptionGroupName") or default)
