"""Grants on LF-tags, on policies of them, and on saved expressions."""

from __future__ import annotations

import uuid

import pytest

from sandbox.services.lakeformation import columns_granted
from tests.sandbox.lake_tools import (
    ACCOUNT,
    ADMINISTRATOR,
    COLUMNS,
    entries,
    on_table,
    principal,
    refused,
)


def on_tag(key, *values):
    return {"LFTag": {"TagKey": key, "TagValues": list(values)}}


def policy(kind="TABLE", **members):
    return {"LFTagPolicy": {"ResourceType": kind, **members}}


def test_values_of_a_tag_are_granted_and_revoked_one_by_one(lake, role, tag):
    key, steward = tag("a", "b", "c"), role("steward")
    for values in (["b"], ["A", "c"]):
        lake.grant_permissions(
            Principal=principal(steward),
            Resource=on_tag(key, *values),
            Permissions=["DESCRIBE", "ASSOCIATE"],
        )
    lake.revoke_permissions(
        Principal=principal(steward), Resource=on_tag(key, "b"), Permissions=["ASSOCIATE"]
    )
    written = {"CatalogId": ACCOUNT, "TagKey": key}
    expected = [
        ({"LFTag": written | {"TagValues": ["b"]}}, ["DESCRIBE"], []),
        ({"LFTag": written | {"TagValues": ["a", "c"]}}, ["ASSOCIATE", "DESCRIBE"], []),
    ]
    assert entries(lake, steward) == expected
    assert entries(lake, steward, Resource=on_tag(key, "*")) == expected
    assert entries(lake, steward, Resource=on_tag(key, "b")) == expected[:1]
    of_all = lake.list_permissions(Resource=on_tag(key, "*"))["PrincipalResourcePermissions"]
    assert {one["Principal"]["DataLakePrincipalIdentifier"] for one in of_all} == {
        ADMINISTRATOR,
        steward,
    }
    assert refused(
        lake.revoke_permissions,
        Principal=principal(steward),
        Resource=on_tag(key, "a", "b"),
        Permissions=["ASSOCIATE"],
    ) == ("InvalidInputException", "No permissions revoked. Grantee does not have:[ASSOCIATE]")
    assert len(entries(lake, steward)) == 2


def test_who_holds_a_part_of_the_values_cannot_change_the_tag(aws, lake, role, assume, tag):
    key, steward = tag("a", "b"), role("steward")
    lake.grant_permissions(
        Principal=principal(steward), Resource=on_tag(key, "a", "b"), Permissions=["ALTER"]
    )
    as_steward = aws("lakeformation", **assume(steward))
    change = {"TagKey": key, "TagValuesToAdd": ["c"]}
    assert refused(as_steward.update_lf_tag, **change)[0] == "AccessDeniedException"
    lake.grant_permissions(
        Principal=principal(steward), Resource=on_tag(key, "*"), Permissions=["ALTER"]
    )
    as_steward.update_lf_tag(**change)
    assert lake.get_lf_tag(TagKey=key)["TagValues"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("members", "permissions", "code"),
    [
        ({"Expression": [("nothing", ["a"])]}, ["SELECT"], "EntityNotFoundException"),
        ({"Expression": [("KEY", ["z"])]}, ["SELECT"], "InvalidInputException"),
        ({"Expression": [("KEY", ["*"])]}, ["SELECT"], "InvalidInputException"),
        ({"Expression": [("KEY", ["a"]), ("KEY", ["b"])]}, ["SELECT"], "InvalidInputException"),
        ({"Expression": [("KEY", ["a"])]}, ["CREATE_TABLE"], "InvalidInputException"),
        ({"ExpressionName": "nothing"}, ["SELECT"], "EntityNotFoundException"),
        ({}, ["SELECT"], "InvalidInputException"),
    ],
)
def test_a_wrong_policy_is_refused(lake, role, tag, members, permissions, code):
    key = tag("a", "b")
    written = dict(members)
    if "Expression" in members:
        written["Expression"] = [
            {"TagKey": key if name == "KEY" else name, "TagValues": values}
            for name, values in members["Expression"]
        ]
    assert (
        refused(
            lake.grant_permissions,
            Principal=principal(role()),
            Resource=policy(**written),
            Permissions=permissions,
        )[0]
        == code
    )


def test_the_same_policy_in_other_words_is_one_grant(lake, role, tag):
    analyst = role()
    one, other = tag("a", "b"), tag("x")
    pairs = [
        {"TagKey": one, "TagValues": ["b", "a"]},
        {"TagKey": other.upper(), "TagValues": ["X"]},
    ]
    for expression, permission in ((pairs, "SELECT"), (pairs[::-1], "DESCRIBE")):
        lake.grant_permissions(
            Principal=principal(analyst),
            Resource=policy(Expression=expression),
            Permissions=[permission],
        )
    ((_, permissions, _),) = entries(lake, analyst)
    assert permissions == ["DESCRIBE", "SELECT"]
    listed = lake.list_permissions(ResourceType="LF_TAG_POLICY_TABLE")
    assert analyst in str(listed)
    assert analyst not in str(lake.list_permissions(ResourceType="LF_TAG_POLICY_DATABASE"))


def test_a_grant_that_names_an_expression_follows_it(sandbox, lake, database, role, tag):
    key, analyst, name = tag("open", "closed"), role(), f"expression-{uuid.uuid4().hex[:6]}"
    opened = [{"TagKey": key, "TagValues": ["open"]}]
    lake.create_lf_tag_expression(Name=name, Expression=opened, Description="What is open")
    assert refused(lake.create_lf_tag_expression, Name=name, Expression=opened)[0] == (
        "InvalidInputException"
    )
    assert lake.get_lf_tag_expression(Name=name)["Expression"] == opened
    assert name in {one["Name"] for one in lake.list_lf_tag_expressions()["LFTagExpressions"]}
    lake.add_lf_tags_to_resource(Resource=on_table(database), LFTags=opened)
    lake.grant_permissions(
        Principal=principal(analyst), Resource=policy(ExpressionName=name), Permissions=["SELECT"]
    )

    def readable():
        return columns_granted(sandbox, ACCOUNT, "us-east-1", analyst, database, "orders")

    assert readable() == set(COLUMNS)
    lake.update_lf_tag_expression(Name=name, Expression=[{"TagKey": key, "TagValues": ["closed"]}])
    assert readable() == set()
    lake.delete_lf_tag_expression(Name=name)
    assert entries(lake, analyst) == []
    assert refused(lake.get_lf_tag_expression, Name=name)[0] == "EntityNotFoundException"


def test_an_expression_needs_its_permissions(aws, lake, role, assume, tag):
    key, steward, name = tag("a"), role("steward"), f"expression-{uuid.uuid4().hex[:6]}"
    expression = [{"TagKey": key, "TagValues": ["a"]}]
    as_steward = aws("lakeformation", **assume(steward))
    asked = {"Name": name, "Expression": expression}
    assert refused(as_steward.create_lf_tag_expression, **asked)[0] == "AccessDeniedException"
    lake.grant_permissions(
        Principal=principal(steward),
        Resource={"Catalog": {}},
        Permissions=["CREATE_LF_TAG_EXPRESSION"],
    )
    assert refused(as_steward.create_lf_tag_expression, **asked)[0] == "AccessDeniedException"
    lake.grant_permissions(
        Principal=principal(steward),
        Resource=on_tag(key, "a"),
        Permissions=["GRANT_WITH_LF_TAG_EXPRESSION"],
    )
    as_steward.create_lf_tag_expression(**asked)
    reader = role()
    as_reader = aws("lakeformation", **assume(reader))
    assert refused(as_reader.get_lf_tag_expression, Name=name)[0] == "AccessDeniedException"
    lake.grant_permissions(
        Principal=principal(reader),
        Resource={"LFTagExpression": {"Name": name}},
        Permissions=["DESCRIBE"],
    )
    assert as_reader.get_lf_tag_expression(Name=name)["Name"] == name
    listed = lake.list_permissions(ResourceType="LF_NAMED_TAG_EXPRESSION")
    assert reader in str(listed)
    assert refused(as_reader.delete_lf_tag_expression, Name=name)[0] == "AccessDeniedException"
