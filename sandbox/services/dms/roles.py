"""The IAM roles that DMS acts as."""

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


def account_role(state: State, name: str) -> str:
    """The ARN of a role of fixed name; AccessDeniedFault when it is not there or not for DMS.

    https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole
    """
    arn = f"arn:aws:iam::{state.account}:role/{name}"
    require_trust(state, arn, SERVICE)
    return arn


def require_trust(state: State, arn: str, service: str) -> None:
    """AccessDeniedFault unless a role exists that lets DMS be it."""
    try:
        trusted = service_is_trusted(arn, service, state.account)
    except AwsError:
        trusted = False
    if not trusted:
        raise AwsError("AccessDeniedFault", f"The IAM Role {arn} is not configured properly.")
