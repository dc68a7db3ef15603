"""Who may be a role: what its trust policy says to a service, a user, another role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.sts.models import sts_backends

from sandbox.authorization.collection import policies_for
from sandbox.authorization.context import Context
from sandbox.authorization.decision import reason_against, remember
from sandbox.authorization.evaluation import Policies, denial
from sandbox.authorization.refusals import words
from sandbox.authorization.statements import Policy, Request
from sandbox.errors import AwsError
from sandbox.identity import Principal, principal_of, role_named

ASSUME_ROLE = "sts:AssumeRole"


def service_is_trusted(role_arn: str, service: str, account: str, source_arn: str = "") -> bool:
    """Whether a service such as dms.amazonaws.com may assume the role, for this account.

    source_arn is the resource for which it does so, where its documents say that it tells.
    """
    caller = Principal("service", service, service, account)
    values = {"aws:SourceAccount": [account]}
    values |= {"aws:SourceArn": [source_arn]} if source_arn else {}
    lookup = Context(caller, values=values).lookup
    request = Request(caller, ASSUME_ROLE, role_arn, lookup, service=service)
    trusted = _trust(role_named(role_arn, account))
    return denial(Policies(resource=trusted, resource_rules=True), request) is None


def require_trust(role_arn: str, caller: Principal, told: dict[str, Any]) -> None:
    """AccessDenied unless a caller may be a role with what AssumeRole is told.

    AWS says so, too, when there is no such role, so that nobody can probe for names.
    """
    context = Context(caller, params=told, values=_told(told))
    actions = [ASSUME_ROLE]
    actions += ["sts:TagSession"] if told.get("Tags") else []
    actions += ["sts:SetSourceIdentity"] if told.get("SourceIdentity") else []
    for action in actions:
        if not _may(role_arn, caller, action, context):
            raise AwsError(
                "AccessDenied",
                f"User: {caller.arn} is not authorized to perform: {action} "
                f"on resource: {role_arn}",
            )


def assume_for_service(
    role_arn: str, service: str, account: str, source_arn: str = ""
) -> dict[str, str]:
    """Credentials with which a service acts as a role, as boto3.client takes them.

    AccessDenied when the role is missing or does not trust the service.
    """
    try:
        trusted = service_is_trusted(role_arn, service, account, source_arn)
    except AwsError:
        trusted = False
    if not trusted:
        raise AwsError(
            "AccessDenied",
            f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
        )
    session = sts_backends[account]["aws"].assume_role(
        region_name="us-east-1",
        role_session_name=service.split(".", maxsplit=1)[0],
        role_arn=role_arn,
        policy="",
        duration=3600,
        external_id="",
    )
    return {
        "aws_access_key_id": session.access_key_id,
        "aws_secret_access_key": session.secret_access_key,
        "aws_session_token": session.session_token,
    }


def require_role(role_arn: str, service: str, account: str, action: str, resource: str) -> None:
    """AccessDenied unless a role trusts a service, and may do one thing."""
    credentials = assume_for_service(role_arn, service, account)
    caller = principal_of(credentials["aws_access_key_id"], account)
    request = Request(caller, action, resource, Context(caller).lookup)
    reason = reason_against(request)
    if reason is not None:
        raise AwsError("AccessDenied", words(request, reason))


def _may(role_arn: str, caller: Principal, action: str, context: Context) -> bool:
    try:
        trusted = _trust(role_named(role_arn, caller.account))
    except AwsError:
        return False
    own = policies_for(caller, "")
    policies = Policies(own.identity, own.boundary, own.session, trusted, resource_rules=True)
    request = Request(caller, action, role_arn, context.lookup)
    allowed = denial(policies, request) is None
    remember(request, allowed=allowed)
    return allowed


def _told(told: dict[str, Any]) -> dict[str, list[str]]:
    keys = {
        "sts:ExternalId": "ExternalId",
        "sts:RoleSessionName": "RoleSessionName",
        "sts:SourceIdentity": "SourceIdentity",
    }
    found = {key: [told[name]] for key, name in keys.items() if told.get(name)}
    transitive = told.get("TransitiveTagKeys")
    return found | ({"sts:TransitiveTagKeys": list(transitive)} if transitive else {})


def _trust(role: Any) -> Policy:
    document = role.assume_role_policy_document
    policy: Policy = json.loads(document) if isinstance(document, str) else document
    return policy
