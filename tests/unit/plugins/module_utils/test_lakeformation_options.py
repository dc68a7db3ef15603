"""Grants that cannot be are refused before any call, all at once."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.errors import ResourceError
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_options import (
    PERMISSIONS,
    wanted_atoms,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_resources import (
    KINDS,
    TYPES,
)
from botocore.session import get_session

TABLE = {"database_name": "lake", "name": "orders"}


def grant(resource: dict[str, Any], *permissions: str) -> dict[str, Any]:
    return {"principal": "arn:role", "permissions": list(permissions), "resource": resource}


def policy(kind: str = "TABLE", **members: Any) -> dict[str, Any]:
    return {"lf_tag_policy": {"resource_type": kind, **members}}


def tag(*values: str, key: str = "k") -> dict[str, Any]:
    return {"tag_key": key, "tag_values": list(values)}


@pytest.mark.parametrize(
    ("resource", "permission", "problem"),
    [
        (
            {"database": {"name": "lake"}},
            "SELECT",
            "permissions has SELECT: on database lake there is only ALL, ALTER, CREATE_TABLE",
        ),
        ({"table": TABLE}, "CREATE_TABLE", "on table lake.orders there is only ALL, ALTER, DELETE"),
        ({"catalog": {}}, "DATA_LOCATION_ACCESS", "on catalog there is only"),
        ({"data_location": {"resource_arn": "arn"}}, "ALL", "only DATA_LOCATION_ACCESS"),
        ({"lf_tag": tag("a")}, "SELECT", "on LF-tag k there is only ALTER, ASSOCIATE"),
        ({"lf_tag_expression": {"name": "e"}}, "ASSOCIATE", "there is only ALTER, DESCRIBE"),
        (policy("DATABASE", expression_name="e"), "SELECT", "there is only ALL, ALTER, CREATE"),
        (policy(expression=[tag("a")]), "CREATE_TABLE", "on tables tagged k=a there is only"),
        (policy(), "SELECT", "must have either expression or expression_name"),
        (policy(expression=[], expression_name="e"), "SELECT", "must have either expression or"),
        (policy(expression=[]), "SELECT", "expression is empty"),
        (policy(expression=[tag()]), "SELECT", "expression[0].tag_values is empty"),
        (policy(expression=[tag("*")]), "SELECT", "expression[0].tag_values has *: name the"),
        (policy(expression=[tag("a"), tag("b", key="K")]), "SELECT", "has the key k twice"),
        ({"lf_tag": tag("a", "*")}, "ALTER", "stands for all values, and others"),
        ({"table_with_columns": TABLE}, "SELECT", "must have either column_names or excluded"),
        (
            {"table_with_columns": {**TABLE, "column_names": []}},
            "SELECT",
            "column_names is empty: all columns are excluded_column_names: []",
        ),
    ],
)
def test_a_grant_that_cannot_be_is_refused(resource, permission, problem):
    with pytest.raises(ResourceError) as raised:
        wanted_atoms([grant(resource, permission)])
    assert problem in raised.value.message


def test_all_that_is_wrong_is_told_at_once():
    wrong = [grant({}, "ALL"), grant({"catalog": {}}), grant({"database": {"name": "l"}}, "INSERT")]
    with pytest.raises(ResourceError) as raised:
        wanted_atoms(wrong)
    told = raised.value.message.split("; ")
    assert [problem.split(" ")[0] for problem in told] == [
        "grants[0].resource",
        "grants[1].permissions",
        "grants[2].permissions",
    ]


def test_what_can_be_granted_is_what_the_api_knows():
    model = get_session().get_service_model("lakeformation")
    known = set(model.shape_for("Permission").enum)
    assert known - set(PERMISSIONS["choices"]) <= {"EXECUTE"}  # of functions, not served
    assert set(PERMISSIONS["choices"]) <= known
    assert set().union(*(kind.permissions for kind in KINDS.values())) == set(
        PERMISSIONS["choices"]
    )
    types = set(model.shape_for("DataLakeResourceType").enum)
    assert {name for names in TYPES.values() for name in names} <= types
