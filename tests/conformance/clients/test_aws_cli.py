"""The AWS CLI, unchanged: what it prints, where it waits, how it pages and how it fails."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conformance.clients.aws_cli import AwsCli
from tests.conformance.clients.warehouse import DATABASE, Endpoint
from tests.sandbox.redshift_services.tools import until

LISTS = [
    ("dms", "describe-replication-tasks", "ReplicationTasks"),
    ("redshift-serverless", "list-usage-limits", "usageLimits"),
    ("scheduler", "list-schedules", "Schedules"),
    ("stepfunctions", "list-state-machines", "stateMachines"),
]
"""Services, a command of each, and the list that it prints: empty while nothing is there."""
REFUSED = [
    (
        "dms",
        "describe-endpoints --filters Name=endpoint-id,Values=nowhere",
        "ResourceNotFoundFault",
    ),
    ("glue", "get-database --name nowhere", "EntityNotFoundException"),
    ("iam", "get-role --role-name nowhere", "NoSuchEntity"),
    ("rds", "describe-db-instances --db-instance-identifier nowhere", "DBInstanceNotFound"),
    ("redshift-serverless", "get-workgroup --workgroup-name nowhere", "ResourceNotFoundException"),
    ("secretsmanager", "get-secret-value --secret-id nowhere", "ResourceNotFoundException"),
]
"""Services, a command of each that fails, and the code that AWS gives."""


def test_the_caller_is_the_administrator(aws_cli: AwsCli) -> None:
    assert aws_cli("sts", "get-caller-identity")["Account"] == "123456789012"


@pytest.mark.parametrize(("service", "command", "member"), LISTS)
def test_a_list_is_as_long_as_boto3_sees_it(
    aws: Any, aws_cli: AwsCli, service: str, command: str, member: str
) -> None:
    seen = getattr(aws(service), command.replace("-", "_"))()[member]
    assert len(aws_cli(service, command)[member]) == len(seen)


@pytest.mark.parametrize(("service", "command", "code"), REFUSED)
def test_what_is_refused_exits_with_255_and_tells_the_code(
    aws_cli: AwsCli, service: str, command: str, code: str
) -> None:
    ended = aws_cli.run(service, *command.split())
    assert ended.exit_code == 255
    assert f"An error occurred ({code})" in ended.errors


def test_a_list_goes_on_where_its_token_says(aws_cli: AwsCli) -> None:
    for name in ("cli_a", "cli_b"):
        aws_cli("glue", "create-database", "--database-input", f"Name={name}")
    names, token = [], ""
    while token is not None:
        given = ("--starting-token", token) if token else ()
        page = aws_cli("glue", "get-databases", "--max-items", "1", *given)
        names += [database["Name"] for database in page["DatabaseList"]]
        token = page.get("NextToken")
    assert {"cli_a", "cli_b"} <= set(names)
    assert names == aws_cli("glue", "get-databases", "--query", "DatabaseList[].Name")


def test_files_go_to_s3_and_come_back(aws_cli: AwsCli) -> None:
    (aws_cli.folder / "order.txt").write_text("one order\n")
    for words in ("mb s3://cli-files", "cp order.txt s3://cli-files/in/", "ls s3://cli-files/in/"):
        ended = aws_cli.run("s3", *words.split())
        assert ended.exit_code == 0, ended.errors
    assert aws_cli.run("s3", "cp", "s3://cli-files/in/order.txt", "-").output == "one order\n"
    missing = aws_cli.run("s3api", "head-object", "--bucket", "cli-files", "--key", "absent")
    assert "An error occurred (404)" in missing.errors


def test_waiters_end_once_a_database_is_there_and_gone(aws_cli: AwsCli) -> None:
    name = ("--db-instance-identifier", "cli")
    login = ("--master-username", "shop_admin", "--master-user-password", "a-master-password")
    size = ("--db-instance-class", "db.t4g.micro", "--allocated-storage", "20")
    aws_cli("rds", "create-db-instance", *name, "--engine", "postgres", *size, *login)
    aws_cli("rds", "wait", "db-instance-available", *name)
    status = ("--query", "DBInstances[0].DBInstanceStatus")
    assert aws_cli("rds", "describe-db-instances", *name, *status) == "available"
    aws_cli("rds", "delete-db-instance", *name, "--skip-final-snapshot")
    aws_cli("rds", "wait", "db-instance-deleted", *name)


def ended(aws_cli: AwsCli, *describe: str, state: str) -> Any:
    """What a command tells of a statement once that has ended; state is its status, as a query."""
    over = ("FINISHED", "SUCCEEDED", "FAILED", "ABORTED", "CANCELLED")
    until(lambda: aws_cli(*describe, "--query", state) in over)
    return aws_cli(*describe)


def test_a_statement_is_run_in_the_warehouse_and_its_rows_are_fetched(
    aws_cli: AwsCli, endpoint: Endpoint
) -> None:
    where = ("--workgroup-name", endpoint.workgroup, "--database", DATABASE)
    sql = "select 1 as one, :name as name, null as nothing"
    given = ("--sql", sql, "--parameters", "name=name,value=Ada")
    started = aws_cli("redshift-data", "execute-statement", *where, *given)
    which = ("--id", started["Id"])
    status = ended(aws_cli, "redshift-data", "describe-statement", *which, state="Status")
    assert (status["Status"], status["ResultRows"]) == ("FINISHED", 1)
    result = aws_cli("redshift-data", "get-statement-result", *which)
    assert [column["name"] for column in result["ColumnMetadata"]] == ["one", "name", "nothing"]
    assert result["Records"] == [[{"longValue": 1}, {"stringValue": "Ada"}, {"isNull": True}]]


def test_a_statement_that_fails_tells_the_error_of_the_warehouse(
    aws_cli: AwsCli, endpoint: Endpoint
) -> None:
    where = ("--workgroup-name", endpoint.workgroup, "--database", DATABASE)
    started = aws_cli("redshift-data", "execute-statement", *where, "--sql", "select * from absent")
    which = ("--id", started["Id"])
    status = ended(aws_cli, "redshift-data", "describe-statement", *which, state="Status")
    assert status["Status"] == "FAILED"
    assert status["Error"] == 'ERROR: relation "absent" does not exist'
    refused = aws_cli.run("redshift-data", "get-statement-result", *which)
    assert (refused.exit_code, "ResourceNotFoundException" in refused.errors) == (255, True)


def test_a_session_keeps_its_temporary_tables(aws_cli: AwsCli, endpoint: Endpoint) -> None:
    where = ("--workgroup-name", endpoint.workgroup, "--database", DATABASE)
    first = ("--sql", "create temp table kept (id int)", "--session-keep-alive-seconds", "60")
    execute = ("redshift-data", "execute-statement", "--wait-time-seconds", "10")
    session = ("--session-id", aws_cli(*execute, *where, *first)["SessionId"])
    count = aws_cli(*execute, *session, "--sql", "select count(*) from kept")
    assert (count["Status"], count["SessionId"]) == ("FINISHED", session[1])
    (listed,) = aws_cli("redshift-data", "list-sessions", *session)["Sessions"]
    assert (listed["Status"], listed["SessionAliveSeconds"]) == ("AVAILABLE", 60)


def test_events_of_dms_are_subscribed_to_and_listed(aws_cli: AwsCli) -> None:
    topic = ("--sns-topic-arn", aws_cli("sns", "create-topic", "--name", "cli-dms")["TopicArn"])
    name = ("--subscription-name", "cli-dms-events")
    about = ("--source-type", "replication-task", "--event-categories", "failure", "deletion")
    aws_cli("dms", "create-event-subscription", *name, *topic, *about)
    listed = aws_cli("dms", "describe-event-subscriptions", *name)["EventSubscriptionsList"]
    assert listed[0]["EventCategoriesList"] == ["failure", "deletion"]
    aws_cli("dms", "modify-event-subscription", *name, "--no-enabled")
    assert (
        aws_cli("dms", "delete-event-subscription", *name)["EventSubscription"]["Enabled"] is False
    )
    since = ("--start-time", "2026-01-01T00:00:00Z", "--source-type", "replication-task")
    assert aws_cli("dms", "describe-events", *since)["Events"] == []


def test_an_alarm_watches_its_metric(aws_cli: AwsCli) -> None:
    metric = ("--namespace", "Cli", "--metric-name", "Failures")
    when = ("--comparison-operator", "GreaterThanThreshold", "--threshold", "1")
    of = ("--statistic", "Sum", "--period", "60", "--evaluation-periods", "1")
    name = ("--alarm-name", "cli-alarm")
    aws_cli("cloudwatch", "put-metric-alarm", *name, *metric, *when, *of)
    states = ("cloudwatch", "describe-alarms", "--query", "MetricAlarms[].StateValue")
    named = ("--alarm-names", "cli-alarm")
    assert aws_cli(*states, *named) == ["INSUFFICIENT_DATA"]
    aws_cli("cloudwatch", "put-metric-data", *metric, "--value", "2")
    until(lambda: aws_cli(*states, *named) == ["ALARM"])
    given = ("--state-value", "OK", "--state-reason", "a test")
    refused = aws_cli.run("cloudwatch", "set-alarm-state", "--alarm-name", "absent", *given)
    assert (refused.exit_code, "(ResourceNotFound)" in refused.errors) == (255, True)
    aws_cli("cloudwatch", "delete-alarms", *named)


def test_grants_on_the_catalog_are_made_listed_and_revoked(aws_cli: AwsCli) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    policy = ("--assume-role-policy-document", json.dumps(trust))
    role = aws_cli("iam", "create-role", "--role-name", "cli-reader", *policy)["Role"]["Arn"]
    aws_cli("glue", "create-database", "--database-input", "Name=cli_lake")
    principal = ("--principal", f"DataLakePrincipalIdentifier={role}")
    resource = ("--resource", json.dumps({"Database": {"Name": "cli_lake"}}))
    grant = (*principal, *resource, "--permissions", "DESCRIBE")
    aws_cli("lakeformation", "grant-permissions", *grant)
    listed = ("lakeformation", "list-permissions", *principal, *resource)
    (found,) = aws_cli(*listed)["PrincipalResourcePermissions"]
    assert (found["Permissions"], found["PermissionsWithGrantOption"]) == (["DESCRIBE"], [])
    aws_cli("lakeformation", "revoke-permissions", *grant)
    assert aws_cli(*listed)["PrincipalResourcePermissions"] == []


def test_a_query_of_athena_ends_with_rows(aws_cli: AwsCli) -> None:
    aws_cli.run("s3", "mb", "s3://cli-results")
    output = ("--result-configuration", "OutputLocation=s3://cli-results/out/")
    query = ("--query-string", "select 6 * 7 as answer, 'Ada' as name")
    started = aws_cli("athena", "start-query-execution", *query, *output)
    which = ("--query-execution-id", started["QueryExecutionId"])
    state = "QueryExecution.Status.State"
    execution = ended(aws_cli, "athena", "get-query-execution", *which, state=state)
    assert execution["QueryExecution"]["Status"]["State"] == "SUCCEEDED"
    rows = aws_cli("athena", "get-query-results", *which)["ResultSet"]["Rows"]
    told = [[each["VarCharValue"] for each in row["Data"]] for row in rows]
    assert told == [["answer", "name"], ["42", "Ada"]]


def test_resources_are_found_by_their_tags(aws_cli: AwsCli) -> None:
    aws_cli("s3api", "create-bucket", "--bucket", "cli-tagged")
    tags = ("--tagging", "TagSet=[{Key=cli-team,Value=shop}]")
    aws_cli("s3api", "put-bucket-tagging", "--bucket", "cli-tagged", *tags)
    search = ("--tag-filters", "Key=cli-team,Values=shop")
    found = aws_cli("resourcegroupstaggingapi", "get-resources", *search)
    (resource,) = found["ResourceTagMappingList"]
    assert resource["ResourceARN"] == "arn:aws:s3:::cli-tagged"
    assert resource["Tags"] == [{"Key": "cli-team", "Value": "shop"}]
