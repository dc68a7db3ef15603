from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_privileges import main
from botocore.stub import ANY

SERVICE = "redshift-data"
TARGET = {"workgroup_name": "shop", "database": "analytics"}
SENT = {"WorkgroupName": "shop", "Database": "analytics", "ClientToken": ANY}
WHO = ("identity_type", "identity_name", "privilege_type")
QUESTIONS = {
    "roles": ("role_name",),
    "users": ("usename",),
    "memberships": ("user_name", "role_name"),
    "relations": ("namespace_name", "relation_name", *WHO),
    "columns": ("namespace_name", "relation_name", "column_name", *WHO),
    "schemas": ("namespace_name", *WHO),
    "databases": ("database_name", *WHO),
    "iam": ("iam_arn", "command_type", "identity_type", "identity_name"),
    "open": ("kind", "name", "privilege_type"),
}
USAGE = {"role": "reader", "schema": "sales", "privileges": ["USAGE"]}
GRANT_USAGE = 'GRANT USAGE ON SCHEMA "sales" TO ROLE "reader"'
IS_GRANTED = {"roles": [("reader",)], "schemas": [("sales", "role", "reader", "USAGE")]}


@pytest.fixture
def read(say):
    """The questions to the catalog, and these rows as answers."""

    def read(**rows: list[tuple[str, ...]]) -> list[Any]:
        parts = [
            {
                "Id": f"q:{at}",
                "Status": "FINISHED",
                "HasResultSet": True,
                "ResultRows": len(rows.get(name, ())),
            }
            for at, name in enumerate(QUESTIONS, 1)
        ]
        ended = {"Id": "q", "Status": "FINISHED", "SubStatements": parts}
        results = [
            say(
                SERVICE,
                "GetStatementResult",
                {"Id": f"q:{at}"},
                {
                    "Records": [
                        [{"stringValue": value} for value in row] for row in rows.get(name, ())
                    ],
                    "ColumnMetadata": [{"name": column} for column in columns],
                },
            )
            for at, (name, columns) in enumerate(QUESTIONS.items(), 1)
        ]
        return [
            say(SERVICE, "BatchExecuteStatement", {"Sqls": ANY, **SENT}, {"Id": "q"}),
            say(SERVICE, "DescribeStatement", {"Id": "q", "WaitTimeSeconds": ANY}, ended),
            *results,
        ]

    return read


@pytest.fixture
def run(say):
    """Statements as one transaction, and their end."""

    def run(*sqls: str) -> list[Any]:
        many = len(sqls) > 1
        what = {"Sqls": list(sqls)} if many else {"Sql": sqls[0]}
        ended: dict[str, Any] = {"Id": "s", "Status": "FINISHED"}
        if many:
            ended["SubStatements"] = [
                {"Id": f"s:{at}", "Status": "FINISHED"} for at in range(1, len(sqls) + 1)
            ]
        operation = "BatchExecuteStatement" if many else "ExecuteStatement"
        return [
            say(SERVICE, operation, {**what, **SENT}, {"Id": "s"}),
            say(SERVICE, "DescribeStatement", {"Id": "s", "WaitTimeSeconds": ANY}, ended),
        ]

    return run


def test_principals_and_privileges_are_one_transaction(run_module, read, run):
    statements = [
        'CREATE ROLE "reader"',
        'CREATE USER "IAMR:me" PASSWORD DISABLE',
        'GRANT ROLE "reader" TO "IAMR:me"',
        GRANT_USAGE,
    ]
    options = {"roles": ["reader"], "users": [{"name": "IAMR:me", "roles": ["reader"]}]}
    script = [*read(), *run(*statements)]
    result = run_module(main, script, **TARGET, **options, grants=[USAGE])
    assert result["changed"]
    assert result["statements"] == statements


def test_check_mode_only_reads(run_module, read):
    result = run_module(main, read(), True, **TARGET, grants=[USAGE])
    assert result["changed"]
    assert result["statements"] == [GRANT_USAGE]


@pytest.mark.parametrize("check", [False, True])
def test_what_is_granted_is_left_alone(run_module, read, check):
    result = run_module(main, read(**IS_GRANTED), check, **TARGET, roles=["reader"], grants=[USAGE])
    assert not result["changed"]


def test_surplus_is_revoked_before_anything_is_granted(run_module, read, run):
    script = [
        *read(schemas=[("sales", "user", "passer_by", "CREATE")]),
        *run('REVOKE CREATE ON SCHEMA "sales" FROM "passer_by"', GRANT_USAGE),
    ]
    assert run_module(main, script, **TARGET, grants=[USAGE], purge={"schemas": ["sales"]})[
        "changed"
    ]


def test_who_is_kept_is_not_purged(run_module, read):
    purge = {"schemas": ["sales"], "keep": {"roles": ["reader"]}}
    result = run_module(main, read(**IS_GRANTED), **TARGET, purge=purge)
    assert result["statements"] == []


def test_more_than_a_batch_takes_is_several(run_module, read, run):
    grants = [{**USAGE, "role": f"r{at:02}"} for at in range(41)]
    sqls = [f'GRANT USAGE ON SCHEMA "sales" TO ROLE "r{at:02}"' for at in range(41)]
    script = [*read(), *run(*sqls[:40]), *run(sqls[40])]
    assert len(run_module(main, script, **TARGET, grants=grants)["statements"]) == 41


def test_nothing_that_is_wrong_reaches_aws(run_module):
    both = {"grants": [USAGE], "revokes": [USAGE]}
    result = run_module(main, [], **TARGET, **both)
    assert "USAGE is both granted to and revoked from role reader" in result["msg"]


def test_a_denied_caller_learns_which_action_is_missing(run_module, say):
    denied = say(SERVICE, "BatchExecuteStatement", {"Sqls": ANY, **SENT}, "AccessDeniedException")
    result = run_module(main, [denied], **TARGET, grants=[USAGE])
    assert "redshift-data:BatchExecuteStatement" in result["msg"]
