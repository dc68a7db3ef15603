"""The policies that are kept for a caller and for a resource: moto keeps them all.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from sandbox.authorization.evaluation import Policies
from sandbox.authorization.statements import Policy
from sandbox.identity import Principal, sessions

EVERYTHING: Policy = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
# of these the resource's own policy must say so first
RULING = frozenset({"kms"})


def policies_for(caller: Principal, resource: str) -> Policies:
    """Every policy that bears on what a caller does to a resource."""
    own, ruling = resource_policy(caller.account, resource)
    if caller.kind == "administrator":
        return Policies(identity=[EVERYTHING], resource=own, resource_rules=ruling)
    holder = _holder(caller)
    if holder is None:  # nobody, or a role that is gone
        return Policies(resource=own, resource_rules=ruling)
    return Policies(
        identity=_identity(caller, holder),
        boundary=_boundary(caller, holder),
        session=_session(caller),
        resource=own,
        resource_rules=ruling,
    )


def tags_of(caller: Principal) -> dict[str, str]:
    """The tags of a caller: of the user or role, and over them those of the session."""
    holder = _holder(caller)
    if holder is None:
        return {}
    tagger = iam_backends[caller.account]["aws"].tagger
    listed = (
        holder.tags if caller.kind == "role" else tagger.list_tags_for_resource(caller.arn)["Tags"]
    )
    session = sessions.get(caller.access_key)
    return {tag["Key"]: tag["Value"] for tag in listed} | dict(session.tags if session else {})


def resource_policy(account: str, resource: str) -> tuple[Policy | None, bool]:
    """A resource's own policy, and whether it must open the resource to IAM first."""
    _, _, service, region, _, name = (*resource.split(":", 5), *[""] * 6)[:6]
    find = _RESOURCES.get(service)
    text = find(account or DEFAULT_ACCOUNT_ID, region, name) if find else ""
    return (_parsed(text) if text else None), bool(text) and service in RULING


def _holder(caller: Principal) -> Any:
    """moto's record of the user or role; None for anybody else, and for a role that is gone."""
    if caller.kind not in {"role", "user"}:
        return None
    backend = iam_backends[caller.account]["aws"]
    kept: Any = backend.roles if caller.kind == "role" else backend.users
    return next((each for each in list(kept.values()) if each.arn == caller.iam_arn), None)


def _identity(caller: Principal, holder: Any) -> list[Policy]:
    groups = []
    if caller.kind == "user":
        every = list(iam_backends[caller.account]["aws"].groups.values())
        groups = [group for group in every if holder in group.users]
    return [policy for each in (holder, *groups) for policy in _attached(each)]


def _attached(holder: Any) -> list[Policy]:
    """The inline and the managed policies of a user, group or role."""
    managed = [_default_version(policy) for policy in list(holder.managed_policies.values())]
    return [_parsed(text) for text in (*list(holder.policies.values()), *managed)]


def _boundary(caller: Principal, holder: Any) -> Policy | None:
    arn = getattr(holder, "permissions_boundary_arn", None)  # moto keeps none of users
    return _managed(caller.account, arn) if arn else None


def _session(caller: Principal) -> list[Policy] | None:
    session = sessions.get(caller.access_key)
    if session is None or not (session.policy or session.policy_arns):
        return None
    own = [_parsed(session.policy)] if session.policy else []
    return [*own, *(_managed(caller.account, arn) for arn in session.policy_arns)]


def _managed(account: str, arn: str) -> Policy:
    """A managed policy by its ARN; one that is gone allows nothing."""
    policy = iam_backends[account]["aws"].managed_policies.get(arn)
    return _parsed(_default_version(policy)) if policy else {}


def _default_version(policy: Any) -> str:
    return next(str(each.document) for each in policy.versions if each.is_default)


@functools.lru_cache(maxsize=1024)
def _parsed(text: str) -> Policy:
    policy: Policy = json.loads(text)
    return policy


def _bucket(account: str, _: str, name: str) -> str:
    bucket = s3_backends[account]["aws"].buckets.get(name.partition("/")[0])
    return bucket.policy.decode() if bucket and bucket.policy else ""


def _key(account: str, region: str, name: str) -> str:
    key = kms_backends[account][region].keys.get(name.removeprefix("key/"))
    return str(key.policy) if key else ""


def _secret(account: str, region: str, name: str) -> str:
    arn = f"arn:aws:secretsmanager:{region}:{account}:{name}"
    secret = secretsmanager_backends[account][region].secrets.get(arn)
    return str(getattr(secret, "policy", None) or "")


def _topic(account: str, region: str, name: str) -> str:
    topic = sns_backends[account][region].topics.get(f"arn:aws:sns:{region}:{account}:{name}")
    return topic.policy if topic else ""


def _queue(account: str, region: str, name: str) -> str:
    queue = sqs_backends[account][region].queues.get(name)
    return str(queue.policy or "") if queue else ""


_RESOURCES: dict[str, Callable[[str, str, str], str]] = {
    "kms": _key,
    "s3": _bucket,
    "secretsmanager": _secret,
    "sns": _topic,
    "sqs": _queue,
}
