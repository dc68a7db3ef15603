# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of access.yml: its principals, and the tables and columns it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .access_options import GRANT
from .identifiers import unquoted
from .names import SERVICE_ROLES
from .options import Option, Problems, inspect, problem, unknown

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
    kind, _, path = principal["arn"].rpartition(":")[2].partition("/")
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


def check_grants(
    principals: Mapping[int, Mapping[str, Any]],
    tables: Iterable[Mapping[str, Any]],
    names: Iterable[str],
) -> Problems:
    """Report grants on what tables.yml doesn't have, and personal columns granted unnamed.

    `names` are those of all tables; `tables` those of them whose columns can be compared.
    """
    sound = {unquoted(table["name"]): table for table in tables}
    known = {unquoted(name) for name in names}
    for index, principal in principals.items():
        path = f"principals[{index}].tables"
        grants = principal["tables"]
        if not isinstance(grants, Mapping):
            yield problem(path, grants, "allowed: a mapping of table names")
            continue
        for name, grant in grants.items():
            table = unquoted(str(name))
            if table not in known:
                yield unknown(f"{path}.{name}", name, known)
                continue
            faults = list(inspect(f"{path}.{name}", grant, Option(options=GRANT)))
            yield from faults
            if table in sound and not faults:
                yield from _check_grant(f"{path}.{name}", grant, sound[table])


def _check_grant(path: str, grant: Mapping[str, Any], table: Mapping[str, Any]) -> Problems:
    columns = {unquoted(column["name"]).lower(): column for column in table["columns"]}
    named, excluded = grant.get("columns"), grant.get("exclude")
    if named is not None and excluded is not None:
        yield problem(f"{path}.exclude", excluded, "allowed: either columns or exclude")
    if named is not None:
        if not named or len(set(named)) != len(named):
            yield problem(f"{path}.columns", named, "allowed: at least one column, each once")
        for index, name in enumerate(named):
            if unquoted(name).lower() not in columns:
                yield unknown(f"{path}.columns[{index}]", name, columns)
        return
    personal = [name for name, column in columns.items() if column.get("personal")]
    if excluded is None and personal:
        yield problem(
            path,
            dict(grant),
            f"it would grant the personal {', '.join(personal)}; allowed: columns that name them, or exclude: personal",
        )
    if excluded is not None and len(personal) == len(columns):
        yield problem(
            f"{path}.exclude", excluded, "every column is personal; allowed: columns that name some"
        )
