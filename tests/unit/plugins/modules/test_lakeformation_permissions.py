from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_permissions import main

ANALYST = "arn:aws:iam::123456789012:role/analyst"
AUDITOR = "arn:aws:iam::123456789012:role/auditor"
ADMIN = "arn:aws:iam::123456789012:role/admin"
CALLER = "arn:aws:iam::123456789012:user/deployer"
OPEN = "IAM_ALLOWED_PRINCIPALS"
TABLE = {"DatabaseName": "lake", "Name": "orders"}
EVERY_TABLE = {"Table": {"DatabaseName": "lake", "TableWildcard": {}}}
PURGE = {"database": "lake", "tables": ["Orders"]}


def held(principal: str, resource: dict[str, Any], *permissions: str) -> dict[str, Any]:
    return {
        "Principal": {"DataLakePrincipalIdentifier": principal},
        "Resource": resource,
        "Permissions": list(permissions),
        "PermissionsWithGrantOption": [],
    }


def asked(principal: str, resource: dict[str, Any], *permissions: str) -> dict[str, Any]:
    entry = held(principal, resource, *permissions)
    del entry["PermissionsWithGrantOption"]
    return entry


def columns(*names: str) -> dict[str, Any]:
    return {"TableWithColumns": {**TABLE, "ColumnNames": list(names)}}


ALL_COLUMNS = {"TableWithColumns": {**TABLE, "ColumnWildcard": {}}}


def select(*names: str, principal: str = ANALYST) -> dict[str, Any]:
    table = {"database_name": "lake", "name": "orders", "column_names": list(names)}
    return {
        "principal": principal,
        "permissions": ["SELECT"],
        "resource": {"table_with_columns": table},
    }


@pytest.fixture
def listed(say):
    def line(*found: dict[str, Any], of: dict[str, Any] | None = None) -> Any:
        request = {"Resource": of or {"Table": TABLE}}
        answer = {"PrincipalResourcePermissions": list(found)}
        return say("lakeformation", "ListPermissions", request, answer)

    return line


@pytest.fixture
def batch(say):
    """A batch of grants or revokes; `failures` maps an entry's index to code and message."""

    def line(
        operation: str, *entries: dict[str, Any], failures: Any = None, ids: Any = None
    ) -> Any:
        numbered = [
            {"Id": str(identifier), **entry}
            for identifier, entry in zip(ids or range(len(entries)), entries, strict=True)
        ]
        failed = [
            {
                "RequestEntry": next(e for e in numbered if e["Id"] == str(index)),
                "Error": {"ErrorCode": code, "ErrorMessage": message},
            }
            for index, (code, message) in (failures or {}).items()
        ]
        return say("lakeformation", operation, {"Entries": numbered}, {"Failures": failed})

    return line


GRANT, REVOKE = "BatchGrantPermissions", "BatchRevokePermissions"


class TestGrants:
    def test_what_is_missing_is_granted_and_read_back(self, run_module, listed, batch):
        script = [
            listed(held(ANALYST, columns("a"), "SELECT")),
            batch(GRANT, asked(ANALYST, columns("b"), "SELECT")),
            listed(held(ANALYST, columns("a"), "SELECT")),
            listed(held(ANALYST, columns("b", "a"), "SELECT")),
        ]
        result = run_module(main, script, grants=[select("A", "B")])
        assert result["granted"] == [f"{ANALYST}: SELECT on table lake.orders (b)"]
        assert result["diff"]["before"] == {
            "grants": [f"{ANALYST}: SELECT on table lake.orders (a)"]
        }
        assert result["diff"]["after"] == {
            "grants": [f"{ANALYST}: SELECT on table lake.orders (a, b)"]
        }

    def test_nothing_is_written_in_check_mode(self, run_module, listed):
        result = run_module(main, [listed()], check=True, grants=[select("a")])
        assert result["changed"]

    def test_what_is_held_in_any_words_is_no_change(self, run_module, listed):
        for resource in (columns("b", "a", "c"), ALL_COLUMNS):
            for check in (False, True):
                script = [listed(held(ANALYST, resource, "SELECT"))]
                result = run_module(main, script, check=check, grants=[select("a", "b")])
                assert not result["changed"]

    def test_a_thing_that_is_not_there_has_no_grants(self, run_module, say):
        request = {"Resource": {"Table": TABLE}}
        script = [say("lakeformation", "ListPermissions", request, "EntityNotFoundException")]
        assert run_module(main, script, check=True, grants=[select("a")])["changed"]

    def test_all_tables_are_granted_by_their_wildcard(self, run_module, listed, batch):
        shown = {"Table": {"DatabaseName": "lake", "Name": "ALL_TABLES", "TableWildcard": {}}}
        script = [
            listed(of=EVERY_TABLE),
            batch(GRANT, asked(ANALYST, EVERY_TABLE, "DESCRIBE")),
            listed(held(ANALYST, shown, "DESCRIBE"), of=EVERY_TABLE),
        ]
        table = {"table": {"database_name": "lake", "name": "*"}}
        wanted = {"principal": ANALYST, "permissions": ["DESCRIBE"], "resource": table}
        assert run_module(main, script, grants=[wanted])["changed"]

    def test_more_than_twenty_go_in_batches(self, run_module, listed, batch):
        who = [f"arn:aws:iam::123456789012:role/r{index:02}" for index in range(21)]
        entries = [asked(one, columns("a"), "SELECT") for one in who]
        script = [
            listed(),
            batch(GRANT, *entries[:20]),
            batch(GRANT, entries[20]),
            listed(*(held(one, columns("a"), "SELECT") for one in who)),
        ]
        result = run_module(main, script, grants=[select("a", principal=one) for one in who])
        assert len(result["granted"]) == 21

    @pytest.mark.parametrize(
        "failure",
        [
            ("ConcurrentModificationException", ""),
            ("InvalidInputException", "Invalid principal, arn"),
        ],
    )
    def test_what_may_pass_is_sent_again_alone(self, run_module, listed, batch, failure):
        one, other = (asked(who, columns("a"), "SELECT") for who in (ANALYST, AUDITOR))
        script = [
            listed(),
            batch(GRANT, one, other, failures={1: failure}),
            batch(GRANT, other, ids=[1]),
            listed(*(held(who, columns("a"), "SELECT") for who in (ANALYST, AUDITOR))),
        ]
        grants = [select("a"), select("a", principal=AUDITOR)]
        assert run_module(main, script, grants=grants)["changed"]

    def test_a_failure_names_the_grant(self, run_module, listed, batch):
        entry = asked(ANALYST, columns("a"), "SELECT")
        failure = {0: ("EntityNotFoundException", "Column a not found")}
        script = [listed(), batch(GRANT, entry, failures=failure)]
        message = run_module(main, script, grants=[select("a")])["msg"]
        assert f"failed for {ANALYST}: SELECT on table lake.orders (a)" in message
        assert "EntityNotFoundException: Column a not found" in message


class TestRevokes:
    def test_a_part_of_the_columns_is_revoked(self, run_module, listed, batch):
        script = [
            listed(held(ANALYST, columns("a", "b"), "SELECT")),
            batch(REVOKE, asked(ANALYST, columns("b"), "SELECT")),
            listed(held(ANALYST, columns("a"), "SELECT")),
        ]
        result = run_module(main, script, state="absent", grants=[select("b", "c")])
        assert result["revoked"] == [f"{ANALYST}: SELECT on table lake.orders (b)"]

    def test_what_is_not_held_is_no_change(self, run_module, listed):
        assert not run_module(main, [listed()], state="absent", grants=[select("a")])["changed"]

    def test_what_is_gone_meanwhile_is_revoked(self, run_module, listed, batch):
        gone = {0: ("InvalidInputException", "No permissions revoked. Grantee does not have:[X]")}
        script = [
            listed(held(ANALYST, columns("a"), "SELECT")),
            batch(REVOKE, asked(ANALYST, columns("a"), "SELECT"), failures=gone),
            listed(),
        ]
        assert run_module(main, script, state="absent", grants=[select("a")])["changed"]

    def test_a_column_cannot_be_taken_out_of_all(self, run_module, listed):
        script = [listed(held(ANALYST, ALL_COLUMNS, "SELECT"))]
        result = run_module(main, script, state="absent", grants=[select("a")])
        assert "can't be revoked: it is granted on all columns" in result["msg"]


class TestPurge:
    @pytest.fixture
    def who(self, say):
        admins = [{"DataLakePrincipalIdentifier": ADMIN}]
        settings = {"DataLakeSettings": {"DataLakeAdmins": admins}}
        return [
            say("sts", "GetCallerIdentity", {}, {"Arn": CALLER, "Account": "123456789012"}),
            say("lakeformation", "GetDataLakeSettings", {}, settings),
        ]

    @pytest.fixture
    def current(self, listed):
        """What is granted on the database, on all its tables, and on the table."""

        def lines(*table: Any, database: Any = (), tables: Any = ()) -> list[Any]:
            return [
                listed(*database, of={"Database": {"Name": "lake"}}),
                listed(*tables, of=EVERY_TABLE),
                listed(*table),
            ]

        return lines

    def test_surplus_goes_before_what_is_missing_comes(self, run_module, current, batch, who):
        database = {"Database": {"Name": "lake"}}
        script = [
            *current(
                held(OPEN, {"Table": TABLE}, "ALL"),
                held(ANALYST, ALL_COLUMNS, "SELECT"),
                database=[held(OPEN, database, "ALL")],
                tables=[held(AUDITOR, EVERY_TABLE, "DESCRIBE")],
            ),
            *who,
            batch(
                REVOKE,
                asked(OPEN, database, "ALL"),
                asked(OPEN, {"Table": TABLE}, "ALL"),
                asked(ANALYST, ALL_COLUMNS, "SELECT"),
                asked(AUDITOR, EVERY_TABLE, "DESCRIBE"),
            ),
            batch(GRANT, asked(ANALYST, columns("a"), "SELECT")),
            *current(held(ANALYST, columns("a"), "SELECT")),
        ]
        result = run_module(main, script, grants=[select("a")], purge=PURGE)
        assert len(result["revoked"]) == 4
        assert result["diff"]["after"]["grants"] == result["granted"]

    def test_unmanaged_administrators_and_the_caller_are_left_alone(self, run_module, current, who):
        script = [
            *current(*(held(one, ALL_COLUMNS, "SELECT") for one in (AUDITOR, ADMIN, CALLER))),
            *who,
        ]
        purge = {**PURGE, "unmanaged": [AUDITOR]}
        assert not run_module(main, script, grants=[], purge=purge)["changed"]

    def test_what_all_stands_for_is_no_surplus(self, run_module, current, who):
        held_by_all = [
            held(ANALYST, {"Table": TABLE}, "ALL", "ALTER", "DROP"),
            held(ANALYST, ALL_COLUMNS, "SELECT"),
        ]
        table = {"table": {"database_name": "lake", "name": "orders"}}
        wanted = {"principal": ANALYST, "permissions": ["ALL"], "resource": table}
        script = [*current(*held_by_all), *who]
        assert not run_module(main, script, grants=[wanted], purge=PURGE)["changed"]

    def test_the_role_behind_a_session_is_the_caller(self, run_module, say, current):
        deployer = "arn:aws:iam::123456789012:role/teams/deployer"
        session = "arn:aws:sts::123456789012:assumed-role/deployer/ci"
        role = {"Path": "/teams/", "RoleName": "deployer", "RoleId": "AROAUNITTESTS0000000"}
        role |= {"Arn": deployer, "CreateDate": "2026-01-01T00:00:00Z"}
        script = [
            *current(held(deployer, ALL_COLUMNS, "SELECT")),
            say("sts", "GetCallerIdentity", {}, {"Arn": session, "Account": "123456789012"}),
            say("iam", "GetRole", {"RoleName": "deployer"}, {"Role": role}),
            say("lakeformation", "GetDataLakeSettings", {}, {"DataLakeSettings": {}}),
        ]
        assert not run_module(main, script, grants=[], purge=PURGE)["changed"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"grants": [{**select("a"), "resource": {}}]}, "grants[0].resource has nothing"),
        (
            {"grants": [{**select("a"), "resource": {"catalog": {}, "database": {"name": "l"}}}]},
            "grants[0].resource has catalog, database",
        ),
        (
            {"grants": [{**select("a"), "permissions": ["SELECT", "DROP"]}]},
            "on columns only SELECT can be granted",
        ),
        (
            {"grants": [{**select("a"), "permissions_with_grant_option": ["DROP"]}]},
            "on columns only SELECT can be granted",
        ),
        ({"grants": [{**select("a"), "permissions": ["READ"]}]}, "value of permissions must be"),
        (
            {"grants": [], "state": "absent", "purge": {"database": "l", "tables": []}},
            "purge goes with state=present",
        ),
    ],
)
def test_bad_input_is_refused_before_any_call(run_module, options, message):
    assert message in run_module(main, [], **options)["msg"]
