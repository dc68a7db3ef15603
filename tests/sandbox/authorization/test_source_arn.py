"""Services tell the roles that they take for which resource they do it, as they document it."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.sandbox.capture_tools import until
from tests.sandbox.dms_tools import account_roles, instance, subnet_group, subnets
from tests.sandbox.event_tools import bodies, queue
from tests.sandbox.identities import ACCOUNT, permit, refused
from tests.sandbox.stepfunctions.workflows import wait_for_end

ARN = f"arn:aws:{{}}:us-east-1:{ACCOUNT}:{{}}"


@pytest.fixture
def name():
    return f"told-{uuid.uuid4().hex[:8]}"


def trusting(service, source_arn):
    """A trust policy of a service, for a resource of its."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnLike": {"aws:SourceArn": source_arn},
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(aws, service, source_arn, *actions):
    arn = aws("iam").create_role(
        RoleName=f"told-{uuid.uuid4().hex[:8]}",
        AssumeRolePolicyDocument=trusting(service, source_arn),
    )["Role"]["Arn"]
    return permit(aws, arn, *actions)


def test_step_functions_tells_the_machine(aws, name):
    states, service = aws("stepfunctions"), "states.amazonaws.com"
    url, _ = queue(aws)
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": url, "MessageBody": "sent"},
        "End": True,
    }
    machine = {"name": name, "definition": json.dumps({"StartAt": "A", "States": {"A": send}})}
    other = make_role(aws, service, ARN.format("states", "stateMachine:other"), "sqs:SendMessage")
    code, _, _ = refused(states.create_state_machine, **machine, roleArn=other)
    assert code == "AccessDeniedException"
    own = make_role(aws, service, ARN.format("states", f"stateMachine:{name}"), "sqs:SendMessage")
    made = states.create_state_machine(**machine, roleArn=own)["stateMachineArn"]
    started = states.start_execution(stateMachineArn=made)["executionArn"]
    assert wait_for_end(states, started)["status"] == "SUCCEEDED"
    assert bodies(aws, url, 1) == ["sent"]


def test_the_scheduler_tells_the_schedule_group(aws, name):
    scheduler, service = aws("scheduler"), "scheduler.amazonaws.com"
    url, arn = queue(aws)
    scheduler.create_schedule_group(Name=name)
    schedule = {
        "Name": name,
        "GroupName": name,
        "ScheduleExpression": "rate(1 hour)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
    }
    target = {"Arn": arn, "Input": "fired"}
    by_schedule = ARN.format("scheduler", f"schedule/{name}/{name}")
    role = make_role(aws, service, by_schedule, "sqs:SendMessage")
    code, _, _ = refused(scheduler.create_schedule, **schedule, Target=target | {"RoleArn": role})
    assert code == "ValidationException"
    role = make_role(
        aws, service, ARN.format("scheduler", f"schedule-group/{name}"), "sqs:SendMessage"
    )
    scheduler.create_schedule(**schedule, Target=target | {"RoleArn": role})
    assert bodies(aws, url, 1) == ["fired"]
    scheduler.delete_schedule_group(Name=name)


def test_dms_tells_the_role_of_a_target_the_endpoint(aws, name):
    dms, service = aws("dms"), "dms.amazonaws.com"
    aws("s3").create_bucket(Bucket=name)
    arn = ARN.format("dms", f"endpoint:{name}")
    settings = {"BucketName": name, "DataFormat": "parquet"}
    endpoint = {"EndpointIdentifier": name, "EndpointType": "target", "EngineName": "s3"}

    def create(role):
        return dms.create_endpoint(
            **endpoint,
            ResourceIdentifier=name,
            S3Settings=settings | {"ServiceAccessRoleArn": role},
        )["Endpoint"]["EndpointArn"]

    writing = ("s3:PutObject", "s3:DeleteObject", "s3:ListBucket")
    other = make_role(aws, service, ARN.format("dms", "endpoint:other"), *writing)
    assert refused(create, role=other)[0] == "AccessDeniedFault"
    assert create(role=make_role(aws, service, arn, *writing)) == arn
    group = subnet_group(aws, name)
    tested = {"EndpointArn": arn, "ReplicationInstanceArn": instance(aws, name, group)}
    dms.test_connection(**tested)
    by_arn = [{"Name": "endpoint-arn", "Values": [arn]}]

    def status():
        return dms.describe_connections(Filters=by_arn)["Connections"][0]["Status"]

    until(lambda: status() != "testing")
    assert status() == "successful"


def test_dms_tells_its_role_for_vpcs_the_instance(aws, name):
    account_roles(aws)
    dms, iam, role = aws("dms"), aws("iam"), "dms-vpc-role"
    group = subnet_group(aws, name)
    asked = {
        "ReplicationInstanceIdentifier": name,
        "ReplicationInstanceClass": "dms.t3.medium",
        "ReplicationSubnetGroupIdentifier": group,
    }
    before = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    trusted = trusting("dms.amazonaws.com", ARN.format("dms", f"rep:{name}"))
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=trusted)
    try:
        code, _, _ = refused(dms.create_replication_instance, **asked, ResourceIdentifier="other")
        assert code == "AccessDeniedFault"
        dms.create_replication_instance(**asked, ResourceIdentifier=name)
        code, _, _ = refused(
            dms.modify_replication_subnet_group,
            ReplicationSubnetGroupIdentifier=group,
            SubnetIds=subnets(aws),
        )
        assert code == "AccessDeniedFault"
    finally:
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(before))


def test_glue_tells_the_crawler(aws, name):
    glue, service = aws("glue"), "glue.amazonaws.com"
    aws("s3").create_bucket(Bucket=name)
    database = name.replace("-", "_")
    glue.create_database(DatabaseInput={"Name": database})
    crawler = {
        "Name": name,
        "DatabaseName": database,
        "Targets": {"S3Targets": [{"Path": f"s3://{name}/orders/"}]},
    }
    rights = ("s3:*", "glue:*", "logs:*", "lakeformation:GetDataAccess")
    other = make_role(aws, service, ARN.format("glue", "crawler/other"), *rights)
    code, _, _ = refused(glue.create_crawler, **crawler, Role=other)
    assert code == "InvalidInputException"
    own = make_role(aws, service, ARN.format("glue", f"crawler/{name}"), *rights)
    glue.create_crawler(**crawler, Role=own)
    glue.start_crawler(Name=name)
    until(lambda: glue.get_crawler(Name=name)["Crawler"]["State"] == "READY")
    assert glue.get_crawler(Name=name)["Crawler"]["LastCrawl"]["Status"] == "SUCCEEDED"
