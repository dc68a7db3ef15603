"""The report on access: an account as the contract says, and the same with one thing changed."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.access_report import (
    report,
    text,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from ..contract.documents import Documents
from .facts import facts_of, role

TRUSTED = ["arn:aws:iam::123456789012:root"]
PRINCIPALS = [
    {
        "name": "analyst",
        "trusted": TRUSTED,
        "tables": {"orders": {"columns": ["order_id", "user_id", "total_amount"]}},
    },
    {
        "name": "support",
        "trusted": TRUSTED,
        "tables": {
            "customers": {
                "columns": ["customer_id", "country"],
                "rows": "country = 'FR'",
                "mask": {"email": "partial"},
            }
        },
    },
    {"name": "finance", "trusted": TRUSTED, "tables": {"*": {"exclude": "personal"}}},
]


@pytest.fixture
def derived():
    documents = Documents("sandbox")
    documents.access["principals"] = PRINCIPALS
    return derive(*documents)


@pytest.fixture
def facts(derived):
    return copy.deepcopy(facts_of(derived))


@pytest.fixture
def drift(derived, facts):
    """What the report has to say, once the facts were changed."""
    return lambda: report(derived["access"], facts)["drift"]


def cells(found, principal, table, column):
    [person] = [each for each in found["principals"] if each["name"] == principal]
    [place] = [each for each in person["tables"] if each["name"] == table]
    [row] = [each for each in place["columns"] if each["name"] == column]
    return [cell["found"] for cell in row["doors"]]


def test_an_account_as_the_contract_says_has_no_drift(derived, facts):
    found = report(derived["access"], facts)
    assert found["drift"] == []
    shut = ["closed", "closed", "closed"]
    assert cells(found, "analyst", "orders", "total_amount") == ["open", "open", *shut]
    assert cells(found, "analyst", "orders", "email") == ["closed", "closed", *shut]
    assert cells(found, "support", "customers", "email") == ["masked: partial", "closed", *shut]
    assert cells(found, "finance", "customers", "email") == ["closed", "closed", *shut]
    assert text(found)[-1] == "The account is as access.yml says."


def test_rows_are_told(derived, facts):
    found = report(derived["access"], facts)
    rows = found["principals"][1]["tables"][2]["rows"]
    filtered = "country = 'FR'"
    assert [cell["found"] for cell in rows] == [filtered, filtered, "closed", "closed", "closed"]


def test_a_manual_grant_in_redshift_is_drift(facts, drift):
    granted = {**role("reader_analyst"), "namespace_name": "analytics", "privilege_type": "SELECT"}
    facts["warehouse"]["columns"].append(
        {**granted, "relation_name": "orders", "column_name": "email"}
    )
    assert drift() == ["analyst: orders (email) is open through warehouse; access.yml says closed"]


def test_a_grant_to_everybody_is_drift_for_all(facts, drift):
    everybody = {"identity_type": "public", "identity_name": "public"}
    facts["warehouse"]["relations"].append(
        {
            **everybody,
            "namespace_name": "analytics",
            "relation_name": "customers",
            "privilege_type": "SELECT",
        }
    )
    found = drift()
    assert (
        "finance: customers (email, name) is open through warehouse; access.yml says closed"
        in found
    )
    assert "analyst: customers (email) is closed" not in " ".join(found)
    assert found[-1] == (
        "public public reads tables of the warehouse, and access.yml doesn't have it"
    )


def test_who_reads_a_table_that_left_the_contract_is_drift(derived, facts):
    access = {**derived["access"], "tables": derived["access"]["tables"][:-1]}
    gone = derived["access"]["tables"][-1]["name"]
    arn, place = (
        "arn:aws:iam::123456789012:role/mdw-sandbox-",
        {"database_name": "mdw_sandbox__analytics"},
    )
    for who, permission in (("crawler", "SELECT"), ("analyst", "DROP"), ("analyst", "SELECT")):
        table = {"table": {**place, "name": "scratch"}}
        facts["grants"].append(
            {"principal": arn + who, "resource": table, "permissions": [permission]}
        )
    found = [line for line in report(access, facts)["drift"] if "tables.yml" in line]
    told = [
        f"{arn}analyst reads scratch of the lake",
        f"{arn}finance reads {gone} of the lake",
        f"{arn}support reads {gone} of the lake",
        f"role reader_finance reads {gone} of the warehouse",
        f"role reader_support reads {gone} of the warehouse",
    ]
    assert found == [f"{line}, and tables.yml doesn't have it" for line in told]
    access["readers"][0]["makes_tables"] = True
    assert not [line for line in report(access, facts)["drift"] if "scratch" in line]


def test_somebody_with_a_readers_role_is_drift(facts, drift):
    facts["warehouse"]["user_roles"].append({"user_name": "mallory", "role_name": "reader_finance"})
    assert drift() == ["user mallory has the role reader_finance, and access.yml doesn't say so"]


def test_iam_alone_opening_a_table_is_drift_for_all(facts, drift):
    table = {"table": {"database_name": "mdw_sandbox__analytics", "name": "orders"}}
    facts["grants"].append(
        {"principal": "IAM_ALLOWED_PRINCIPALS", "resource": table, "permissions": ["ALL"]}
    )
    found = drift()
    assert "finance: orders (email) is open through lake; access.yml says closed" in found
    assert any(line.startswith("support: orders (order_id, user_id, email, ") for line in found)
    assert any(line.startswith("IAM_ALLOWED_PRINCIPALS reads tables of the lake") for line in found)


def test_a_grant_that_is_missing_is_drift(facts, drift):
    facts["grants"] = [grant for grant in facts["grants"] if "analyst" not in grant["principal"]]
    assert drift() == [
        "analyst: orders (order_id, user_id, total_amount) is closed through lake;"
        " access.yml says open"
    ]


def test_row_security_that_is_off_shows_all_rows(facts, drift):
    facts["warehouse"]["secured"] = []
    assert drift() == [
        "support: rows of customers are all through warehouse; access.yml says country = 'FR'"
    ]


def test_a_row_policy_that_was_altered_is_told_by_its_condition(facts, drift):
    for policy in facts["warehouse"]["row_policies"]:
        policy["polqual"] = policy["polqual"].replace("FR", "DE")
    [line] = drift()
    assert "rows of customers are (country = 'DE')::boolean through warehouse" in line


def test_a_mask_that_was_detached_shows_the_values(facts, drift):
    facts["warehouse"]["mask_attachments"] = []
    assert drift() == [
        "support: customers (email) is open through warehouse; access.yml says masked: partial"
    ]


def test_a_filter_of_the_lake_that_has_other_rows_is_drift(facts, drift):
    facts["filters"][0]["row_filter"] = "true"
    assert drift() == [
        "support: rows of customers are true through lake; access.yml says country = 'FR'"
    ]


def test_files_are_open_without_the_buckets_policy_to_who_may_read_objects(facts, drift):
    facts["bucket"] = {}
    facts["roles"]["mdw-sandbox-support"]["managed"] = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    found = drift()
    assert any(
        line.startswith("support: orders (order_id, user_id, email") and "raw files" in line
        for line in found
    )
    assert "support can read a secret; nobody should" in found


def test_the_buckets_policy_keeps_out_who_may_read_any_object(facts, drift):
    facts["roles"]["mdw-sandbox-support"]["managed"] = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    assert not any("raw files" in line for line in drift())


def test_an_edited_policy_is_drift_whatever_comes_of_it(facts, drift):
    statements = facts["bucket"]["Statement"]
    facts["bucket"] = {"Statement": [one for one in statements if one["Sid"] != "NoDirectReads"]}
    facts["roles"]["mdw-sandbox-analyst"]["policies"].append({"Statement": []})
    del facts["roles"]["mdw-sandbox-finance"]
    assert [line for line in drift() if "policy of" in line or "role" in line] == [
        "the policy of the bucket mdw-sandbox-landing-584fbad6 is another one,"
        " without NoDirectReads",
        "the role mdw-sandbox-analyst has other policies",
        "there is no role mdw-sandbox-finance",
    ]


def test_policies_are_compared_by_what_they_mean(facts, drift):
    for statement in facts["bucket"]["Statement"]:
        if len(statement["Resource"]) == 1:
            [statement["Resource"]] = statement["Resource"]
        else:
            statement["Resource"].reverse()
    assert drift() == []


def test_a_way_around_the_doors_is_drift(facts, drift):
    facts["warehouse"]["iam"].append({"identity_type": "public", "identity_name": "public"})
    copying = facts["roles"]["mdw-sandbox-copy"]["trust"]["Statement"]
    copying[0]["Principal"] = {"AWS": ["arn:aws:iam::123456789012:role/mdw-sandbox-finance"]}
    own = facts["roles"]["mdw-sandbox-analyst"]["trust"]["Statement"]
    own[0]["Action"] = ["sts:AssumeRole", "sts:TagSession"]
    assert drift() == [
        "analyst can choose database roles by a session tag; nobody should",
        "analyst can COPY or UNLOAD through an IAM role; nobody should",
        "support can COPY or UNLOAD through an IAM role; nobody should",
        "finance can take a service role; nobody should",
        "finance can COPY or UNLOAD through an IAM role; nobody should",
        "the role mdw-sandbox-analyst trusts others",
    ]


def test_a_terminal_shows_drift(derived, facts):
    facts["warehouse"]["mask_attachments"] = []
    lines = text(report(derived["access"], facts))
    [row] = [line for line in lines if line.startswith("    email")]
    assert "! open (not masked: partial)" in row
    assert "Drift from access.yml (1):" in lines
