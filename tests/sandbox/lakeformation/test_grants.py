"""Granting and revoking: grants add up, revokes are exact, wrong ones are refused."""

from __future__ import annotations

import pytest

from sandbox.services.lakeformation import columns_granted
from tests.sandbox.lake_tools import ACCOUNT, entries, on_columns, on_table, principal, refused


def test_an_iam_administrator_alone_cannot_grant(aws, lake, database, role, assume):
    other = aws("lakeformation", **assume(role("other-admin")))
    code, message = refused(
        other.grant_permissions,
        Principal=principal(role()),
        Resource=on_table(database),
        Permissions=["DESCRIBE"],
    )
    assert (code, "not authorized" in message) == ("AccessDeniedException", True)


def test_all_but_some_columns(sandbox, lake, database, role):
    analyst = role()
    excluding = on_columns(database, ExcludedColumnNames=["email"])
    lake.grant_permissions(Principal=principal(analyst), Resource=excluding, Permissions=["SELECT"])
    granted = columns_granted(sandbox, ACCOUNT, "us-east-1", analyst, database, "orders")
    assert granted == {"order_id", "user_id", "total_amount"}
    assert refused(
        lake.revoke_permissions,
        Principal=principal(analyst),
        Resource=on_table(database),
        Permissions=["SELECT"],
    ) == (
        "InvalidInputException",
        "No permissions revoked. Grantee does not have:[SELECT]",
    )
    lake.revoke_permissions(
        Principal=principal(analyst), Resource=excluding, Permissions=["SELECT"]
    )
    assert entries(lake, analyst) == []


def test_columns_that_may_be_passed_on_are_named(lake, database, role):
    grant = {
        "Principal": principal(role("steward")),
        "Permissions": ["SELECT"],
        "PermissionsWithGrantOption": ["SELECT"],
    }
    excluding = on_columns(database, ExcludedColumnNames=["email"])
    code, message = refused(lake.grant_permissions, Resource=excluding, **grant)
    assert (code, "ExcludedColumnNames" in message) == ("InvalidInputException", True)
    lake.grant_permissions(Resource=on_columns(database, ExcludedColumnNames=[]), **grant)
    lake.grant_permissions(Resource=on_columns(database, "order_id"), **grant)


def test_revoking_some_columns_leaves_the_others(lake, database, role):
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst),
        Resource=on_columns(database, "order_id", "email"),
        Permissions=["SELECT"],
    )
    email = on_columns(database, "email")
    lake.revoke_permissions(Principal=principal(analyst), Resource=email, Permissions=["SELECT"])
    (resource, _, _), *more = entries(lake, analyst)
    assert (resource["TableWithColumns"]["ColumnNames"], more) == (["order_id"], [])
    code, message = refused(
        lake.revoke_permissions,
        Principal=principal(analyst),
        Resource=email,
        Permissions=["SELECT"],
    )
    assert (code, message) == (
        "InvalidInputException",
        "No permissions revoked. Grantee does not have:[SELECT]",
    )


def test_revoking_from_somebody_who_holds_nothing(lake, database, role):
    assert refused(
        lake.revoke_permissions,
        Principal=principal(role()),
        Resource=on_table(database),
        Permissions=["DESCRIBE"],
    ) == (
        "InvalidInputException",
        "No permissions revoked. Grantee has no permissions and no grantable permissions on "
        "resource.",
    )


def test_the_grant_option_lets_others_grant(aws, lake, database, role, assume):
    steward, analyst = role("steward"), role()
    lake.grant_permissions(
        Principal=principal(steward),
        Resource=on_columns(database, "order_id"),
        Permissions=["SELECT"],
        PermissionsWithGrantOption=["SELECT"],
    )
    as_steward = aws("lakeformation", **assume(steward))
    as_steward.grant_permissions(
        Principal=principal(analyst),
        Resource=on_columns(database, "order_id"),
        Permissions=["SELECT"],
    )
    assert len(entries(lake, analyst)) == 1
    assert (
        refused(
            as_steward.grant_permissions,
            Principal=principal(analyst),
            Resource=on_columns(database, "email"),
            Permissions=["SELECT"],
        )[0]
        == "AccessDeniedException"
    )


@pytest.mark.parametrize(
    ("resource", "permissions", "grantable", "code", "fragment"),
    [
        ({"Database": {"Name": "nowhere"}}, ["DESCRIBE"], [], "EntityNotFoundException", "nowhere"),
        (("table", "nothing"), ["SELECT"], [], "EntityNotFoundException", "nothing"),
        (("columns", "ghost"), ["SELECT"], [], "InvalidInputException", "non-existent column"),
        (
            ("columns", "email"),
            ["DESCRIBE"],
            [],
            "InvalidInputException",
            "modification is invalid",
        ),
        (("table", "orders"), ["CREATE_TABLE"], [], "InvalidInputException", "modification"),
        (("table", "orders"), ["READ"], [], "InvalidInputException", "[READ] are not all valid"),
        (("table", "orders"), ["SELECT"], ["DROP"], "InvalidInputException", "subset"),
        ({"Table": {"DatabaseName": "x"}}, ["SELECT"], [], "InvalidInputException", "Exactly one"),
        ({}, ["SELECT"], [], "InvalidInputException", "exactly one"),
        (
            {"DataLocation": {"ResourceArn": "arn:aws:s3:::unregistered/raw"}},
            ["DATA_LOCATION_ACCESS"],
            [],
            "InvalidInputException",
            "register the S3 path",
        ),
    ],
)
def test_a_wrong_grant_is_refused(
    lake, database, role, resource, permissions, grantable, code, fragment
):
    if isinstance(resource, tuple):
        kind, name = resource
        resource = on_table(database, name) if kind == "table" else on_columns(database, name)
    answer = refused(
        lake.grant_permissions,
        Principal=principal(role()),
        Resource=resource,
        Permissions=permissions,
        PermissionsWithGrantOption=grantable,
    )
    assert answer[0] == code
    assert fragment in answer[1]


def test_a_principal_must_exist_to_be_granted(lake, database):
    code, message = refused(
        lake.grant_permissions,
        Principal=principal(f"arn:aws:iam::{ACCOUNT}:role/nobody"),
        Resource=on_table(database),
        Permissions=["DESCRIBE"],
    )
    assert (code, "Invalid principal" in message) == ("InvalidInputException", True)


def test_a_batch_reports_each_failure(lake, database, role):
    analyst = role()
    entries_given = [
        {
            "Id": name,
            "Principal": principal(analyst),
            "Resource": on_table(database, name),
            "Permissions": ["SELECT"],
        }
        for name in ("orders", "nothing")
    ]
    failures = lake.batch_grant_permissions(Entries=entries_given)["Failures"]
    assert [failure["RequestEntry"]["Id"] for failure in failures] == ["nothing"]
    assert failures[0]["Error"]["ErrorCode"] == "EntityNotFoundException"
    assert len(entries(lake, analyst)) == 1
    revoked = lake.batch_revoke_permissions(Entries=entries_given[:1])
    assert revoked["Failures"] == []
    many = [entries_given[0] | {"Id": str(number)} for number in range(21)]
    assert refused(lake.batch_grant_permissions, Entries=many)[0] == "InvalidInputException"


def test_what_is_not_served_is_said_so(lake, role):
    code, message = refused(
        lake.create_lake_formation_opt_in,
        Principal=principal(role()),
        Resource={"Catalog": {}},
    )
    assert (code, "does not serve" in message) == ("NotImplemented", True)
