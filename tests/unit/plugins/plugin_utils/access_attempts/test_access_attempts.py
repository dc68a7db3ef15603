"""What is tried, and what is made of it."""

from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.access_attempts import (
    attempts,
    crossed,
    tagged,
    verdict,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from ..access_report.test_access_report import PRINCIPALS
from ..contract.documents import Documents


@pytest.fixture
def access():
    documents = Documents("sandbox")
    documents.access["principals"] = PRINCIPALS
    return derive(*documents)["access"]


@pytest.fixture
def plans(access):
    return attempts(access, ["raw/public/orders/LOAD00000001.parquet"])


def as_it_should(plan):
    """What came of a plan where every door is as access.yml says."""
    return {
        "item": plan,
        "outcomes": [
            {
                "name": each["name"],
                "allowed": each["name"] not in plan["refusals"],
                "error_code": "",
                "error": plan["refusals"].get(each["name"], "").split("|")[0],
                "statement_id": f"{plan['name']}-1",
            }
            for each in plan["attempts"]
        ],
    }


def test_every_column_is_tried_at_both_doors(access, plans):
    for plan in plans:
        sqls = [
            (each.get("statement") or each["query"])["sql"]
            for each in plan["attempts"]
            if each["name"].startswith(("warehouse", "lake"))
        ]
        for table in access["tables"]:
            for column in table["columns"]:
                for place in (f'analytics."{table["name"]}"', f'FROM "{table["name"]}"'):
                    assert any(f'"{column}"' in sql and place in sql for sql in sqls)


def test_what_is_masked_is_open_in_the_warehouse_and_closed_in_the_lake(plans):
    support = plans[1]
    names = {each["name"] for each in support["attempts"]}
    assert "warehouse customers (customer_id, country, email)" in names - support["refusals"].keys()
    assert "lake customers (customer_id, country)" in names - support["refusals"].keys()
    assert "lake customers (email)" in support["refusals"]


def test_each_tries_the_results_of_all_others_and_none_chooses_roles(access, plans):
    others = crossed(plans, [as_it_should(plan) for plan in plans])
    assert [each["name"] for each in others[0]["attempts"]] == [
        "the result of support",
        "the result of finance",
    ]
    assert len(tagged(access)["attempts"]) == 6


def test_doors_that_are_as_they_should_be_are_told(plans):
    found = verdict(plans, [as_it_should(plan) for plan in plans])
    assert found["wrong"] == []
    assert "analyst: file raw/public/orders/LOAD00000001.parquet: refused" in found["told"]
    assert "finance: catalog orders: allowed" in found["told"]


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("catalog orders", {"allowed": False, "error": "no"}, "REFUSED, and should be allowed: no"),
        ("catalog customers", {"allowed": True}, "ALLOWED, and should be refused"),
        (
            "warehouse orders (email)",
            {"error": "syntax error"},
            "FAILED for another reason: syntax error",
        ),
    ],
)
def test_a_door_that_is_not_as_it_should_be_is_wrong(plans, name, change, fault):
    tried = [as_it_should(plan) for plan in plans]
    [attempt] = [each for each in tried[0]["outcomes"] if each["name"] == name]
    attempt.update(change)
    assert verdict(plans, tried)["wrong"] == [f"analyst: {name}: {fault}"]
