"""Who can be granted something."""

from __future__ import annotations

import re
from typing import Any

from moto.iam.models import iam_backends

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.identity import is_known
from sandbox.services.lakeformation.lake import IAM_ALLOWED
from sandbox.services.lakeformation.targets import invalid

ACCOUNT = re.compile(r"\d{12}")
IAM = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):(user|role|group|saml-provider|federated-user)/.+")
OTHER = re.compile(r"arn:aws[\w-]*:(quicksight|organizations|identitystore|sso)::?.+")


def require_own_catalog(call: Call, catalog_id: str | None) -> None:
    """EntityNotFoundException for another account's catalog: the sandbox knows one account."""
    if catalog_id and catalog_id.split(":", maxsplit=1)[0] != call.account:
        raise AwsError("EntityNotFoundException", f"Catalog {catalog_id} not found.")


def require_principal(call: Call, identifier: str, *, group: bool = True) -> None:
    """InvalidInputException unless this is a principal, and, in this account, one that exists."""
    if group and identifier in {IAM_ALLOWED, "EVERYONE", f"{call.account}:IAMPrincipals"}:
        return
    if group and (ACCOUNT.fullmatch(identifier) or OTHER.fullmatch(identifier)):
        return
    matched = IAM.fullmatch(identifier)
    if matched is None:
        raise invalid(f"Invalid principal, {identifier}")
    account, kind = matched.groups()
    if account == call.account and kind in {"user", "role"}:
        backend = iam_backends[account]["aws"]
        known = {user.arn for user in backend.users.values()}
        known |= {role.arn for role in backend.roles.values() if is_known(role)}
        # the sandbox's administrator is everybody whom IAM does not know
        if identifier not in known | {f"arn:aws:iam::{account}:user/administrator"}:
            raise invalid(f"Invalid principal, {identifier}")


def require_own_resource(call: Call, resource: dict[str, Any]) -> None:
    """require_own_catalog for the CatalogId within a Resource structure."""
    for member in resource.values():
        if isinstance(member, dict):
            require_own_catalog(call, member.get("CatalogId") or member.get("TableCatalogId"))
