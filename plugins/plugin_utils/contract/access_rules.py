# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of access.yml: its principals and groups. What they are granted: grant_rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from .names import SERVICE_ROLES
from .options import Problems, problem, unknown

_MAX_ROLE_NAME = 64


def check_account(option: str, arns: Mapping[int, str], owner: str) -> Problems:
    """Report identities of other accounts: `owner` begins the ARNs of the platform's own.

    Lake Formation takes no other administrator, and Redshift knows an identity by its name alone:
    a grant to one of another account would go to that of the same name in this.
    """
    for index, arn in arns.items():
        if not arn.startswith(owner):
            yield problem(option.format(index), arn, f"allowed: an ARN beginning with {owner}")


def check_principals(principals: Mapping[int, Mapping[str, Any]], prefix: str) -> Problems:
    """Report the faults of the principals themselves, their single options being valid.

    `prefix` is what begins the platform's names.
    """
    for index, principal in principals.items():
        path = f"principals[{index}]"
        if bool(principal.get("name")) == bool(principal.get("arn")):
            yield problem(path, principal.get("name"), "allowed: either name or arn")
        if principal.get("arn") and principal.get("trusted"):
            yield problem(f"{path}.trusted", principal["trusted"], "allowed: only beside name")
        if principal.get("name") and not principal.get("trusted"):
            yield problem(
                f"{path}.trusted",
                principal.get("trusted"),
                "allowed: at least one ARN that may take the role",
            )
        yield from _check_name(f"{path}.name", principal.get("name") or "", prefix)
    identities = {index: _identity(each, prefix) for index, each in principals.items()}
    counts = Counter(identities.values())
    for index, identity in identities.items():
        if identity and counts[identity] > 1:
            option = "name" if principals[index].get("name") else "arn"
            yield problem(
                f"principals[{index}].{option}",
                principals[index][option],
                f"another one is the {identity} too; allowed: each identity once",
            )


def _identity(principal: Mapping[str, Any], prefix: str) -> str:
    """What Redshift knows a principal by: whether it is a user or role, and its name alone."""
    if principal.get("name"):
        return f"role {prefix}-{principal['name']}"
    if not principal.get("arn"):
        return ""
    kind, _slash, path = principal["arn"].rpartition(":")[2].partition("/")
    return f"{kind} {path.rpartition('/')[2]}"


def _check_name(path: str, name: str, prefix: str) -> Problems:
    if name in SERVICE_ROLES:
        yield problem(
            path,
            name,
            f"the platform has a role of this name; allowed: not {', '.join(SERVICE_ROLES)}",
        )
    longest = _MAX_ROLE_NAME - len(f"{prefix}-")
    if len(name) > longest:
        yield problem(path, name, f"allowed: at most {longest} characters after {prefix}-")


def check_groups(groups: Mapping[int, Mapping[str, Any]], principals: Any) -> Problems:
    """Report groups of one name, and members that are no principals of the file.

    `principals` is what the file has, right or wrong.
    """
    counts = Counter(group["name"] for group in groups.values())
    given = [item for item in principals or () if isinstance(item, Mapping)]
    known = [str(item.get("name") or item.get("arn")) for item in given]
    for index, group in groups.items():
        if counts[group["name"]] > 1:
            yield problem(
                f"principal_groups[{index}].name",
                group["name"],
                "allowed: a different one for each group",
            )
        for at, member in enumerate(group["members"]):
            if member not in known:
                yield unknown(f"principal_groups[{index}].members[{at}]", member, known)
