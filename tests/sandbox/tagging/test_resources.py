"""Resources of every service of the road: found by their tags, tagged and untagged."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.sandbox.dms_tools import create_source, subnet_group
from tests.sandbox.identities import ACCOUNT, permit, refused
from tests.sandbox.scheduler_tools import make_role

PLACE = f"us-east-1:{ACCOUNT}"
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


def make_alarm(aws, name):
    aws("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="n",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    return f"arn:aws:cloudwatch:{PLACE}:alarm:{name}"


def make_workgroup(aws, name):
    aws("athena").create_work_group(Name=name)
    return f"arn:aws:athena:{PLACE}:workgroup/{name}"


def make_endpoint(aws, name):
    return create_source(aws("dms"), name)["EndpointArn"]


def make_replication_subnet_group(aws, name):
    subnet_group(aws, name)
    return f"arn:aws:dms:{PLACE}:subgrp:{name}"


def make_table(aws, name):
    return aws("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]


def make_vpc(aws, name):
    vpc = aws("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    return f"arn:aws:ec2:{PLACE}:vpc/{vpc}"


def make_rule(aws, name):
    return aws("events").put_rule(Name=name, EventPattern='{"source": ["a"]}')["RuleArn"]


def make_crawler(aws, name):
    aws("glue").create_database(DatabaseInput={"Name": name.replace("-", "_")})
    aws("glue").create_crawler(
        Name=name,
        Role=make_role(aws, "glue.amazonaws.com"),
        DatabaseName=name.replace("-", "_"),
        Targets={"S3Targets": [{"Path": "s3://b/p/"}]},
    )
    return f"arn:aws:glue:{PLACE}:crawler/{name}"


def make_key(aws, name):
    return aws("kms").create_key()["KeyMetadata"]["Arn"]


def make_log_group(aws, name):
    aws("logs").create_log_group(logGroupName=name)
    return f"arn:aws:logs:{PLACE}:log-group:{name}"


def make_parameter_group(aws, name):
    return aws("rds").create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description="d"
    )["DBParameterGroup"]["DBParameterGroupArn"]


def make_namespace(aws, name):
    return aws("redshift-serverless").create_namespace(namespaceName=name)["namespace"][
        "namespaceArn"
    ]


def make_bucket(aws, name):
    aws("s3").create_bucket(Bucket=name)
    return f"arn:aws:s3:::{name}"


def make_schedule_group(aws, name):
    return aws("scheduler").create_schedule_group(Name=name)["ScheduleGroupArn"]


def make_secret(aws, name):
    return aws("secretsmanager").create_secret(Name=name, SecretString="s")["ARN"]


def make_topic(aws, name):
    return aws("sns").create_topic(Name=name)["TopicArn"]


def make_queue(aws, name):
    aws("sqs").create_queue(QueueName=name)
    return f"arn:aws:sqs:{PLACE}:{name}"


def make_machine(aws, name):
    return aws("stepfunctions").create_state_machine(
        name=name,
        definition=json.dumps(PASS),
        roleArn=make_role(aws, "states.amazonaws.com"),
    )["stateMachineArn"]


KINDS = {
    "athena:workgroup": make_workgroup,
    "cloudwatch:alarm": make_alarm,
    "dms:endpoint": make_endpoint,
    "dms:subgrp": make_replication_subnet_group,
    "dynamodb:table": make_table,
    "ec2:vpc": make_vpc,
    "events:rule": make_rule,
    "glue:crawler": make_crawler,
    "kms:key": make_key,
    "logs:log-group": make_log_group,
    "rds:pg": make_parameter_group,
    "redshift-serverless:namespace": make_namespace,
    "s3:bucket": make_bucket,
    "scheduler:schedule-group": make_schedule_group,
    "secretsmanager:secret": make_secret,
    "sns:topic": make_topic,
    "sqs:queue": make_queue,
    "states:stateMachine": make_machine,
}


@pytest.fixture
def tagging(aws):
    return aws("resourcegroupstaggingapi")


@pytest.fixture
def name():
    return f"tagged-{uuid.uuid4().hex[:8]}"


def found(tagging, **filters):
    pages = tagging.get_paginator("get_resources").paginate(**filters)
    every = [each for page in pages for each in page["ResourceTagMappingList"]]
    return {
        each["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in each["Tags"]} for each in every
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_resource_is_tagged_found_and_untagged(aws, tagging, name, kind):
    arn = KINDS[kind](aws, name)
    mine = [{"Key": name, "Values": ["a", "b"]}]
    tags = {name: "a", "layer": kind}
    told = tagging.tag_resources(ResourceARNList=[arn], Tags=tags)
    assert told["FailedResourcesMap"] == {}
    assert found(tagging, TagFilters=mine) == {arn: tags}
    assert found(tagging, ResourceARNList=[arn]) == {arn: tags}
    for wanted in (kind, kind.split(":", maxsplit=1)[0]):
        assert found(tagging, TagFilters=mine, ResourceTypeFilters=[wanted]) == {arn: tags}
    assert found(tagging, TagFilters=mine, ResourceTypeFilters=["iam"]) == {}
    assert name in tagging.get_tag_keys()["TagKeys"]
    tagging.tag_resources(ResourceARNList=[arn], Tags={name: "b"})
    assert found(tagging, TagFilters=mine) == {arn: tags | {name: "b"}}
    assert tagging.get_tag_values(Key=name)["TagValues"] == ["b"]
    told = tagging.untag_resources(ResourceARNList=[arn], TagKeys=[name])
    assert told["FailedResourcesMap"] == {}
    assert found(tagging, TagFilters=mine) == {}
    assert found(tagging, ResourceARNList=[arn]) == {arn: {"layer": kind}}


def test_all_filters_have_to_be_met(aws, tagging, name):
    one, two = make_topic(aws, name), make_queue(aws, name)
    tagging.tag_resources(ResourceARNList=[one, two], Tags={name: "x"})
    tagging.tag_resources(ResourceARNList=[two], Tags={f"{name}-2": "y"})
    first, second = {"Key": name}, {"Key": f"{name}-2", "Values": ["y"]}
    assert set(found(tagging, TagFilters=[first])) == {one, two}
    assert set(found(tagging, TagFilters=[first, second])) == {two}
    other = second | {"Values": ["z"]}
    assert found(tagging, TagFilters=[first, other]) == {}


def test_pages_are_of_so_many_resources_or_tags(aws, tagging, name):
    topics = sorted(make_topic(aws, f"{name}-{number}") for number in range(5))
    forty = {f"{name}-{number}": "x" for number in range(40)}
    tagging.tag_resources(ResourceARNList=topics, Tags=forty)
    asked = {"TagFilters": [{"Key": f"{name}-0"}]}
    page = tagging.get_resources(**asked, ResourcesPerPage=2)
    assert [each["ResourceARN"] for each in page["ResourceTagMappingList"]] == topics[:2]
    assert page["PaginationToken"]
    assert list(found(tagging, **asked, ResourcesPerPage=2)) == topics
    page = tagging.get_resources(**asked, TagsPerPage=100)
    assert len(page["ResourceTagMappingList"]) == 2
    assert list(found(tagging, **asked, TagsPerPage=100)) == topics
    assert tagging.get_resources(**asked)["PaginationToken"] == ""


def test_of_other_regions_there_is_nothing(aws, tagging, name):
    arn = make_bucket(aws, name)
    tagging.tag_resources(ResourceARNList=[arn], Tags={name: "x"})
    elsewhere = aws("resourcegroupstaggingapi", region="eu-west-1")
    assert found(elsewhere, TagFilters=[{"Key": name}]) == {}


def test_what_fails_is_told_by_resource(aws, tagging, name):
    topic = make_topic(aws, name)
    missing = f"arn:aws:dms:{PLACE}:endpoint:NONE"
    foreign = f"arn:aws:sns:eu-west-1:{ACCOUNT}:{name}"
    unknown = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    told = tagging.tag_resources(
        ResourceARNList=[topic, missing, foreign, unknown], Tags={name: "x"}
    )["FailedResourcesMap"]
    assert {arn: failure["ErrorCode"] for arn, failure in told.items()} == {
        missing: "ResourceNotFoundFault",
        foreign: "InvalidParameterException",
        unknown: "InvalidParameterException",
    }
    assert found(tagging, TagFilters=[{"Key": name}]) == {topic: {name: "x"}}


def test_who_may_not_tag_by_the_service_may_not_here(aws, assume, name):
    role = aws("iam").create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
                ],
            }
        ),
    )["Role"]["Arn"]
    permit(aws, role, "tag:TagResources", "sns:TagResource")
    client = aws("resourcegroupstaggingapi", **assume(role))
    topic, queue = make_topic(aws, name), make_queue(aws, name)
    told = client.tag_resources(ResourceARNList=[topic, queue], Tags={name: "x"})
    (failure,) = told["FailedResourcesMap"].items()
    assert failure[0] == queue
    assert failure[1]["ErrorCode"] == "AccessDeniedException"
    assert "sqs:TagQueue" in failure[1]["ErrorMessage"]
    assert refused(client.get_resources)[0] == "AccessDeniedException"


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("get_resources", {"TagsPerPage": 150}, "InvalidParameterException"),
        ("get_resources", {"ResourcesPerPage": 101}, "InvalidParameterException"),
        (
            "get_resources",
            {"ResourceARNList": ["arn:aws:s3:::b"], "ResourceTypeFilters": ["s3"]},
            "InvalidParameterException",
        ),
        ("get_resources", {"PaginationToken": "mine"}, "PaginationTokenExpiredException"),
        ("get_resources", {"IncludeComplianceDetails": True}, "NotImplemented"),
        ("get_tag_keys", {"PaginationToken": "mine"}, "PaginationTokenExpiredException"),
        (
            "tag_resources",
            {"ResourceARNList": ["bucket"], "Tags": {"a": "b"}},
            "InvalidParameterException",
        ),
        (
            "tag_resources",
            {"ResourceARNList": ["arn:aws:s3:::b"], "Tags": {"aws:a": "b"}},
            "InvalidParameterException",
        ),
        ("get_compliance_summary", {}, "NotImplemented"),
    ],
)
def test_what_is_refused(tagging, operation, request_, code):
    assert refused(getattr(tagging, operation), **request_)[0] == code
