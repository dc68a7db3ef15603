"""Requests that break their service's model, from clients that check nothing."""

from __future__ import annotations

import inspect

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox import registry
from sandbox.identity import ADMINISTRATOR_KEY
from sandbox.requests import CODES


@pytest.fixture(scope="module")
def unchecked(sandbox):
    def client(service):
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=sandbox.settings.endpoint_url,
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
            **ADMINISTRATOR_KEY,
        )

    return client


def refusal(call, **request):
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("athena", "get_work_group", "InvalidRequestException"),
        ("dms", "delete_endpoint", "InvalidParameterValueException"),
        ("glue", "get_table", "ValidationException"),
        ("glue", "delete_connection", "ValidationException"),
        ("lakeformation", "get_lf_tag", "InvalidInputException"),
        ("rds", "reboot_db_instance", "MissingParameter"),
        ("redshift-data", "execute_statement", "ValidationException"),
        ("redshift-serverless", "get_namespace", "ValidationException"),
        ("stepfunctions", "start_execution", "ValidationException"),
        ("sts", "assume_role", "ValidationError"),
    ],
)
def test_a_required_member_that_is_missing_is_told_in_the_service_s_own_code(
    unchecked, service, operation, code
):
    assert refusal(getattr(unchecked(service), operation)) == (400, code)


def test_values_are_held_to_lengths_patterns_and_enumerations(unchecked):
    tag = {"TagKey": "k" * 129, "TagValues": []}
    expected = (400, "InvalidInputException")
    assert refusal(unchecked("lakeformation").create_lf_tag, **tag) == expected
    machine = {"name": "m", "definition": "{}", "roleArn": "r", "type": "FAST"}
    expected = (400, "ValidationException")
    assert refusal(unchecked("stepfunctions").create_state_machine, **machine) == expected


def test_a_value_of_another_type_cannot_be_read(unchecked):
    expected = (400, "SerializationException")
    assert refusal(unchecked("glue").get_crawlers, MaxResults="three") == expected
    assert refusal(unchecked("dms").delete_endpoint, EndpointArn=7) == expected
    assert refusal(unchecked("lakeformation").list_lf_tags, MaxResults=[1]) == expected
    expected = (400, "MalformedInput")
    assert refusal(unchecked("rds").describe_db_instances, MaxRecords="many") == expected


def test_a_refused_value_may_hold_what_no_xml_can(unchecked):
    group = {"DBParameterGroupName": "\x01", "DBParameterGroupFamily": "\x02", "Description": "d"}
    assert refusal(unchecked("rds").create_db_parameter_group, **group)[0] == 400


@pytest.mark.parametrize("service", CODES)
def test_no_operation_needs_members_that_its_model_leaves_out(service):
    model = boto3.client(service, region_name="us-east-1").meta.service_model
    for name in model.operation_names:
        handler = registry.handler_of(service, name)
        if handler is None:
            continue
        shape = model.operation_model(name).input_shape
        required = {"call", *(shape.required_members if shape else ())}
        parameters = inspect.signature(handler).parameters.values()
        named = {each.name for each in parameters if each.kind is not each.VAR_KEYWORD}
        needed = {each.name for each in parameters if each.default is each.empty} & named
        assert needed - required <= {"_"}, name
