"""A second thing of one name is refused with the fault that its service models for that."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conformance.contracts.services import status_of
from tests.sandbox.dms_tools import account_roles, role, subnets, trust


@dataclass(frozen=True)
class Making:
    """An operation that makes something of a name, and the fault of doing so twice."""

    service: str
    operation: str
    request: dict[str, Any]
    fault: str
    other: dict[str, Any] | None = None


NAME = "{name}"
MACHINE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
OTHER_MACHINE = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
MAKINGS = [
    Making("glue", "create_database", {"DatabaseInput": {"Name": NAME}}, "AlreadyExistsException"),
    Making(
        "glue",
        "create_table",
        {"DatabaseName": "duplicates", "TableInput": {"Name": NAME}},
        "AlreadyExistsException",
    ),
    Making(
        "glue",
        "create_crawler",
        {
            "Name": NAME,
            "Role": "contracts-glue",
            "DatabaseName": "duplicates",
            "Targets": {"S3Targets": [{"Path": "s3://contracts/raw/"}]},
        },
        "AlreadyExistsException",
    ),
    Making(
        "lakeformation",
        "create_lf_tag",
        {"TagKey": NAME, "TagValues": ["a"]},
        "InvalidInputException",
    ),
    Making(
        "lakeformation",
        "register_resource",
        {"ResourceArn": f"arn:aws:s3:::{NAME}", "UseServiceLinkedRole": True},
        "AlreadyExistsException",
    ),
    Making("redshift-serverless", "create_namespace", {"namespaceName": NAME}, "ConflictException"),
    Making("scheduler", "create_schedule_group", {"Name": NAME}, "ConflictException"),
    Making(
        "scheduler",
        "create_schedule",
        {
            "Name": NAME,
            "ScheduleExpression": "rate(7 days)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": "arn:aws:sqs:us-east-1:123456789012:absent",
                "RoleArn": "arn:aws:iam::123456789012:role/contracts-scheduler",
            },
        },
        "ConflictException",
    ),
    Making(
        "stepfunctions",
        "create_state_machine",
        {
            "name": NAME,
            "definition": json.dumps(MACHINE),
            "roleArn": "arn:aws:iam::123456789012:role/contracts-states",
        },
        "StateMachineAlreadyExists",
        {"definition": json.dumps(OTHER_MACHINE)},
    ),
    Making(
        "rds",
        "create_db_parameter_group",
        {
            "DBParameterGroupName": NAME,
            "DBParameterGroupFamily": "postgres16",
            "Description": "d",
        },
        "DBParameterGroupAlreadyExists",
    ),
    Making(
        "dms",
        "create_endpoint",
        {
            "EndpointIdentifier": NAME,
            "EndpointType": "source",
            "EngineName": "postgres",
            "ServerName": "localhost",
            "Port": 5432,
            "DatabaseName": "shop",
            "Username": "u",
            "Password": "p",
        },
        "ResourceAlreadyExistsFault",
    ),
    Making("athena", "create_work_group", {"Name": NAME}, "InvalidRequestException"),
]


@pytest.fixture(scope="module", autouse=True)
def prerequisites(aws):
    account_roles(aws)
    for service in ("glue", "scheduler", "states"):
        role(aws, f"contracts-{service}", f"{service}.amazonaws.com")
    aws("glue").create_database(DatabaseInput={"Name": "duplicates"})
    aws("s3").create_bucket(Bucket="contracts")
    admin = {"DataLakePrincipalIdentifier": aws("sts").get_caller_identity()["Arn"]}
    lake = aws("lakeformation")
    settings = lake.get_data_lake_settings()["DataLakeSettings"]
    lake.put_data_lake_settings(DataLakeSettings=settings | {"DataLakeAdmins": [admin]})


@pytest.mark.parametrize("making", MAKINGS, ids=lambda each: f"{each.service}-{each.operation}")
def test_what_is_there_already_cannot_be_made_again(aws, making):
    name = f"twice{uuid.uuid4().hex[:8]}"
    request = json.loads(json.dumps(making.request).replace(NAME, name))
    client = aws(making.service)
    make = getattr(client, making.operation)
    make(**request)
    with pytest.raises(client.exceptions.ClientError) as caught:
        make(**request | (making.other or {}))
    answer = caught.value.response
    assert answer["Error"]["Code"] == making.fault
    expected = status_of(making.service, making.fault)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == expected


def test_a_replication_subnet_group_cannot_be_made_again(aws):
    request = {
        "ReplicationSubnetGroupIdentifier": f"twice-{uuid.uuid4().hex[:8]}",
        "ReplicationSubnetGroupDescription": "d",
        "SubnetIds": subnets(aws),
    }
    dms = aws("dms")
    dms.create_replication_subnet_group(**request)
    with pytest.raises(dms.exceptions.ResourceAlreadyExistsFault):
        dms.create_replication_subnet_group(**request)


def test_a_role_cannot_be_made_again(aws):
    iam = aws("iam")
    name = f"twice-{uuid.uuid4().hex[:8]}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust("glue.amazonaws.com"))
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust("glue.amazonaws.com"))
