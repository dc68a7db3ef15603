"""The AWS CLI, unchanged."""

from __future__ import annotations

from tests.conformance.clients.aws_cli import AwsCli


def test_the_caller_is_the_administrator(aws_cli: AwsCli) -> None:
    assert aws_cli("sts", "get-caller-identity")["Account"] == "123456789012"


def test_what_is_refused_exits_with_255_and_tells_the_code(aws_cli: AwsCli) -> None:
    ended = aws_cli.run("glue", "get-database", "--name", "absent")
    assert ended.exit_code == 255
    assert "An error occurred (EntityNotFoundException)" in ended.errors
