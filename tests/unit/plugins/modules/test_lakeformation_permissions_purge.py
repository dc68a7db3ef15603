"""What lakeformation_permissions takes away from whom."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_permissions import main
from ansible_collections.modern_data.warehouse.tests.unit.lakeformation import (
    ADMIN,
    ALL_COLUMNS,
    ANALYST,
    AUDITOR,
    CALLER,
    EVERY_TABLE,
    GRANT,
    OPEN,
    REVOKE,
    TABLE,
    Talk,
    asked,
    columns,
    held,
    select,
)

PURGE = {"database": "lake", "tables": ["Orders"]}
DATABASE = {"Database": {"CatalogId": "123456789012", "Name": "other"}}
LOCATION = {"DataLocation": {"ResourceArn": "arn:aws:s3:::lake/raw"}}
PURGE_OTHERS = {**PURGE, "other_tables": True, "makers": [ANALYST]}
GONE, MADE = ({"Table": {"DatabaseName": "lake", "Name": name}} for name in ("gone", "made"))
GERMAN_GONE = {"DataCellsFilter": {"DatabaseName": "lake", "TableName": "gone", "Name": "german"}}
OTHERS = {"Database": {"CatalogId": "210987654321", "Name": "shared"}}


@pytest.fixture
def talk(say):
    return Talk(say)


@pytest.fixture
def current(talk):
    """What is granted on the database, on all its tables, and on the table."""

    def lines(*table: Any, database: Any = (), tables: Any = ()) -> list[Any]:
        return [
            talk.listed(*database, of={"Database": {"Name": "lake"}}),
            talk.listed(*tables, of=EVERY_TABLE),
            talk.answered({"Resource": {"Table": TABLE}, "IncludeRelated": "TRUE"}, *table),
        ]

    return lines


def test_surplus_goes_before_what_is_missing_comes(run_module, talk, current):
    database = {"Database": {"Name": "lake"}}
    script = [
        *current(
            held(OPEN, {"Table": TABLE}, "ALL"),
            held(ANALYST, ALL_COLUMNS, "SELECT"),
            database=[held(OPEN, database, "ALL")],
            tables=[held(AUDITOR, EVERY_TABLE, "DESCRIBE")],
        ),
        *talk.who(),
        talk.batch(
            REVOKE,
            asked(OPEN, database, "ALL"),
            asked(OPEN, {"Table": TABLE}, "ALL"),
            asked(ANALYST, ALL_COLUMNS, "SELECT"),
            asked(AUDITOR, EVERY_TABLE, "DESCRIBE"),
        ),
        talk.batch(GRANT, asked(ANALYST, columns("a"), "SELECT")),
        *current(held(ANALYST, columns("a"), "SELECT")),
    ]
    result = run_module(main, script, grants=[select("a")], purge=PURGE)
    assert len(result["revoked"]) == 4
    assert result["diff"]["after"]["grants"] == result["granted"]


def test_grants_on_filters_of_the_tables_go_unless_they_are_listed(run_module, talk, current):
    german, french = (
        {"DataCellsFilter": {"DatabaseName": "lake", "TableName": "orders", "Name": name}}
        for name in ("german", "french")
    )
    kept = held(ANALYST, german, "SELECT")
    script = [
        *current(kept, held(AUDITOR, german, "SELECT"), held(ANALYST, french, "SELECT")),
        *talk.who(),
        talk.batch(REVOKE, asked(ANALYST, french, "SELECT"), asked(AUDITOR, german, "SELECT")),
        *current(kept),
    ]
    place = {"database_name": "Lake", "table_name": "Orders", "name": "german"}
    grants = [
        {
            "principal": ANALYST,
            "resource": {"data_cells_filter": place},
            "permissions": ["SELECT"],
        }
    ]
    run_module(main, script, grants=grants, purge=PURGE)


def test_who_may_make_tables_over_a_location_is_said_by_the_list(run_module, talk):
    script = [
        talk.listed(held(AUDITOR, LOCATION, "DATA_LOCATION_ACCESS"), of=LOCATION),
        *talk.who(),
        talk.batch(REVOKE, asked(AUDITOR, LOCATION, "DATA_LOCATION_ACCESS")),
        talk.listed(of=LOCATION),
    ]
    purge = {"data_locations": ["arn:aws:s3:::lake/raw/"]}
    assert run_module(main, script, grants=[], purge=purge)["changed"]


def test_unmanaged_administrators_and_the_caller_are_left_alone(run_module, talk, current):
    script = [
        *current(*(held(one, ALL_COLUMNS, "SELECT") for one in (AUDITOR, ADMIN, CALLER))),
        *talk.who(),
    ]
    purge = {**PURGE, "unmanaged": [AUDITOR]}
    assert not run_module(main, script, grants=[], purge=purge)["changed"]


def test_what_all_stands_for_is_no_surplus(run_module, current):
    held_by_all = [
        held(ANALYST, {"Table": TABLE}, "ALL", "ALTER", "DROP"),
        held(ANALYST, ALL_COLUMNS, "SELECT"),
    ]
    table = {"table": {"database_name": "lake", "name": "orders"}}
    wanted = {"principal": ANALYST, "permissions": ["ALL"], "resource": table}
    script = current(*held_by_all)
    assert not run_module(main, script, grants=[wanted], purge=PURGE)["changed"]


def test_the_role_behind_a_session_is_the_caller(run_module, say, current):
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


class TestOtherTables:
    def test_what_is_granted_on_any_table_of_the_database_goes(self, run_module, talk):
        kept = [
            held(ANALYST, columns("a"), "SELECT"),
            held(ANALYST, {"Table": {"DatabaseName": "other", "Name": "gone"}}, "DESCRIBE"),
            held(AUDITOR, DATABASE, "DESCRIBE"),
            held(ADMIN, GONE, "ALTER"),
        ]
        surplus = [
            held(ANALYST, GONE, "DESCRIBE"),
            held(AUDITOR, GERMAN_GONE, "SELECT"),
            held(AUDITOR, EVERY_TABLE, "DESCRIBE"),
        ]
        script = [
            talk.answered({}, *kept, *surplus),
            talk.caller(),
            *talk.who(),
            talk.batch(
                REVOKE,
                asked(ANALYST, GONE, "DESCRIBE"),
                asked(AUDITOR, GERMAN_GONE, "SELECT"),
                asked(AUDITOR, EVERY_TABLE, "DESCRIBE"),
            ),
            talk.answered({}, *kept),
        ]
        result = run_module(main, script, grants=[select("a")], purge=PURGE_OTHERS)
        assert len(result["revoked"]) == 3

    def test_who_made_a_table_keeps_it_and_nobody_else_does(self, run_module, talk):
        everything = [
            held(ANALYST, MADE, "ALTER", "DROP"),
            held(AUDITOR, MADE, "DROP"),
            held(ANALYST, GONE, "DESCRIBE"),
            # what the list names is nobody's own
            held(ANALYST, {"Table": TABLE}, "DROP"),
        ]
        script = [talk.answered({}, *everything), talk.caller(), *talk.who()]
        result = run_module(main, script, True, grants=[], purge=PURGE_OTHERS)
        assert result["revoked"] == [
            f"{ANALYST}: DESCRIBE on table lake.gone",
            f"{ANALYST}: DROP on table lake.orders",
            f"{AUDITOR}: DROP on table lake.made",
        ]

    def test_it_needs_the_database(self, run_module):
        purge = {"data_locations": ["arn:aws:s3:::lake"], "other_tables": True}
        assert "database" in run_module(main, [], grants=[], purge=purge)["msg"]


class TestPrincipals:
    def test_what_a_principal_holds_anywhere_goes(self, run_module, talk):
        tag = {"LFTag": {"CatalogId": "123456789012", "TagKey": "k", "TagValues": ["a"]}}
        everything = [
            held(ANALYST, columns("a", "b"), "SELECT"),
            held(ANALYST, DATABASE, "DESCRIBE"),
            held(ANALYST, tag, "ASSOCIATE"),
            held(ANALYST, {"Catalog": {}}, "CREATE_DATABASE"),
            held(ANALYST, LOCATION, "DATA_LOCATION_ACCESS"),
            held(ANALYST, OTHERS, "DESCRIBE"),
            held(AUDITOR, DATABASE, "DESCRIBE"),
        ]
        kept = [held(ANALYST, columns("a"), "SELECT"), *everything[3:]]
        script = [
            talk.answered({}, *everything),
            *talk.who(),
            talk.caller(),
            talk.batch(
                REVOKE,
                asked(ANALYST, {"Database": {"Name": "other"}}, "DESCRIBE"),
                asked(ANALYST, {"LFTag": {"TagKey": "k", "TagValues": ["a"]}}, "ASSOCIATE"),
                asked(ANALYST, columns("b"), "SELECT"),
            ),
            talk.answered({}, *kept),
        ]
        purge = {"principals": [ANALYST]}
        result = run_module(main, script, grants=[select("a")], purge=purge)
        assert result["granted"] == []
        assert len(result["revoked"]) == 3

    def test_catalog_and_locations_go_where_they_are_named(self, run_module, talk):
        everything = [
            held(ANALYST, {"Catalog": {}}, "CREATE_DATABASE"),
            held(ANALYST, LOCATION, "DATA_LOCATION_ACCESS"),
            held(ANALYST, DATABASE, "DESCRIBE"),
        ]
        script = [talk.answered({}, *everything), *talk.who(), talk.caller()]
        purge = {"principals": [ANALYST], "resource_types": ["catalog", "data_location"]}
        result = run_module(main, script, True, grants=[], purge=purge)
        assert result["revoked"] == [
            f"{ANALYST}: CREATE_DATABASE on catalog",
            f"{ANALYST}: DATA_LOCATION_ACCESS on location arn:aws:s3:::lake/raw",
        ]

    def test_administrators_and_the_caller_are_left_alone(self, run_module, talk):
        script = [
            talk.answered({}, held(ADMIN, DATABASE, "ALL"), held(CALLER, DATABASE, "ALL")),
            *talk.who(),
            talk.caller(),
        ]
        purge = {"principals": [ADMIN, CALLER]}
        assert not run_module(main, script, grants=[], purge=purge)["changed"]

    def test_everybody_is_refused(self, run_module):
        purge = {
            "principals": [OPEN, "123456789012:IAMPrincipals", ANALYST],
            "unmanaged": [ANALYST],
        }
        message = run_module(main, [], grants=[], purge=purge)["msg"]
        assert f"purge.principals has {OPEN}, which is everybody" in message
        assert "123456789012:IAMPrincipals, which is everybody" in message
        assert f"purge has {ANALYST} both in principals and in unmanaged" in message

    @pytest.mark.parametrize("purge", [{}, {"database": "lake"}, {"unmanaged": [ANALYST]}])
    def test_a_purge_says_of_what(self, run_module, purge):
        assert run_module(main, [], grants=[], purge=purge)["failed"]
