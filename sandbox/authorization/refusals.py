"""How a denial looks: each service has its code, most share the words.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from moto.core.utils import get_service_model

from sandbox.authorization.statements import Request
from sandbox.errors import AwsError

OWN_CODES = {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError"}
# these speak JSON, and kept the codes of the query protocol
AS_QUERY = frozenset({"cloudwatch", "sqs"})
QUERY = frozenset({"query", "rest-xml"})


def words(request: Request, reason: str) -> str:
    """Who may not do what to which resource, and which kind of policy says so."""
    return (
        f"User: {request.principal.arn} is not authorized to perform: {request.action} "
        f"on resource: {request.resource} {reason}"
    )


def refusal(service: str, request: Request, reason: str) -> AwsError:
    """The error of a service for a request that is denied for this reason."""
    text = words(request, reason)
    if service == "ec2":
        text = f"You are not authorized to perform this operation. {text}."
    elif service == "secretsmanager" and request.action.startswith("kms:"):
        text = "Access to KMS is not allowed"
    return AwsError(_code(service), text)


def _code(service: str) -> str:
    if service in OWN_CODES:
        return OWN_CODES[service]
    as_query = service in AS_QUERY or str(get_service_model(service).protocol) in QUERY
    return "AccessDenied" if as_query else "AccessDeniedException"
