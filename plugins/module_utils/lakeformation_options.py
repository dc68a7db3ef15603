# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that name grants and resources of Lake Formation, and what they must be like.

Their documentation is in doc_fragments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .errors import ResourceError
from .lakeformation_grants import Atom, atoms_of
from .lakeformation_resources import (
    ALL_PARTS,
    LF_TAG,
    LF_TAG_POLICY,
    WITH_COLUMNS,
    Thing,
    Values,
    permitted_on,
    read,
    text,
)

PERMISSIONS: dict[str, Any] = {
    "type": "list",
    "elements": "str",
    "choices": [
        "ALL",
        "SELECT",
        "ALTER",
        "DROP",
        "DELETE",
        "INSERT",
        "DESCRIBE",
        "CREATE_DATABASE",
        "CREATE_TABLE",
        "DATA_LOCATION_ACCESS",
        "CREATE_LF_TAG",
        "ASSOCIATE",
        "GRANT_WITH_LF_TAG_EXPRESSION",
        "CREATE_LF_TAG_EXPRESSION",
        "CREATE_CATALOG",
        "SUPER_USER",
    ],
}


def name_options(*names: str) -> dict[str, Any]:
    """Options that are required texts."""
    return {name: {"type": "str", "required": True} for name in names}


TAG_OPTIONS: dict[str, Any] = {
    "tag_key": {"type": "str", "required": True, "no_log": False},
    "tag_values": {"type": "list", "elements": "str", "required": True},
}
RESOURCE_OPTIONS: dict[str, Any] = {
    "catalog": {"type": "dict"},
    "database": {"type": "dict", "options": name_options("name")},
    "table": {"type": "dict", "options": name_options("database_name", "name")},
    "data_location": {"type": "dict", "options": name_options("resource_arn")},
    "data_cells_filter": {
        "type": "dict",
        "options": name_options("database_name", "table_name", "name"),
    },
    "lf_tag": {"type": "dict", "options": TAG_OPTIONS},
    "lf_tag_policy": {
        "type": "dict",
        "options": {
            "resource_type": {"type": "str", "required": True, "choices": ["DATABASE", "TABLE"]},
            "expression": {"type": "list", "elements": "dict", "options": TAG_OPTIONS},
            "expression_name": {"type": "str"},
        },
    },
    "lf_tag_expression": {"type": "dict", "options": name_options("name")},
}
COLUMN_OPTIONS: dict[str, Any] = {
    "table_with_columns": {
        "type": "dict",
        "options": {
            **name_options("database_name", "name"),
            "column_names": {"type": "list", "elements": "str"},
            "excluded_column_names": {"type": "list", "elements": "str"},
        },
    },
}
GRANT_OPTIONS: dict[str, Any] = {
    "principal": {"type": "str", "required": True},
    "permissions": {**PERMISSIONS, "required": True},
    "permissions_with_grant_option": PERMISSIONS,
    "resource": {
        "type": "dict",
        "required": True,
        "options": {**RESOURCE_OPTIONS, **COLUMN_OPTIONS},
    },
    "condition": {"type": "str"},
}


def wanted_atoms(grants: list[Values]) -> set[Atom]:
    """The atoms of the option `grants`; ResourceError with all that is wrong in it."""
    problems: list[str] = []
    atoms: set[Atom] = set()
    for index, grant in enumerate(grants):
        where = f"grants[{index}]"
        found = [f"{where}.resource{problem}" for problem in _problems(grant["resource"])]
        if not found:
            found = [f"{where}.permissions {problem}" for problem in _misfits(grant)]
        problems += found
        if not found:
            atoms |= _atoms(grant)
    if problems:
        raise ResourceError("; ".join(problems))
    return atoms


def wanted_thing(resource: Values, where: str) -> tuple[Thing, list[str]]:
    """What the option `resource` names; ResourceError with all that is wrong in it."""
    problems = [where + problem for problem in _problems(resource)]
    if problems:
        raise ResourceError("; ".join(problems))
    found = read(resource)
    if found is None:
        raise AssertionError("_problems() refuses a resource of no kind")
    return found


def _atoms(grant: Values) -> set[Atom]:
    principal = {"data_lake_principal_identifier": grant["principal"]}
    condition = {"expression": grant.get("condition")}
    return atoms_of({**grant, "principal": principal, "condition": condition})


def _problems(resource: Values) -> Iterator[str]:
    """What is wrong with a resource, each as the end of a sentence that names the option."""
    given = {kind: member for kind, member in resource.items() if member is not None}
    if len(given) != 1:
        chosen = ", ".join(given) or "nothing"
        yield f" has {chosen}: it must have exactly one kind of resource"
        return
    ((kind, member),) = given.items()
    if kind == WITH_COLUMNS:
        names, excluded = member.get("column_names"), member.get("excluded_column_names")
        if (names is None) == (excluded is None):
            yield f".{kind} must have either column_names or excluded_column_names"
        elif names == []:
            yield f".{kind}.column_names is empty: all columns are excluded_column_names: []"
    elif kind == LF_TAG:
        yield from (f".{kind}{problem}" for problem in _tag_problems(member, every=True))
    elif kind == LF_TAG_POLICY:
        yield from (f".{kind}{problem}" for problem in _policy_problems(member))


def _policy_problems(member: Values) -> Iterator[str]:
    expression = member.get("expression")
    if (expression is None) == (member.get("expression_name") is None):
        yield " must have either expression or expression_name"
    if expression is not None:
        yield from (f".{problem}" for problem in expression_problems(expression))


def expression_problems(expression: list[Values]) -> Iterator[str]:
    """What is wrong with the option `expression`, each as a sentence that begins with it."""
    if not expression:
        yield "expression is empty: it must have a tag"
    keys = [tag["tag_key"].lower() for tag in expression]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"expression has the key {key} twice: put its values in one list"
    for index, tag in enumerate(expression):
        yield from (f"expression[{index}]{problem}" for problem in _tag_problems(tag, every=False))


def _tag_problems(tag: Values, *, every: bool) -> Iterator[str]:
    values = tag["tag_values"]
    if not values:
        yield ".tag_values is empty: it must have a value"
    elif ALL_PARTS in values and not every:
        yield f".tag_values has {ALL_PARTS}: name the values"
    elif ALL_PARTS in values and len(values) > 1:
        yield f".tag_values has {ALL_PARTS}, which stands for all values, and others"


def _misfits(grant: Values) -> Iterator[str]:
    """What is wrong with the permissions of a grant on a resource that is right."""
    found = read(grant["resource"])
    if found is None:
        raise AssertionError("_problems() refuses a resource of no kind")
    thing = found[0]
    asked = {*grant["permissions"], *(grant.get("permissions_with_grant_option") or [])}
    if not asked:
        yield "is empty: give at least one permission"
        return
    if grant["resource"].get(WITH_COLUMNS) is not None:
        permitted, what = frozenset({"SELECT"}), "columns"
    else:
        permitted, what = permitted_on(thing), text(thing)
    if not asked <= permitted:
        extra, allowed = ", ".join(sorted(asked - permitted)), ", ".join(sorted(permitted))
        yield f"has {extra}: on {what} there is only {allowed}"
