from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_permissions import main
from ansible_collections.modern_data.warehouse.tests.unit.lakeformation import (
    ALL_COLUMNS,
    ANALYST,
    AUDITOR,
    EVERY_TABLE,
    GRANT,
    REVOKE,
    TABLE,
    Talk,
    asked,
    columns,
    held,
    select,
)


@pytest.fixture
def listed(say):
    return Talk(say).listed


@pytest.fixture
def batch(say):
    return Talk(say).batch


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

    def test_every_failure_is_told_and_the_others_are_granted(self, run_module, listed, batch):
        who = [f"arn:aws:iam::123456789012:role/r{index:02}" for index in range(21)]
        entries = [asked(one, columns("a"), "SELECT") for one in who]
        denied = ("AccessDeniedException", "not authorized")
        script = [
            listed(),
            batch(GRANT, *entries[:20], failures={0: denied, 7: denied}),
            batch(GRANT, entries[20], failures={0: ("InternalServiceException", "")}),
        ]
        message = run_module(main, script, grants=[select("a", principal=one) for one in who])[
            "msg"
        ]
        for index in (0, 7, 20):
            assert f"{who[index]}: SELECT on table lake.orders (a): " in message
        assert message.count("SELECT on table") == 3

    def test_a_conflict_of_the_whole_call_is_tried_again(self, run_module, say, listed, batch):
        entry = asked(ANALYST, columns("a"), "SELECT")
        request = {"Entries": [{"Id": "0", **entry}]}
        script = [
            listed(),
            say("lakeformation", GRANT, request, "ConcurrentModificationException"),
            batch(GRANT, entry),
            listed(held(ANALYST, columns("a"), "SELECT")),
        ]
        assert run_module(main, script, grants=[select("a")])["changed"]

    def test_a_grant_with_a_condition_is_another_grant(self, run_module, listed, batch):
        condition = 'context.iam.principalTags["team"] == "sales"'
        conditional = {"Condition": {"Expression": condition}}
        plain = held(ANALYST, columns("a"), "SELECT")
        script = [
            listed(plain),
            batch(GRANT, {**asked(ANALYST, columns("a"), "SELECT"), **conditional}),
            listed(plain, {**plain, **conditional}),
        ]
        result = run_module(main, script, grants=[{**select("a"), "condition": condition}])
        assert result["granted"] == [f"{ANALYST}: SELECT on table lake.orders (a) if {condition}"]

    def test_another_catalog_is_named_in_the_resource(self, run_module, listed, batch):
        catalog = "123456789012:sales"
        database = {"Database": {"CatalogId": catalog, "Name": "lake"}}
        script = [
            listed(of=database),
            batch(GRANT, asked(ANALYST, database, "DESCRIBE")),
            listed(held(ANALYST, database, "DESCRIBE"), of=database),
        ]
        wanted = {"principal": ANALYST, "permissions": ["DESCRIBE"]}
        grants = [{**wanted, "resource": {"database": {"name": "Lake"}}}]
        assert run_module(main, script, grants=grants, catalog_id=catalog)["changed"]

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

    def test_a_table_is_revoked_with_each_of_its_columns(self, run_module, listed, batch):
        script = [
            listed(held(ANALYST, columns("a", "b"), "SELECT")),
            batch(REVOKE, asked(ANALYST, columns("a", "b"), "SELECT")),
            listed(),
        ]
        table = {"table": {"database_name": "lake", "name": "orders"}}
        wanted = {"principal": ANALYST, "permissions": ["SELECT"], "resource": table}
        assert run_module(main, script, state="absent", grants=[wanted])["changed"]

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
            "grants[0].permissions has DROP: on columns there is only SELECT",
        ),
        (
            {"grants": [{**select("a"), "permissions_with_grant_option": ["DROP"]}]},
            "grants[0].permissions has DROP: on columns there is only SELECT",
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
