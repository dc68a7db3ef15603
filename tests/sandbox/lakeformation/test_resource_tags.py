"""LF-tags on databases, tables and columns, and what policies on them let one do."""

from __future__ import annotations

import pytest

from sandbox.services.lakeformation import columns_granted
from tests.sandbox.lake_tools import (
    ACCOUNT,
    COLUMNS,
    entries,
    on_columns,
    on_table,
    principal,
    refused,
)


def test_lf_tags_are_inherited_and_can_be_granted_on(sandbox, lake, database, role, tag):
    key = tag("public", "personal")
    lake.add_lf_tags_to_resource(
        Resource={"Database": {"Name": database}}, LFTags=[{"TagKey": key, "TagValues": ["public"]}]
    )
    lake.add_lf_tags_to_resource(
        Resource=on_columns(database, "email"),
        LFTags=[{"TagKey": key, "TagValues": ["personal"]}],
    )
    tags = lake.get_resource_lf_tags(Resource=on_table(database))
    assert tags["LFTagsOnTable"][0]["TagValues"] == ["public"]
    by_column = {one["Name"]: one["LFTags"][0]["TagValues"] for one in tags["LFTagsOnColumns"]}
    assert by_column == {name: ["personal" if name == "email" else "public"] for name in COLUMNS}
    assigned = lake.get_resource_lf_tags(Resource=on_table(database), ShowAssignedLFTags=True)
    assert assigned["LFTagsOnTable"] == []
    analyst = role()
    policy = {
        "LFTagPolicy": {
            "ResourceType": "TABLE",
            "Expression": [{"TagKey": key, "TagValues": ["public"]}],
        }
    }
    lake.grant_permissions(
        Principal=principal(analyst), Resource=policy, Permissions=["SELECT", "DESCRIBE"]
    )
    granted = columns_granted(sandbox, ACCOUNT, "us-east-1", analyst, database, "orders")
    assert granted == set(COLUMNS) - {"email"}
    (resource, permissions, _), *more = entries(lake, analyst)
    assert (resource["LFTagPolicy"]["ResourceType"], permissions, more) == (
        "TABLE",
        ["DESCRIBE", "SELECT"],
        [],
    )
    assert refused(lake.update_lf_tag, TagKey=key, TagValuesToDelete=["public"])[0] == (
        "InvalidInputException"
    )
    lake.delete_lf_tag(TagKey=key)
    assert refused(lake.get_lf_tag, TagKey=key)[0] == "EntityNotFoundException"


def test_a_new_value_takes_the_place_of_the_old_one(lake, database, tag):
    key = tag("public", "personal")
    for value in ("public", "PERSONAL"):
        tags = [{"TagKey": key.upper(), "TagValues": [value]}]
        assert (
            lake.add_lf_tags_to_resource(Resource=on_table(database), LFTags=tags)["Failures"] == []
        )
    assigned = lake.get_resource_lf_tags(Resource=on_table(database), ShowAssignedLFTags=True)
    assert assigned["LFTagsOnTable"] == [
        {"CatalogId": ACCOUNT, "TagKey": key, "TagValues": ["personal"]}
    ]


def test_what_cannot_be_assigned_is_told_tag_by_tag(lake, database, tag):
    key = tag("public")
    wanted = [
        {"TagKey": key, "TagValues": ["public"]},
        {"TagKey": "nothing", "TagValues": ["public"]},
        {"TagKey": tag("public"), "TagValues": ["secret"]},
    ]
    failures = lake.add_lf_tags_to_resource(Resource=on_table(database), LFTags=wanted)["Failures"]
    assert [failure["LFTag"] for failure in failures] == wanted[1:]
    assert {failure["Error"]["ErrorCode"] for failure in failures} == {"EntityNotFoundException"}
    removed = lake.remove_lf_tags_from_resource(
        Resource={"Database": {"Name": database}}, LFTags=wanted[:1]
    )
    assert removed["Failures"][0]["Error"]["ErrorCode"] == "EntityNotFoundException"


@pytest.mark.parametrize(
    ("tags", "fragment"),
    [
        ([("a", ["x", "y"])], "size not equal to 1"),
        ([("a", ["*"])], "wild card was found"),
        ([("a", ["x"]), ("A", ["y"])], "duplicate tag key"),
        ([(f"k{number}", ["x"]) for number in range(51)], "less than or equal to 50"),
    ],
)
def test_a_wrong_list_of_tags_is_refused(lake, database, tags, fragment):
    wanted = [{"TagKey": key, "TagValues": values} for key, values in tags]
    code, message = refused(
        lake.add_lf_tags_to_resource, Resource=on_table(database), LFTags=wanted
    )
    assert code == "InvalidInputException"
    assert fragment in message


def test_only_named_columns_databases_and_tables_carry_tags(lake, database):
    wanted = [{"TagKey": "any", "TagValues": ["x"]}]
    for resource in (
        on_columns(database, ExcludedColumnNames=["email"]),
        {"Table": {"DatabaseName": database, "TableWildcard": {}}},
        {"Catalog": {}},
    ):
        code, _ = refused(lake.add_lf_tags_to_resource, Resource=resource, LFTags=wanted)
        assert code == "InvalidInputException"
    assert (
        refused(lake.get_resource_lf_tags, Resource=on_table(database, "nothing"))[0]
        == "EntityNotFoundException"
    )


def test_a_resource_carries_at_most_fifty_tags(lake, database, tag):
    wanted = [{"TagKey": tag("x"), "TagValues": ["x"]} for _ in range(51)]
    resource = {"Database": {"Name": database}}
    assert lake.add_lf_tags_to_resource(Resource=resource, LFTags=wanted[:50])["Failures"] == []
    (failure,) = lake.add_lf_tags_to_resource(Resource=resource, LFTags=wanted[50:])["Failures"]
    assert failure["Error"]["ErrorCode"] == "InvalidInputException"


def test_to_tag_one_needs_the_tag_and_the_resource(aws, lake, database, role, assume, tag):
    key, steward = tag("public", "personal"), role("steward")
    as_steward = aws("lakeformation", **assume(steward))
    wanted = [{"TagKey": key, "TagValues": ["public"]}]
    code, _ = refused(
        as_steward.add_lf_tags_to_resource, Resource=on_table(database), LFTags=wanted
    )
    assert code == "AccessDeniedException"
    lake.grant_permissions(
        Principal=principal(steward),
        Resource=on_table(database),
        Permissions=["ALL"],
        PermissionsWithGrantOption=["ALL"],
    )
    (failure,) = as_steward.add_lf_tags_to_resource(Resource=on_table(database), LFTags=wanted)[
        "Failures"
    ]
    assert failure["Error"]["ErrorCode"] == "AccessDeniedException"
    assert refused(as_steward.get_lf_tag, TagKey=key)[0] == "AccessDeniedException"
    lake.grant_permissions(
        Principal=principal(steward),
        Resource={"LFTag": {"TagKey": key, "TagValues": ["public"]}},
        Permissions=["ASSOCIATE"],
    )
    assert as_steward.get_lf_tag(TagKey=key)["TagValues"] == ["public"]
    assert (
        as_steward.add_lf_tags_to_resource(Resource=on_table(database), LFTags=wanted)["Failures"]
        == []
    )
    personal = [{"TagKey": key, "TagValues": ["personal"]}]
    assert as_steward.add_lf_tags_to_resource(Resource=on_table(database), LFTags=personal)[
        "Failures"
    ]


def test_a_policy_opens_the_tables_of_a_database_and_the_columns_of_a_table(
    aws, lake, database, role, assume, tag
):
    key, analyst = tag("open"), role()
    glue = aws("glue", **assume(analyst))
    for kind, permissions in (("DATABASE", ["CREATE_TABLE"]), ("TABLE", ["SELECT"])):
        expression = [{"TagKey": key, "TagValues": ["open"]}]
        lake.grant_permissions(
            Principal=principal(analyst),
            Resource={"LFTagPolicy": {"ResourceType": kind, "Expression": expression}},
            Permissions=permissions,
        )
    table = {"Name": "mine", "StorageDescriptor": {"Columns": []}}
    assert refused(glue.create_table, DatabaseName=database, TableInput=table)[0] == (
        "AccessDeniedException"
    )
    assert refused(glue.get_table, DatabaseName=database, Name="orders")[0] == (
        "AccessDeniedException"
    )
    tags = [{"TagKey": key, "TagValues": ["open"]}]
    lake.add_lf_tags_to_resource(Resource=on_columns(database, "order_id"), LFTags=tags)
    found = glue.get_table(DatabaseName=database, Name="orders")["Table"]
    assert [column["Name"] for column in found["StorageDescriptor"]["Columns"]] == ["order_id"]
    lake.add_lf_tags_to_resource(Resource={"Database": {"Name": database}}, LFTags=tags)
    glue.create_table(DatabaseName=database, TableInput=table)
    found = glue.get_table(DatabaseName=database, Name="orders")["Table"]
    assert len(found["StorageDescriptor"]["Columns"]) == len(COLUMNS)
