"""A data lake whose administrator the administrator is, roles, and a database with a table."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.sandbox.identities import permit
from tests.sandbox.lake_tools import ACCOUNT, ADMINISTRATOR, ALL, COLUMNS, principal


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
    """Makes a role that the account may assume, and that IAM lets use the lake."""
    statement = {
        "Effect": "Allow",
        "Principal": {
            "AWS": f"arn:aws:iam::{ACCOUNT}:root",
            "Service": "lakeformation.amazonaws.com",
        },
        "Action": "sts:AssumeRole",
    }

    def make(prefix="analyst"):
        arn = aws("iam").create_role(
            RoleName=f"{prefix}-{uuid.uuid4().hex[:8]}",
            AssumeRolePolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [statement]}
            ),
        )["Role"]["Arn"]
        return permit(aws, arn, "glue:*", "lakeformation:*")

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


@pytest.fixture
def tag(lake):
    """Makes an LF-tag with these values; returns its key."""

    def make(*values):
        key = f"tag-{uuid.uuid4().hex[:8]}"
        lake.create_lf_tag(TagKey=key, TagValues=list(values))
        return key

    return make
