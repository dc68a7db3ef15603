"""The IAM roles that DMS acts as, and the resources for which it does.

Which resource a role is told of is documented for dms-vpc-role (the replication instance) and for
the role of a target endpoint (the endpoint); for subnet groups and logs it is inferred, and the
role that reads a secret is told of none.
https://docs.aws.amazon.com/dms/latest/userguide/cross-service-confused-deputy-prevention.html
"""

from __future__ import annotations

from sandbox.authorization.trust import service_is_trusted
from sandbox.errors import AwsError
from sandbox.services.dms.state import State

SERVICE = "dms.amazonaws.com"
VPC_ROLE = "dms-vpc-role"
LOGS_ROLE = "dms-cloudwatch-logs-role"


def regional_service(region: str) -> str:
    """The principal that reads secrets: that of the region."""
    return f"dms.{region}.amazonaws.com"


def account_role(state: State, name: str, source_arn: str) -> str:
    """The ARN of a role of fixed name; AccessDeniedFault when it is not there or not for DMS.

    source_arn is the resource for which DMS is the role.

    https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole
    """
    arn = f"arn:aws:iam::{state.account}:role/{name}"
    require_trust(state, arn, SERVICE, source_arn)
    return arn


def require_trust(state: State, arn: str, service: str, source_arn: str = "") -> None:
    """AccessDeniedFault unless a role exists that lets DMS be it, for this resource."""
    try:
        trusted = service_is_trusted(arn, service, state.account, source_arn)
    except AwsError:
        trusted = False
    if not trusted:
        raise AwsError("AccessDeniedFault", f"The IAM Role {arn} is not configured properly.")
