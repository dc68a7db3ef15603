"""What the policy of a resource opens to a service of AWS, which acts in nobody's name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.authorization.context import Context
from sandbox.authorization.evaluation import Policies, denial
from sandbox.authorization.refusals import words
from sandbox.authorization.statements import Policy, Request
from sandbox.errors import AwsError
from sandbox.identity import Principal


def require_policy(
    service: str,
    account: str,
    action: str,
    resource: str,
    policy: Policy | None,
    values: Mapping[str, list[str]],
) -> None:
    """AccessDenied unless a resource's policy lets a service do something for an account.

    values are of condition keys: aws:SourceArn, aws:SourceAccount.
    """
    caller = Principal("service", service, service, account)
    request = Request(
        caller, action, resource, Context(caller, values=values).lookup, service=service
    )
    reason = denial(Policies(resource=policy, resource_rules=True), request)
    if reason is not None:
        raise AwsError("AccessDenied", words(request, reason))
