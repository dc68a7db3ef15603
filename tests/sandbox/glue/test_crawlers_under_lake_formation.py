"""Crawlers where IAM alone does not decide."""

from __future__ import annotations

import uuid

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError

from tests.sandbox.glue_tools import (
    ADMINISTRATOR,
    LOG_DELETES,
    MERGE,
    ORDERS,
    ORDERS_TYPES,
    crawl,
    declare,
    trust,
    types,
)
from tests.sandbox.identities import permit


class TestUnderLakeFormation:
    """With IAM_ALLOWED_PRINCIPALS closed, the crawler's role needs permissions of its own."""

    @pytest.fixture
    def lake(self, aws):
        client = aws("lakeformation")
        before = client.get_data_lake_settings()["DataLakeSettings"]
        admins = [{"DataLakePrincipalIdentifier": ADMINISTRATOR}]
        client.put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": admins})
        yield client
        client.put_data_lake_settings(DataLakeSettings=before)

    def grant(self, lake, role, resource, *permissions):
        lake.grant_permissions(
            Principal={"DataLakePrincipalIdentifier": role},
            Resource=resource,
            Permissions=list(permissions),
        )

    def test_a_catalog_target_needs_describe_then_alter(
        self, lake, glue, crawler, role, database, bucket, put
    ):
        targets = declare(glue, database, bucket, [{"Name": "order_id", "Type": "bigint"}])
        put("raw/public/orders/LOAD00000001.parquet", ORDERS)
        settings = {"Targets": targets, "SchemaChangePolicy": LOG_DELETES, "Configuration": MERGE}
        with pytest.raises(ClientError, match=r"Insufficient Lake Formation permission\(s\)"):
            crawler(**settings)
        table = {"Table": {"DatabaseName": database, "Name": "orders"}}
        self.grant(lake, role, table, "DESCRIBE")
        name = crawler(**settings)
        last = crawl(glue, name, "FAILED")
        assert last["ErrorMessage"] == (
            "Insufficient Lake Formation permission(s): Required Alter on orders"
        )
        self.grant(lake, role, table, "ALTER")
        crawl(glue, name)
        found = glue.get_table(DatabaseName=database, Name="orders")["Table"]
        assert types(found) == {"order_id": "bigint"} | ORDERS_TYPES

    def test_an_s3_target_needs_create_table_and_owns_what_it_makes(
        self, lake, glue, crawler, role, database, bucket, put
    ):
        put("raw/n/1.parquet", pa.table({"a": [1]}))
        name = crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/raw/n/"}]})
        last = crawl(glue, name, "FAILED")
        assert f"Required Describe on {database}" in last["ErrorMessage"]
        self.grant(lake, role, {"Database": {"Name": database}}, "DESCRIBE", "CREATE_TABLE")
        crawl(glue, name)
        owned = lake.list_permissions(Resource={"Table": {"DatabaseName": database, "Name": "n"}})
        assert {
            entry["Principal"]["DataLakePrincipalIdentifier"]
            for entry in owned["PrincipalResourcePermissions"]
        } == {role}

    def test_lake_formation_credentials_need_a_registered_location(
        self, aws, lake, glue, crawler, role, database, bucket, put
    ):
        targets = declare(glue, database, bucket, [{"Name": "order_id", "Type": "bigint"}])
        put("raw/public/orders/LOAD00000001.parquet", ORDERS)
        table = {"Table": {"DatabaseName": database, "Name": "orders"}}
        self.grant(lake, role, table, "DESCRIBE", "ALTER", "SELECT")
        name = crawler(
            Targets=targets,
            SchemaChangePolicy=LOG_DELETES,
            LakeFormationConfiguration={"UseLakeFormationCredentials": True},
        )
        assert "is not registered" in crawl(glue, name, "FAILED")["ErrorMessage"]
        reader = aws("iam").create_role(
            RoleName=f"lake-{uuid.uuid4().hex[:6]}",
            AssumeRolePolicyDocument=trust("lakeformation.amazonaws.com"),
        )["Role"]["Arn"]
        permit(aws, reader, "s3:GetObject", "s3:ListBucket")
        arn = f"arn:aws:s3:::{bucket}/raw"
        lake.register_resource(ResourceArn=arn, RoleArn=reader)
        crawl(glue, name)
        lake.deregister_resource(ResourceArn=arn)
