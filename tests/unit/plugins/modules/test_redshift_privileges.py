from __future__ import annotations

from functools import partial

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
    "user_roles": ("user_name", "role_name"),
    "role_roles": ("role_name", "granted_role_name"),
    "relations": ("namespace_name", "relation_name", *WHO),
    "columns": ("namespace_name", "relation_name", "column_name", *WHO),
    "schemas": ("namespace_name", *WHO, "privilege_scope"),
    "databases": ("database_name", *WHO),
    "defaults": ("schema_name", "owner_name", "grantee_type", "grantee_name", "privilege_type"),
    "iam": ("iam_arn", "command_type", "identity_type", "identity_name"),
    "open": ("kind", "name", "privilege_type"),
    "owners": ("kind", "schema_name", "name", "owner"),
}
USAGE = {"role": "reader", "schema": "sales", "privileges": ["USAGE"]}
GRANT_USAGE = 'GRANT USAGE ON SCHEMA "sales" TO ROLE "reader"'
IS_GRANTED = {"roles": [("reader",)], "schemas": [("sales", "role", "reader", "USAGE", "SCHEMA")]}


@pytest.fixture
def read(read_redshift):
    """The questions to the catalog, and these rows as answers."""
    return partial(read_redshift, QUESTIONS)


@pytest.fixture
def run(run_redshift):
    return run_redshift


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
        *read(schemas=[("sales", "user", "passer_by", "CREATE", "SCHEMA")]),
        *run('REVOKE CREATE ON SCHEMA "sales" FROM "passer_by"', GRANT_USAGE),
    ]
    assert run_module(main, script, **TARGET, grants=[USAGE], purge={"schemas": ["sales"]})[
        "changed"
    ]


def test_who_is_kept_is_not_purged(run_module, read):
    purge = {"schemas": ["sales"], "keep": {"roles": ["reader"]}}
    result = run_module(main, read(**IS_GRANTED), **TARGET, purge=purge)
    assert result["statements"] == []


def test_what_its_owner_may_do_is_not_purged(run_module, read):
    rows = {
        "schemas": [("sales", "user", "boss", "CREATE", "SCHEMA")],
        "relations": [("sales", "orders", "user", "boss", "SELECT")],
        "databases": [("sales", "user", "clerk", "CREATE")],
        "owners": [
            ("schema", None, "sales", "boss"),
            ("table", "sales", "orders", "boss"),
            ("schema", None, "sales", "clerk"),
        ],
    }
    tables = [{"schema": "sales", "names": ["orders"]}]
    purge = {"schemas": ["sales"], "tables": tables, "databases": ["sales"]}
    result = run_module(main, read(**rows), True, **TARGET, purge=purge)
    assert result["statements"] == ['REVOKE CREATE ON DATABASE "sales" FROM "clerk"']


def test_a_new_table_opens_nothing(run_module, read):
    rows = {
        "defaults": [
            ("sales", "etl", "role", "reader", "SELECT"),
            ("sales", "etl", "role", "reader", "INSERT"),
            (None, "etl", "public", "public", "SELECT"),
            (None, "etl", "user", "etl", "SELECT"),
            ("other", "etl", "public", "public", "SELECT"),
            ("sales", "etl", "role", "clerk", "SELECT"),
        ],
        "schemas": [
            ("sales", "role", "reader", "SELECT", "TABLES"),
            ("sales", "role", "reader", "INSERT", "TABLES"),
            ("sales", "role", "reader", "USAGE", "SCHEMA"),
            ("sales", "role", "reader", "USAGE", "FUNCTIONS"),
        ],
    }
    purge = {"default_privileges": ["sales"], "keep": {"roles": ["clerk"]}}
    result = run_module(main, read(**rows), True, **TARGET, purge=purge)
    assert result["statements"] == [
        'ALTER DEFAULT PRIVILEGES FOR USER "etl" REVOKE SELECT ON TABLES FROM PUBLIC',
        'ALTER DEFAULT PRIVILEGES FOR USER "etl" IN SCHEMA "sales"'
        ' REVOKE SELECT, INSERT ON TABLES FROM ROLE "reader"',
        'REVOKE SELECT, INSERT FOR TABLES IN SCHEMA "sales" FROM ROLE "reader"',
    ]
    assert run_module(main, read(**rows), True, **TARGET, roles=["a"])["statements"] == [
        'CREATE ROLE "a"'
    ]


def test_only_who_is_listed_keeps_a_purged_role(run_module, read, run):
    rows = {
        "roles": [("reader",)],
        "users": [("IAMR:me",), ("passer_by",)],
        "user_roles": [("IAMR:me", "reader"), ("passer_by", "reader"), ("passer_by", "other")],
        "role_roles": [("clerk", "reader"), ("reader", "other")],
    }
    revokes = ['REVOKE ROLE "reader" FROM ROLE "clerk"', 'REVOKE ROLE "reader" FROM "passer_by"']
    result = run_module(
        main,
        [*read(**rows), *run(*revokes)],
        **TARGET,
        users=[{"name": "IAMR:me", "roles": ["reader"]}],
        purge={"roles": ["reader"]},
    )
    assert result["statements"] == revokes


def test_more_than_a_batch_takes_is_several(run_module, read, run):
    grants = [{**USAGE, "role": f"r{at:02}"} for at in range(41)]
    sqls = [f'GRANT USAGE ON SCHEMA "sales" TO ROLE "r{at:02}"' for at in range(41)]
    script = [*read(), *run(*sqls[:40]), *run(sqls[40])]
    assert len(run_module(main, script, **TARGET, grants=grants)["statements"]) == 41


def test_many_tables_are_read_in_parts(run_module, read):
    names = [f"t{at:03}" for at in range(501)]
    script = [
        *read(users=[("passer_by",)], relations=[("sales", "t000", "user", "passer_by", "SELECT")]),
        *read(relations=[("sales", "t500", "user", "passer_by", "SELECT")]),
    ]
    purge = {"tables": [{"schema": "sales", "names": names}]}
    result = run_module(main, script, True, **TARGET, purge=purge)
    assert result["statements"] == [
        'REVOKE SELECT ON "sales"."t000", "sales"."t500" FROM "passer_by"'
    ]


def test_a_schema_is_purged_with_all_tables_that_there_are(run_module, read):
    who = ("user", "passer_by", "SELECT")
    rows = {
        "users": [("passer_by",)],
        "relations": [("sales", "gone", *who), ("sales", "mine", *who), ("other", "gone", *who)],
        "columns": [("sales", "orders", "total", "role", "reader", "SELECT")],
        "owners": [("table", "sales", "mine", "passer_by")],
    }
    purge = {"tables": [{"schema": "Sales"}, {"schema": "other", "names": ["orders"]}]}
    result = run_module(main, read(**rows), True, **TARGET, purge=purge)
    assert result["statements"] == [
        'REVOKE SELECT ("total") ON "sales"."orders" FROM ROLE "reader"',
        'REVOKE SELECT ON "sales"."gone" FROM "passer_by"',
    ]


def test_nothing_that_is_wrong_reaches_aws(run_module):
    both = {"grants": [USAGE], "revokes": [USAGE]}
    result = run_module(main, [], **TARGET, **both)
    assert "USAGE is both granted to and revoked from role reader" in result["msg"]


def test_a_denied_caller_learns_which_action_is_missing(run_module, say):
    denied = say(SERVICE, "BatchExecuteStatement", {"Sqls": ANY, **SENT}, "AccessDeniedException")
    result = run_module(main, [denied], **TARGET, grants=[USAGE])
    assert "redshift-data:BatchExecuteStatement" in result["msg"]


COPY = {"role": "etl", "iam_role": "default", "privileges": ["COPY"]}
OWN = ("default-aws-iam-role", "COPY", "role", "etl")
ANOTHER = ("default-aws-iam-role", "COPY", "user", "by_hand")
EVERYBODY = ("ALL", "COPY", "public", None)


@pytest.mark.parametrize(
    ("grants", "rows", "revoked"),
    [
        ([COPY], [], True),
        ([COPY], [ANOTHER], True),
        ([COPY], [OWN], False),
        ([COPY], [OWN, EVERYBODY], True),
        ([], [ANOTHER], False),
    ],
    ids=["at first", "made by hand", "own grant", "listed", "nothing to grant"],
)
def test_iam_roles_are_taken_from_all_until_the_own_grant_tells_that_they_were(
    run_module, read, grants, rows, revoked
):
    options = {"grants": grants, "purge": {"iam_roles": True}}
    result = run_module(main, read(iam=rows), True, **TARGET, **options)
    assert any("FROM PUBLIC" in sql for sql in result["statements"]) == revoked


BUILT_IN = "default-aws-iam-role"
EVERY_COMMAND = ("COPY", "UNLOAD", "CREATE MODEL", "EXFUNC")
SAMPLE = [
    (BUILT_IN, command, kind, name)
    for kind, name in (("public", "public"), ("user", "u1"), ("role", "r1"))
    for command in EVERY_COMMAND
]
"""https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_IAM_PRIVILEGES.html"""
EVERY_OPTION = ["COPY", "UNLOAD", "EXTERNAL FUNCTION", "CREATE MODEL"]
LOCKED = [
    "REVOKE ASSUMEROLE ON ALL FROM PUBLIC FOR ALL",
    "REVOKE ASSUMEROLE ON DEFAULT FROM PUBLIC FOR ALL",
]


def test_the_documented_rows_are_purged_with_what_opens_iam_roles_to_all(run_module, read):
    purge = {"iam_roles": True}
    result = run_module(main, read(iam=SAMPLE), True, **TARGET, purge=purge, grants=[COPY])
    assert result["statements"] == [
        *LOCKED,
        'REVOKE ASSUMEROLE ON DEFAULT FROM ROLE "r1" FOR ALL',
        'REVOKE ASSUMEROLE ON DEFAULT FROM "u1" FOR ALL',
        'GRANT ASSUMEROLE ON DEFAULT TO ROLE "etl" FOR COPY',
    ]
    again = run_module(main, read(iam=[OWN]), True, **TARGET, purge=purge, grants=[COPY])
    assert again["statements"] == []


@pytest.mark.parametrize(("rows", "statements"), [(SAMPLE, LOCKED), (SAMPLE[4:], [])])
def test_the_documented_rows_tell_what_a_revoke_on_all_takes(run_module, read, rows, statements):
    revokes = [{"public": True, "iam_role": "all", "privileges": EVERY_OPTION}]
    result = run_module(main, read(iam=rows), True, **TARGET, revokes=revokes)
    assert result["statements"] == statements


def test_a_command_that_nobody_knows_makes_no_statement(run_module, read):
    rows = [OWN, (BUILT_IN, "SOMETHING NEW", "user", "u1")]
    options = {"grants": [COPY], "purge": {"iam_roles": True}}
    assert run_module(main, read(iam=rows), True, **TARGET, **options)["statements"] == []


def test_what_public_is_granted_on_one_iam_role_opens_no_other(run_module, read):
    everybody = {"public": True, "iam_role": "default", "privileges": ["COPY"]}
    rows = [(BUILT_IN, "COPY", "public", "public")]
    options = {"grants": [everybody], "purge": {"iam_roles": True}}
    assert run_module(main, read(iam=rows), True, **TARGET, **options)["statements"] == []
