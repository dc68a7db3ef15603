from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_permissions_info import (
    main,
)
from ansible_collections.modern_data.warehouse.tests.unit.lakeformation import (
    ALL_COLUMNS,
    ANALYST,
    AUDITOR,
    EVERY_TABLE,
    TABLE,
    Talk,
    columns,
    held,
)

ORDERS = {"table": {"database_name": "Lake", "name": "Orders"}}
NAMED = {"database_name": "lake", "name": "orders"}
CELLS = {"DatabaseName": "lake", "TableName": "orders", "Name": "eu"}


@pytest.fixture
def talk(say):
    return Talk(say)


def told(principal, resource, *permissions):
    return {
        "principal": principal,
        "permissions": list(permissions),
        "permissions_with_grant_option": [],
        "resource": resource,
    }


@pytest.mark.parametrize("check", [False, True])
def test_all_pages_are_told_in_the_form_of_the_option(run_module, say, talk, check):
    more = {
        "PrincipalResourcePermissions": [held(AUDITOR, EVERY_TABLE, "DESCRIBE")],
        "NextToken": "more",
    }
    rest = {
        "PrincipalResourcePermissions": [
            held(AUDITOR, {"Table": TABLE}, "DESCRIBE"),
            held(AUDITOR, ALL_COLUMNS, "SELECT"),
        ]
    }
    script = [
        say("lakeformation", "ListPermissions", {}, more),
        say("lakeformation", "ListPermissions", {"NextToken": "more"}, rest),
        talk.caller(),
    ]
    result = run_module(main, script, check)
    assert not result["changed"]
    assert result["grants"] == [
        told(AUDITOR, {"table": {"database_name": "lake", "name": "*"}}, "DESCRIBE"),
        told(AUDITOR, {"table": NAMED}, "DESCRIBE", "SELECT"),
    ]


def test_a_principal_is_looked_for_among_all_since_aws_lists_no_principal(run_module, talk):
    everything = [held(one, columns("a"), "SELECT") for one in (ANALYST, AUDITOR)]
    script = [talk.answered({}, *everything), talk.caller()]
    result = run_module(main, script, principal=ANALYST)
    assert [grant["principal"] for grant in result["grants"]] == [ANALYST]


def test_grants_on_a_resource_are_those_that_name_it(run_module, talk):
    script = [
        talk.listed(held(ANALYST, columns("b", "a"), "SELECT"), held(ANALYST, EVERY_TABLE, "DROP"))
    ]
    result = run_module(main, script, resource=ORDERS)
    columns_told = {"table_with_columns": {**NAMED, "column_names": ["a", "b"]}}
    assert result["grants"] == [told(ANALYST, columns_told, "SELECT")]


def test_what_is_in_effect_is_asked_of_aws(run_module, talk):
    request = {
        "Principal": {"DataLakePrincipalIdentifier": ANALYST},
        "Resource": {"Table": TABLE},
    }
    script = [talk.answered(request, held(ANALYST, EVERY_TABLE, "DROP"))]
    result = run_module(main, script, resource=ORDERS, principal=ANALYST, effective=True)
    assert result["grants"] == [
        told(ANALYST, {"table": {"database_name": "lake", "name": "*"}}, "DROP")
    ]


def test_filters_of_a_table_are_told_when_asked_for(run_module, talk):
    request = {"Resource": {"Table": TABLE}, "IncludeRelated": "TRUE"}
    script = [talk.answered(request, held(ANALYST, {"DataCellsFilter": CELLS}, "SELECT"))]
    result = run_module(main, script, resource=ORDERS, include_related=True)
    cells = {"database_name": "lake", "table_name": "orders", "name": "eu"}
    assert result["grants"] == [told(ANALYST, {"data_cells_filter": cells}, "SELECT")]


def test_policies_of_databases_and_of_tables_are_two_requests(run_module, talk):
    def policy(kind):
        expression = [{"TagKey": "k", "TagValues": ["a"]}]
        return {"LFTagPolicy": {"ResourceType": kind, "Expression": expression}}

    script = [
        talk.answered(
            {"ResourceType": f"LF_TAG_POLICY_{kind}"}, held(ANALYST, policy(kind), "DESCRIBE")
        )
        for kind in ("DATABASE", "TABLE")
    ]
    result = run_module(main, [*script, talk.caller()], resource_type="lf_tag_policy")
    kinds = [grant["resource"]["lf_tag_policy"]["resource_type"] for grant in result["grants"]]
    assert kinds == ["DATABASE", "TABLE"]


def test_filters_have_no_request_of_their_own(run_module, talk):
    everything = [
        held(ANALYST, {"DataCellsFilter": CELLS}, "SELECT"),
        held(ANALYST, columns("a"), "SELECT"),
    ]
    script = [talk.answered({}, *everything), talk.caller()]
    result = run_module(main, script, resource_type="data_cells_filter")
    assert [list(grant["resource"]) for grant in result["grants"]] == [["data_cells_filter"]]


@pytest.mark.parametrize(("values", "expected"), [(["*"], ["a", "b"]), (["B"], ["b"])])
def test_of_a_tag_all_values_are_read(run_module, talk, values, expected):
    request = {"Resource": {"LFTag": {"TagKey": "k", "TagValues": ["*"]}}}
    granted = {"LFTag": {"TagKey": "k", "TagValues": ["a", "b"]}}
    script = [talk.answered(request, held(ANALYST, granted, "ASSOCIATE"))]
    result = run_module(main, script, resource={"lf_tag": {"tag_key": "K", "tag_values": values}})
    assert result["grants"][0]["resource"]["lf_tag"]["tag_values"] == expected


def test_what_is_not_there_has_no_grants(run_module, say):
    request = {"Resource": {"Table": TABLE}}
    script = [say("lakeformation", "ListPermissions", request, "EntityNotFoundException")]
    assert run_module(main, script, resource=ORDERS)["grants"] == []


def test_a_denied_caller_learns_which_action_is_missing(run_module, say):
    script = [say("lakeformation", "ListPermissions", {}, "AccessDeniedException")]
    assert "lakeformation:ListPermissions" in run_module(main, script)["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"effective": True}, "effective needs principal and resource"),
        ({"effective": True, "principal": ANALYST}, "effective needs principal and resource"),
        ({"include_related": True}, "include_related goes with resource.table"),
        (
            {"include_related": True, "resource": {"database": {"name": "lake"}}},
            "include_related goes with resource.table",
        ),
        ({"resource": {}}, "resource has nothing: it must have exactly one kind"),
        ({"resource": ORDERS, "resource_type": "table"}, "mutually exclusive"),
    ],
)
def test_bad_input_is_refused_before_any_call(run_module, options, message):
    assert message in run_module(main, [], **options)["msg"]
