"""The AWS CLI, unchanged: what it prints, where it waits, how it pages and how it fails."""

from __future__ import annotations

import pytest

from tests.conformance.clients.aws_cli import AwsCli

EMPTY = [
    ("dms", "describe-replication-tasks", "ReplicationTasks"),
    ("redshift-serverless", "list-usage-limits", "usageLimits"),
    ("scheduler", "list-schedules", "Schedules"),
    ("stepfunctions", "list-state-machines", "stateMachines"),
]
"""Services, a command of each, and the list that it prints while nothing is there."""
REFUSED = [
    ("dms", "describe-endpoints --filters Name=endpoint-id,Values=absent", "ResourceNotFoundFault"),
    ("glue", "get-database --name absent", "EntityNotFoundException"),
    ("iam", "get-role --role-name absent", "NoSuchEntity"),
    ("rds", "describe-db-instances --db-instance-identifier absent", "DBInstanceNotFound"),
    ("redshift-serverless", "get-workgroup --workgroup-name absent", "ResourceNotFoundException"),
    ("secretsmanager", "get-secret-value --secret-id absent", "ResourceNotFoundException"),
]
"""Services, a command of each that fails, and the code that AWS gives."""


def test_the_caller_is_the_administrator(aws_cli: AwsCli) -> None:
    assert aws_cli("sts", "get-caller-identity")["Account"] == "123456789012"


@pytest.mark.parametrize(("service", "command", "member"), EMPTY)
def test_what_is_not_there_is_an_empty_list(
    aws_cli: AwsCli, service: str, command: str, member: str
) -> None:
    assert aws_cli(service, command)[member] == []


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
    listed = ("glue", "get-databases", "--max-items", "1")
    first = aws_cli(*listed)
    second = aws_cli(*listed, "--starting-token", first["NextToken"])
    names = [page["DatabaseList"][0]["Name"] for page in (first, second)]
    assert names == ["cli_a", "cli_b"]
    queried = aws_cli("glue", "get-databases", "--query", "DatabaseList[].Name")
    assert queried[:2] == names


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
