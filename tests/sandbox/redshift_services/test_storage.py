"""COPY reaches S3 only as a role that is attached to the namespace and trusts Redshift."""

from __future__ import annotations

import io
import json
import uuid

import pyarrow
import pyarrow.parquet
import pytest

from tests.sandbox.identities import permit
from tests.sandbox.redshift_services.tools import (
    available,
    make,
    remove,
    run,
    trust,
)

HERE = {"WorkgroupName": "loaded"}


@pytest.fixture(scope="module")
def roles(aws):
    """One role a service that it trusts, by the service's short name."""
    iam = aws("iam")
    return {
        service: permit(
            aws,
            iam.create_role(
                RoleName=f"copy-{service}",
                AssumeRolePolicyDocument=trust(Service=f"{service}.amazonaws.com"),
            )["Role"]["Arn"],
            "s3:GetObject",
            "s3:ListBucket",
        )
        for service in ("redshift", "redshift-serverless", "glue")
    }


@pytest.fixture(scope="module")
def loaded(aws, redshift, roles):
    """The Data API, and a warehouse "loaded" to which all roles are attached."""
    make(redshift, "loaded", dbName="analytics", iamRoles=list(roles.values()))
    yield aws("redshift-data")
    remove(redshift, "loaded")


@pytest.fixture(scope="module")
def prefix(aws):
    """Where a parquet file with two numbers lies."""
    bucket = f"landing-{uuid.uuid4()}"
    s3 = aws("s3")
    s3.create_bucket(Bucket=bucket)
    file = io.BytesIO()
    numbers = pyarrow.table({"id": pyarrow.array([1, 2], pyarrow.int64())})
    pyarrow.parquet.write_table(numbers, file)
    s3.put_object(Bucket=bucket, Key="numbers/1.parquet", Body=file.getvalue())
    return f"s3://{bucket}/numbers/"


def copied(data, prefix, role):
    """The table after a COPY into it, in one batch; or the statement's error."""
    found = run(
        data,
        Sqls=[
            "create temp table numbers (id bigint)",
            f"copy numbers from '{prefix}' iam_role {role} format as parquet",
            "select id from numbers order by id",
        ],
        **HERE,
    )
    if found["Status"] == "FAILED":
        return found["Error"]
    answer = data.get_statement_result(Id=f"{found['Id']}:3")
    return [row[0]["longValue"] for row in answer["Records"]]


@pytest.mark.parametrize("service", ["redshift", "redshift-serverless"])
def test_an_attached_role_that_trusts_redshift_reads(loaded, prefix, roles, service):
    assert copied(loaded, prefix, f"'{roles[service]}'") == [1, 2]


def test_a_role_that_trusts_another_service_reads_nothing(loaded, prefix, roles):
    error = copied(loaded, prefix, f"'{roles['glue']}'")
    assert f"Not authorized to get credentials of role {roles['glue']}" in error


@pytest.mark.parametrize("service", ["redshift", "redshift-serverless"])
def test_a_role_may_ask_for_the_workgroup(aws, redshift, loaded, prefix, roles, service):
    role = f"told-{uuid.uuid4().hex[:8]}"
    workgroup = redshift.get_workgroup(workgroupName="loaded")["workgroup"]["workgroupArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:SourceArn": workgroup}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = aws("iam").create_role(RoleName=role, AssumeRolePolicyDocument=document)
    arn = permit(aws, made["Role"]["Arn"], "s3:GetObject", "s3:ListBucket")
    redshift.update_namespace(namespaceName="loaded", iamRoles=[*roles.values(), arn])
    available(redshift, "loaded")
    found = copied(loaded, prefix, f"'{arn}'")
    if service == "redshift-serverless":
        assert found == [1, 2]
    else:
        assert f"Not authorized to get credentials of role {arn}" in found


def test_a_role_that_is_not_attached_reads_nothing(loaded, prefix):
    stranger = "arn:aws:iam::123456789012:role/stranger"
    error = copied(loaded, prefix, f"'{stranger}'")
    assert f"is not authorized to assume IAM Role {stranger}" in error


def test_the_default_role_is_the_namespaces(redshift, loaded, prefix, roles):
    assert "Default IAM role is not set" in copied(loaded, prefix, "default")
    redshift.update_namespace(
        namespaceName="loaded",
        iamRoles=[roles["redshift"]],
        defaultIamRoleArn=roles["redshift"],
    )
    available(redshift, "loaded")
    assert copied(loaded, prefix, "default") == [1, 2]
    error = copied(loaded, prefix, f"'{roles['redshift-serverless']}'")
    assert "is not authorized to assume IAM Role" in error
