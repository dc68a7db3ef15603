"""Roles, buckets with Parquet objects, databases and crawlers."""

from __future__ import annotations

import io
import uuid

import pytest
from pyarrow import parquet

from tests.sandbox.glue_tools import trust
from tests.sandbox.identities import permit


@pytest.fixture(scope="module")
def glue(aws):
    return aws("glue")


@pytest.fixture
def role(aws):
    """The ARN of a new role that Glue may assume, to crawl and to read."""
    arn = aws("iam").create_role(
        RoleName=f"crawler-{uuid.uuid4().hex[:8]}",
        Path="/service-role/",
        AssumeRolePolicyDocument=trust("glue.amazonaws.com"),
    )["Role"]["Arn"]
    return permit(aws, arn, "glue:*", "s3:GetObject", "s3:ListBucket")


@pytest.fixture
def bucket(aws):
    name = f"landing-{uuid.uuid4().hex[:8]}"
    aws("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def database(glue):
    name = f"db_{uuid.uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name})
    return name


@pytest.fixture
def put(aws, bucket):
    """Writes a table as a Parquet object."""

    def write(key, table):
        sink = io.BytesIO()
        parquet.write_table(table, sink)
        aws("s3").put_object(Bucket=bucket, Key=key, Body=sink.getvalue())

    return write


@pytest.fixture
def crawler(glue, role, database):
    """Makes a crawler and gives its name."""

    def make(**settings):
        name = f"crawler-{uuid.uuid4().hex[:8]}"
        glue.create_crawler(**{"Name": name, "Role": role, "DatabaseName": database, **settings})
        return name

    return make
