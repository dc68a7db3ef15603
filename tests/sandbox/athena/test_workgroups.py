"""A workgroup is made, changed and deleted, and rules over the queries in it."""

from __future__ import annotations

import uuid

import pytest

from tests.sandbox.athena_tools import Queries
from tests.sandbox.lake_tools import refused

NO_LOCATION = (
    "No output location provided. An output location is required either through the Workgroup "
    "result configuration setting or as an API input."
)


@pytest.fixture
def athena(aws):
    return aws("athena")


@pytest.fixture
def workgroup(athena):
    """Makes workgroups with a configuration; deletes them afterwards."""
    made = []

    def make(**configuration):
        name = f"group-{uuid.uuid4().hex[:8]}"
        athena.create_work_group(Name=name, Configuration=configuration, Description="first")
        made.append(name)
        return name

    yield make
    for name in made:
        athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)


def test_a_workgroup_is_told_as_it_was_made(athena, lake, workgroup):
    result = {
        "OutputLocation": f"s3://{lake.results}/group/",
        "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
    }
    name = workgroup(ResultConfiguration=result, BytesScannedCutoffPerQuery=10_000_000)
    group = athena.get_work_group(WorkGroup=name)["WorkGroup"]
    assert (group["Name"], group["State"], group["Description"]) == (name, "ENABLED", "first")
    assert group["Configuration"] == {
        "ResultConfiguration": result,
        "EnforceWorkGroupConfiguration": True,
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
        "BytesScannedCutoffPerQuery": 10_000_000,
        "EngineVersion": {
            "SelectedEngineVersion": "AUTO",
            "EffectiveEngineVersion": "Athena engine version 3",
        },
    }
    pages = athena.list_work_groups(MaxResults=1)
    assert pages["NextToken"]
    assert refused(athena.create_work_group, Name=name)[0] == "InvalidRequestException"


def test_an_update_changes_what_it_names_and_removes_what_it_is_told_to(athena, lake, workgroup):
    location = f"s3://{lake.results}/group/"
    name = workgroup(
        ResultConfiguration={"OutputLocation": location}, BytesScannedCutoffPerQuery=10_000_000
    )
    athena.update_work_group(
        WorkGroup=name,
        Description="second",
        ConfigurationUpdates={
            "EnforceWorkGroupConfiguration": False,
            "RemoveBytesScannedCutoffPerQuery": True,
            "ResultConfigurationUpdates": {
                "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"}
            },
        },
    )
    group = athena.get_work_group(WorkGroup=name)["WorkGroup"]
    configuration = group["Configuration"]
    assert group["Description"] == "second"
    assert "BytesScannedCutoffPerQuery" not in configuration
    assert configuration["EnforceWorkGroupConfiguration"] is False
    assert configuration["ResultConfiguration"] == {
        "OutputLocation": location,
        "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
    }
    athena.update_work_group(
        WorkGroup=name,
        ConfigurationUpdates={"ResultConfigurationUpdates": {"RemoveOutputLocation": True}},
    )
    configuration = athena.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"]
    assert "OutputLocation" not in configuration["ResultConfiguration"]


@pytest.mark.parametrize(
    "configuration",
    [
        {"ResultConfiguration": {"OutputLocation": "results/"}},
        {"EngineVersion": {"SelectedEngineVersion": "Athena engine version 1"}},
        {
            "ResultConfiguration": {
                "OutputLocation": "s3://a/",
                "EncryptionConfiguration": {"EncryptionOption": "SSE_KMS"},
            }
        },
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(athena, configuration):
    code, _ = refused(athena.create_work_group, Name="wrong", Configuration=configuration)
    assert code == "InvalidRequestException"


def test_tags_of_a_workgroup_come_and_go(athena, workgroup):
    arn = f"arn:aws:athena:us-east-1:123456789012:workgroup/{workgroup()}"
    athena.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b"}])
    athena.untag_resource(ResourceARN=arn, TagKeys=["b", "c"])
    assert athena.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    code, _ = refused(athena.list_tags_for_resource, ResourceARN=f"{arn}-not")
    assert code == "ResourceNotFoundException"


def test_primary_stays_and_a_workgroup_with_queries_is_deleted_only_as_a_whole(
    athena, lake, workgroup
):
    assert refused(athena.delete_work_group, WorkGroup="primary")[0] == "InvalidRequestException"
    name = workgroup(ResultConfiguration={"OutputLocation": f"s3://{lake.results}/group/"})
    queries = Queries(athena, lake.database, lake.results)
    identifier = queries.start("SELECT 1", WorkGroup=name)
    queries.ended(identifier)
    code, message = refused(athena.delete_work_group, WorkGroup=name)
    assert (code, message) == ("InvalidRequestException", f"WorkGroup {name} is not empty")
    athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)
    code, message = refused(athena.get_query_execution, QueryExecutionId=identifier)
    assert (code, message) == (
        "InvalidRequestException",
        f"QueryExecution {identifier} was not found",
    )
    code, message = refused(athena.get_work_group, WorkGroup=name)
    assert (code, message) == ("InvalidRequestException", "WorkGroup is not found.")
    athena.create_work_group(Name=name)


def test_an_enforced_configuration_wins_over_the_request(athena, lake, workgroup):
    own = f"s3://{lake.results}/group/"
    queries = Queries(athena, lake.database, lake.results)
    name = workgroup(ResultConfiguration={"OutputLocation": own})
    identifier = queries.start("SELECT 1", WorkGroup=name)
    found = queries.ended(identifier)
    assert found["ResultConfiguration"]["OutputLocation"] == f"{own}{identifier}.csv"
    athena.update_work_group(
        WorkGroup=name, ConfigurationUpdates={"EnforceWorkGroupConfiguration": False}
    )
    identifier = queries.start("SELECT 1", WorkGroup=name)
    location = queries.ended(identifier)["ResultConfiguration"]["OutputLocation"]
    assert location == f"{queries.location}/{identifier}.csv"


def test_a_query_is_not_started_where_its_workgroup_forbids_it(athena, lake, workgroup):
    code, message = refused(athena.start_query_execution, QueryString="SELECT 1")
    assert (code, message) == ("InvalidRequestException", NO_LOCATION)
    name = workgroup(ResultConfiguration={"OutputLocation": f"s3://{lake.results}/group/"})
    athena.update_work_group(WorkGroup=name, State="DISABLED")
    code, message = refused(athena.start_query_execution, QueryString="SELECT 1", WorkGroup=name)
    assert (code, message) == ("InvalidRequestException", f"WorkGroup {name} is disabled.")
    code, message = refused(
        athena.start_query_execution,
        QueryString="SELECT 1",
        ResultConfiguration={"OutputLocation": "s3://not-a-bucket-of-ours/"},
    )
    assert (code, message) == (
        "InvalidRequestException",
        "Unable to verify/create output bucket not-a-bucket-of-ours",
    )
