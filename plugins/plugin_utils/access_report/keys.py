# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways around the doors: files, other roles, secrets, session tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .iam import admits, allows, denies
from .views import NOTHING, View, opened

Values = dict[str, Any]

_MANAGED = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
"""What is taken for granted of policies whose text isn't read: anything."""


def policies(reader: Values, facts: Values) -> list[Values]:
    """The policies of a principal; of one that the platform didn't make, whatever they may be."""
    found = facts["roles"].get(reader["role_name"] or "", {"policies": [_MANAGED], "managed": []})
    return [*found["policies"], *([_MANAGED] if found["managed"] else [])]


def files(reader: Values, bucket_arn: str, prefix: str, columns: list[str], facts: Values) -> View:
    """A file has all columns: whoever may read it reads them all."""
    arn, resource = reader["arn"], f"{bucket_arn}/{prefix}file"
    named, _by_account = admits(facts["bucket"], "s3:GetObject", arn)
    able = named or allows(policies(reader, facts), "s3:GetObject", resource, arn)
    if able and not denies(facts["bucket"], "s3:GetObject", resource, arn):
        return opened(columns)
    return NOTHING


def ways_around(reader: Values, access: Values, facts: Values) -> Iterator[tuple[str, bool]]:
    """What none may do, and whether this one may."""
    arn, own = reader["arn"], policies(reader, facts)
    roles = [
        name
        for name in access["service_roles"]
        if name in facts["roles"]
        and _assumes(arn, own, facts["roles"][name]["trust"], access, name)
    ]
    yield "take a service role", bool(roles)
    trust = facts["roles"].get(reader["role_name"] or "", {}).get("trust", {})
    yield "choose database roles by a session tag", _tags(trust)
    yield (
        "read a secret",
        any(
            allows(own, "secretsmanager:GetSecretValue", secret, arn)
            for secret in access["secrets"]
        ),
    )


def _assumes(arn: str, own: list[Values], trust: Values, access: Values, name: str) -> bool:
    named, by_account = admits(trust, "sts:AssumeRole", arn)
    role = access["service_roles"][name]
    return named or (by_account and allows(own, "sts:AssumeRole", role, arn))


def _tags(trust: Values) -> bool:
    """A trust policy with sts:TagSession, or with any action of sts, takes tags."""
    statements = trust.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        actions = statement.get("Action", [])
        for action in actions if isinstance(actions, list) else [actions]:
            if statement["Effect"] == "Allow" and action in ("sts:TagSession", "sts:*", "*"):
                return True
    return False
