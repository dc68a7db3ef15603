"""Lake Formation: who may grant, what a grant means, how it is listed and taken back."""

from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from sandbox.services.lakeformation import columns_granted

ACCOUNT = "123456789012"
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:user/administrator"
COLUMNS = ["order_id", "user_id", "email", "total_amount"]
ALL = [
    {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
]


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def principal(arn):
    return {"DataLakePrincipalIdentifier": arn}


@pytest.fixture(scope="module")
def lake(aws):
    """The client of the administrator, who is the data lake administrator; IAM decides nothing."""
    client = aws("lakeformation")
    client.put_data_lake_settings(
        DataLakeSettings={
            "DataLakeAdmins": [principal(ADMINISTRATOR)],
            "CreateDatabaseDefaultPermissions": [],
            "CreateTableDefaultPermissions": [],
        }
    )
    yield client
    client.put_data_lake_settings(
        DataLakeSettings={
            "CreateDatabaseDefaultPermissions": ALL,
            "CreateTableDefaultPermissions": ALL,
        }
    )


@pytest.fixture
def role(aws):
    """Makes a role that the account may assume."""
    statement = {
        "Effect": "Allow",
        "Principal": {
            "AWS": f"arn:aws:iam::{ACCOUNT}:root",
            "Service": "lakeformation.amazonaws.com",
        },
        "Action": "sts:AssumeRole",
    }

    def make(prefix="analyst"):
        return aws("iam").create_role(
            RoleName=f"{prefix}-{uuid.uuid4().hex[:8]}",
            AssumeRolePolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [statement]}
            ),
        )["Role"]["Arn"]

    return make


@pytest.fixture
def database(aws, lake):
    """A database with the table orders, made by the administrator."""
    name = f"db_{uuid.uuid4().hex[:8]}"
    glue = aws("glue")
    glue.create_database(DatabaseInput={"Name": name})
    columns = [{"Name": column, "Type": "string"} for column in COLUMNS]
    glue.create_table(
        DatabaseName=name,
        TableInput={
            "Name": "orders",
            "StorageDescriptor": {"Columns": columns, "Location": "s3://lake-bucket/raw/orders/"},
        },
    )
    return name


def on_columns(database, *names, **wildcard):
    chosen = {"ColumnNames": list(names)} if names else {"ColumnWildcard": wildcard}
    return {"TableWithColumns": {"DatabaseName": database, "Name": "orders", **chosen}}


def on_table(database, name="orders"):
    return {"Table": {"DatabaseName": database, "Name": name}}


def entries(lake, **filters):
    found = lake.list_permissions(**filters)["PrincipalResourcePermissions"]
    return [
        (entry["Resource"], entry["Permissions"], entry["PermissionsWithGrantOption"])
        for entry in found
    ]


def test_a_fresh_account_leaves_everything_to_iam(sandbox, aws):
    settings = aws("lakeformation", region="eu-west-1").get_data_lake_settings()["DataLakeSettings"]
    assert settings["DataLakeAdmins"] == []
    assert settings["CreateTableDefaultPermissions"] == ALL
    glue = aws("glue", region="eu-west-1")
    glue.create_database(DatabaseInput={"Name": "Open_DB"})
    glue.create_table(DatabaseName="open_db", TableInput={"Name": "T"})
    everyone = principal("IAM_ALLOWED_PRINCIPALS")
    listed = aws("lakeformation", region="eu-west-1").list_permissions(Principal=everyone)
    resources = [entry["Resource"] for entry in listed["PrincipalResourcePermissions"]]
    assert resources == [
        {"Catalog": {}},
        {"Database": {"CatalogId": ACCOUNT, "Name": "open_db"}},
        {"Table": {"CatalogId": ACCOUNT, "DatabaseName": "open_db", "Name": "t"}},
    ]
    assert columns_granted(sandbox, ACCOUNT, "eu-west-1", "any", "open_db", "t") is None


def test_an_iam_administrator_alone_cannot_grant(aws, lake, database, role, assume):
    other = aws("lakeformation", **assume(role("other-admin")))
    code, message = refused(
        other.grant_permissions,
        Principal=principal(role()),
        Resource=on_table(database),
        Permissions=["DESCRIBE"],
    )
    assert (code, "not authorized" in message) == ("AccessDeniedException", True)


def test_settings_are_replaced_as_a_whole(aws):
    lake = aws("lakeformation", region="eu-west-2")
    lake.put_data_lake_settings(
        DataLakeSettings={
            "DataLakeAdmins": [principal(ADMINISTRATOR)],
            "Parameters": {"CROSS_ACCOUNT_VERSION": "4"},
        }
    )
    settings = lake.get_data_lake_settings()["DataLakeSettings"]
    assert settings["CreateDatabaseDefaultPermissions"] == []
    assert settings["Parameters"]["CROSS_ACCOUNT_VERSION"] == "4"
    lake.put_data_lake_settings(DataLakeSettings={})
    assert lake.get_data_lake_settings()["DataLakeSettings"]["DataLakeAdmins"] == []
    code, message = refused(
        lake.put_data_lake_settings,
        DataLakeSettings={"DataLakeAdmins": [principal(f"arn:aws:iam::{ACCOUNT}:role/nobody")]},
    )
    assert (code, "Invalid principal" in message) == ("InvalidInputException", True)
    many = {"DataLakeAdmins": [principal(ADMINISTRATOR)] * 31}
    assert refused(lake.put_data_lake_settings, DataLakeSettings=many)[0] == "InvalidInputException"


def test_column_grants_add_up_and_are_listed_by_table(sandbox, lake, database, role):
    analyst = role()
    for names in (["order_id", "user_id"], ["total_amount"], ["USER_ID"]):
        lake.grant_permissions(
            Principal=principal(analyst),
            Resource=on_columns(database, *names),
            Permissions=["SELECT"],
        )
    lake.grant_permissions(
        Principal=principal(analyst), Resource=on_table(database), Permissions=["DESCRIBE"]
    )
    table = {"CatalogId": ACCOUNT, "DatabaseName": database, "Name": "orders"}
    names = ["order_id", "total_amount", "user_id"]
    assert entries(lake, Principal=principal(analyst), Resource=on_table(database)) == [
        ({"Table": table}, ["DESCRIBE"], []),
        ({"TableWithColumns": table | {"ColumnNames": names}}, ["SELECT"], []),
    ]
    granted = columns_granted(sandbox, ACCOUNT, "us-east-1", analyst, database, "orders")
    assert granted == set(names)


def test_select_on_a_whole_table_is_listed_as_all_columns(lake, database, role):
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst),
        Resource=on_table(database),
        Permissions=["SELECT", "INSERT"],
        PermissionsWithGrantOption=["INSERT"],
    )
    table = {"CatalogId": ACCOUNT, "DatabaseName": database, "Name": "orders"}
    assert entries(lake, Principal=principal(analyst)) == [
        ({"Table": table}, ["INSERT"], ["INSERT"]),
        ({"TableWithColumns": table | {"ColumnWildcard": {}}}, ["SELECT"], []),
    ]


def test_a_grant_on_all_tables_reaches_every_table(sandbox, lake, database, role):
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst),
        Resource={"Table": {"DatabaseName": database, "TableWildcard": {}}},
        Permissions=["SELECT", "DESCRIBE"],
    )
    table = {"CatalogId": ACCOUNT, "DatabaseName": database, "Name": "ALL_TABLES"}
    expected = [
        ({"Table": table | {"TableWildcard": {}}}, ["DESCRIBE"], []),
        ({"TableWithColumns": table | {"ColumnWildcard": {}}}, ["SELECT"], []),
    ]
    assert entries(lake, Principal=principal(analyst)) == expected
    assert entries(lake, Principal=principal(analyst), Resource=on_table(database)) == expected
    explicit = lake.list_permissions(Resource=on_table(database))["PrincipalResourcePermissions"]
    assert {entry["Principal"]["DataLakePrincipalIdentifier"] for entry in explicit} == {
        ADMINISTRATOR
    }
    granted = columns_granted(sandbox, ACCOUNT, "us-east-1", analyst, database, "orders")
    assert granted == set(COLUMNS)


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
    assert entries(lake, Principal=principal(analyst)) == []


def test_revoking_some_columns_leaves_the_others(lake, database, role):
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst),
        Resource=on_columns(database, "order_id", "email"),
        Permissions=["SELECT"],
    )
    email = on_columns(database, "email")
    lake.revoke_permissions(Principal=principal(analyst), Resource=email, Permissions=["SELECT"])
    (resource, _, _), *more = entries(lake, Principal=principal(analyst))
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
    assert len(entries(lake, Principal=principal(analyst))) == 1
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
    assert len(entries(lake, Principal=principal(analyst))) == 1
    revoked = lake.batch_revoke_permissions(Entries=entries_given[:1])
    assert revoked["Failures"] == []
    many = [entries_given[0] | {"Id": str(number)} for number in range(21)]
    assert refused(lake.batch_grant_permissions, Entries=many)[0] == "InvalidInputException"


def test_listing_takes_no_columns_and_comes_in_pages(lake, database, role):
    code, _ = refused(lake.list_permissions, Resource=on_columns(database, "email"))
    assert code == "InvalidInputException"
    for _ in range(3):
        lake.grant_permissions(
            Principal=principal(role()), Resource=on_table(database), Permissions=["DESCRIBE"]
        )
    seen, token = [], {}
    while True:
        answer = lake.list_permissions(Resource=on_table(database), MaxResults=2, **token)
        seen += answer["PrincipalResourcePermissions"]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert len(seen) == 5
    assert all(
        "Table" in entry["Resource"] or "TableWithColumns" in entry["Resource"] for entry in seen
    )


def test_a_dropped_table_takes_its_grants_along(aws, lake, database, role):
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst), Resource=on_table(database), Permissions=["SELECT"]
    )
    aws("glue").delete_table(DatabaseName=database, Name="orders")
    assert entries(lake, Principal=principal(analyst)) == []


def test_the_catalog_shows_what_is_granted(aws, lake, database, role, assume):
    analyst = role()
    glue = aws("glue", **assume(analyst))
    code, message = refused(glue.get_table, DatabaseName=database, Name="orders")
    assert (code, message) == (
        "AccessDeniedException",
        "Insufficient Lake Formation permission(s): Required Describe on orders",
    )
    lake.grant_permissions(
        Principal=principal(analyst),
        Resource=on_columns(database, "order_id", "user_id"),
        Permissions=["SELECT"],
    )
    table = glue.get_table(DatabaseName=database, Name="orders")["Table"]
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == [
        "order_id",
        "user_id",
    ]
    assert refused(glue.delete_table, DatabaseName=database, Name="orders")[1].endswith(
        "Required Drop on orders"
    )
    assert refused(glue.create_table, DatabaseName=database, TableInput={"Name": "mine"})[
        1
    ].endswith(f"Required Create Table on {database}")


def test_locations_are_registered_once_and_guard_tables(aws, lake, database, role, assume):
    arn = f"arn:aws:s3:::{database}/raw"
    reader, crawler = role("lake"), role("crawler")
    lake.register_resource(ResourceArn=arn, RoleArn=reader, HybridAccessEnabled=False)
    assert refused(lake.register_resource, ResourceArn=arn, RoleArn=reader)[0] == (
        "AlreadyExistsException"
    )
    info = lake.describe_resource(ResourceArn=arn)["ResourceInfo"]
    assert (info["ResourceArn"], info["RoleArn"], info["HybridAccessEnabled"]) == (
        arn,
        reader,
        False,
    )
    lake.grant_permissions(
        Principal=principal(crawler),
        Resource={"Database": {"Name": database}},
        Permissions=["CREATE_TABLE"],
    )
    table = {"Name": "made", "StorageDescriptor": {"Location": f"s3://{database}/raw/made/"}}
    glue = aws("glue", **assume(crawler))
    code, message = refused(glue.create_table, DatabaseName=database, TableInput=table)
    assert (code, f"s3://{database}/raw/made" in message) == ("AccessDeniedException", True)
    lake.grant_permissions(
        Principal=principal(crawler),
        Resource={"DataLocation": {"ResourceArn": arn}},
        Permissions=["DATA_LOCATION_ACCESS"],
    )
    glue.create_table(DatabaseName=database, TableInput=table)
    made = glue.get_table(DatabaseName=database, Name="made")["Table"]
    assert (made["IsRegisteredWithLakeFormation"], made["VersionId"]) == (True, "0")
    lake.update_resource(ResourceArn=arn, RoleArn=reader, HybridAccessEnabled=True)
    assert lake.describe_resource(ResourceArn=arn)["ResourceInfo"]["HybridAccessEnabled"] is True
    there = lake.get_effective_permissions_for_path(ResourceArn=arn)["Permissions"]
    assert {entry["Principal"]["DataLakePrincipalIdentifier"] for entry in there} == {crawler}
    lake.deregister_resource(ResourceArn=arn)
    assert refused(lake.deregister_resource, ResourceArn=arn)[0] == "EntityNotFoundException"
    assert refused(lake.register_resource, ResourceArn=arn, RoleArn=f"{reader}x")[0] == (
        "InvalidInputException"
    )


def test_a_data_cells_filter_is_granted_as_one(sandbox, lake, database, role):
    data = {
        "TableCatalogId": ACCOUNT,
        "DatabaseName": database,
        "TableName": "orders",
        "Name": "eu",
        "RowFilter": {"FilterExpression": "region='EU'"},
        "ColumnNames": ["order_id"],
    }
    lake.create_data_cells_filter(TableData=data)
    assert refused(lake.create_data_cells_filter, TableData=data)[0] == "AlreadyExistsException"
    lake.update_data_cells_filter(TableData=data | {"ColumnNames": ["order_id", "user_id"]})
    key = {name: data[name] for name in ("TableCatalogId", "DatabaseName", "TableName", "Name")}
    assert lake.get_data_cells_filter(**key)["DataCellsFilter"]["ColumnNames"] == [
        "order_id",
        "user_id",
    ]
    analyst = role()
    lake.grant_permissions(
        Principal=principal(analyst), Resource={"DataCellsFilter": key}, Permissions=["SELECT"]
    )
    granted = columns_granted(sandbox, ACCOUNT, "us-east-1", analyst, database, "orders")
    assert granted == {"order_id", "user_id"}
    listed = lake.list_data_cells_filter(Table=on_table(database)["Table"] | {"CatalogId": ACCOUNT})
    assert [one["Name"] for one in listed["DataCellsFilters"]] == ["eu"]
    lake.delete_data_cells_filter(**key)
    assert refused(lake.get_data_cells_filter, **key)[0] == "EntityNotFoundException"
    assert entries(lake, Principal=principal(analyst)) == []


def test_lf_tags_are_inherited_and_can_be_granted_on(sandbox, lake, database, role):
    key = f"class-{uuid.uuid4().hex[:6]}"
    lake.create_lf_tag(TagKey=key, TagValues=["public", "personal"])
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
    (resource, permissions, _), *more = entries(lake, Principal=principal(analyst))
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


def test_what_is_not_served_is_said_so(lake, role):
    code, message = refused(
        lake.create_lake_formation_opt_in,
        Principal=principal(role()),
        Resource={"Catalog": {}},
    )
    assert (code, "does not serve" in message) == ("NotImplemented", True)
