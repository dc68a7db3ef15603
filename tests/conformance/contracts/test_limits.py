"""The quotas and sizes that AWS documents, at the last that is taken and the first that isn't."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.dms_tools import role

ACCOUNT = "123456789012"
KIBIBYTE = 1024
# https://docs.aws.amazon.com/lake-formation/latest/dg/lf-limits.html
MOST_ADMINISTRATORS = 30
# https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
MOST_STATEMENTS = 40
LONGEST_STATEMENT = 100 * KIBIBYTE
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
LARGEST_STATE = 256 * KIBIBYTE
# https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_BatchGrantPermissions.html
MOST_ENTRIES = 20


def fails_with(client, code, call, **request):
    with pytest.raises(client.exceptions.ClientError) as caught:
        call(**request)
    assert caught.value.response["Error"]["Code"] == code


def administrators(number):
    return [
        {"DataLakePrincipalIdentifier": f"arn:aws:iam::{ACCOUNT}:role/steward-{each}"}
        for each in range(number)
    ]


def test_a_lake_has_thirty_administrators_at_most(aws):
    lake = aws("lakeformation")
    before = lake.get_data_lake_settings()["DataLakeSettings"]
    for each in range(MOST_ADMINISTRATORS + 1):
        role(aws, f"steward-{each}", "lakeformation.amazonaws.com")
    most = before | {"DataLakeAdmins": administrators(MOST_ADMINISTRATORS)}
    lake.put_data_lake_settings(DataLakeSettings=most)
    more = before | {"DataLakeAdmins": administrators(MOST_ADMINISTRATORS + 1)}
    fails_with(lake, "InvalidInputException", lake.put_data_lake_settings, DataLakeSettings=more)
    lake.put_data_lake_settings(DataLakeSettings=before)


@pytest.mark.parametrize("operation", ["batch_grant_permissions", "batch_revoke_permissions"])
def test_a_batch_of_permissions_has_twenty_entries_at_most(aws, operation):
    lake = aws("lakeformation")
    entries = [
        {
            "Id": str(number),
            "Principal": {"DataLakePrincipalIdentifier": f"arn:aws:iam::{ACCOUNT}:role/absent"},
            "Resource": {"Database": {"Name": "absent"}},
            "Permissions": ["DESCRIBE"],
        }
        for number in range(MOST_ENTRIES + 1)
    ]
    call = getattr(lake, operation)
    assert len(call(Entries=entries[:MOST_ENTRIES])["Failures"]) == MOST_ENTRIES
    fails_with(lake, "InvalidInputException", call, Entries=entries)


def test_a_batch_has_forty_statements_at_most(aws):
    data = aws("redshift-data")
    request = {"WorkgroupName": "nowhere", "Database": "dev"}
    many = ["SELECT 1"] * (MOST_STATEMENTS + 1)
    call = data.batch_execute_statement
    with pytest.raises(data.exceptions.ValidationException, match="less than or equal to 40"):
        call(Sqls=many, **request)
    with pytest.raises(data.exceptions.ValidationException, match="endpoint doesn't exist"):
        call(Sqls=many[:MOST_STATEMENTS], **request)


def test_a_statement_has_a_hundred_kibibytes_at_most(aws):
    data = aws("redshift-data")
    request = {"WorkgroupName": "nowhere", "Database": "dev"}
    text = "SELECT 1".ljust(LONGEST_STATEMENT + 1)
    with pytest.raises(data.exceptions.ValidationException) as caught:
        data.execute_statement(Sql=text, **request)
    assert "endpoint doesn't exist" not in str(caught.value)


def test_the_input_of_an_execution_has_256_kibibytes_at_most(aws):
    role_arn = role(aws, "limits-states", "states.amazonaws.com")
    states = aws("stepfunctions")
    machine = states.create_state_machine(
        name="limits",
        roleArn=role_arn,
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
    )["stateMachineArn"]
    largest = json.dumps("x" * (LARGEST_STATE - 2))
    states.start_execution(stateMachineArn=machine, input=largest)
    request = {"stateMachineArn": machine, "input": json.dumps("x" * LARGEST_STATE)}
    with pytest.raises(states.exceptions.ClientError) as caught:
        states.start_execution(**request)
    assert caught.value.response["Error"]["Code"] in {
        "InvalidExecutionInput",
        "ValidationException",
    }


@pytest.mark.parametrize("size", [19, 101])
@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("rds", "describe_db_engine_versions", "InvalidParameterValue"),
        ("dms", "describe_endpoint_types", "InvalidParameterValueException"),
        ("dms", "describe_replication_subnet_groups", "InvalidParameterValueException"),
    ],
)
def test_a_page_has_between_20_and_100_records(aws, service, operation, code, size):
    client = aws(service)
    fails_with(client, code, getattr(client, operation), MaxRecords=size)
