"""What a resource in its state does not take is refused with the fault that is documented for it."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.sandbox.dms_tools import role
from tests.sandbox.redshift_services.tools import make, remove

ACCOUNT = "123456789012"


def refusal(call, **request):
    with pytest.raises(Exception) as caught:
        call(**request)
    return caught.value.response["Error"]["Code"]


@pytest.fixture
def name():
    return f"state{uuid.uuid4().hex[:8]}"


@pytest.fixture
def crawler(aws, name):
    glue = aws("glue")
    role(aws, "transitions-glue", "glue.amazonaws.com")
    aws("s3").create_bucket(Bucket=name)
    glue.create_database(DatabaseInput={"Name": name})
    glue.create_crawler(
        Name=name,
        Role="transitions-glue",
        DatabaseName=name,
        Targets={"S3Targets": [{"Path": f"s3://{name}/raw/"}]},
    )
    return glue


def test_a_crawler_that_stands_cannot_be_stopped(crawler, name):
    assert refusal(crawler.stop_crawler, Name=name) == "CrawlerNotRunningException"


def test_a_crawler_without_a_schedule_has_none_to_start_or_stop(crawler, name):
    start, stop = crawler.start_crawler_schedule, crawler.stop_crawler_schedule
    assert refusal(start, CrawlerName=name) == "NoScheduleException"
    assert refusal(stop, CrawlerName=name) in {
        "SchedulerNotRunningException",
        "NoScheduleException",
    }


def test_a_schedule_is_not_started_or_stopped_twice(crawler, name):
    crawler.update_crawler_schedule(CrawlerName=name, Schedule="cron(0 1 * * ? *)")
    start, stop = crawler.start_crawler_schedule, crawler.stop_crawler_schedule
    assert refusal(start, CrawlerName=name) == "SchedulerRunningException"
    stop(CrawlerName=name)
    assert refusal(stop, CrawlerName=name) == "SchedulerNotRunningException"


def test_the_namespace_of_a_workgroup_cannot_be_deleted(aws, name):
    warehouse = aws("redshift-serverless")
    make(warehouse, name)
    assert refusal(warehouse.delete_namespace, namespaceName=name) == "ConflictException"
    other = {"workgroupName": f"{name}-two", "namespaceName": name, "baseCapacity": 8}
    assert refusal(warehouse.create_workgroup, **other) == "ConflictException"
    remove(warehouse, name)


def test_the_default_schedule_group_cannot_be_deleted(aws):
    call = aws("scheduler").delete_schedule_group
    assert refusal(call, Name="default") == "ValidationException"


def test_a_default_parameter_group_cannot_be_changed_or_deleted(aws, name):
    rds = aws("rds")
    group = rds.describe_db_parameter_groups()["DBParameterGroups"]
    default = [each for each in group if each["DBParameterGroupName"].startswith("default.")]
    if not default:
        pytest.skip("no default group until an instance needs one")
    default_name = default[0]["DBParameterGroupName"]
    call = rds.delete_db_parameter_group
    assert refusal(call, DBParameterGroupName=default_name) == "InvalidDBParameterGroupState"


def test_the_primary_workgroup_of_athena_cannot_be_deleted(aws):
    assert (
        refusal(aws("athena").delete_work_group, WorkGroup="primary") == "InvalidRequestException"
    )


def test_an_execution_that_ended_cannot_run_again_under_its_name(aws, name):
    states = aws("stepfunctions")
    machine = states.create_state_machine(
        name=name,
        roleArn=role(aws, "transitions-states", "states.amazonaws.com"),
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
    )["stateMachineArn"]
    states.start_execution(stateMachineArn=machine, name="once", input="{}")
    again = {"stateMachineArn": machine, "name": "once", "input": '{"other": true}'}
    assert refusal(states.start_execution, **again) == "ExecutionAlreadyExists"


def test_an_express_machine_has_no_executions_to_stop_or_list(aws, name):
    states = aws("stepfunctions")
    machine = states.create_state_machine(
        name=name,
        type="EXPRESS",
        roleArn=role(aws, "transitions-states", "states.amazonaws.com"),
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
    )["stateMachineArn"]
    call = states.list_executions
    assert refusal(call, stateMachineArn=machine) == "StateMachineTypeNotSupported"
