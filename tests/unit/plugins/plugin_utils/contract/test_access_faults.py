"""Faults of access.yml: entries that contradict each other, and principals that are none of ours."""

from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import errors

CONTRADICTIONS = [
    ({"exclude": "personal"}, {"columns": ["email"]}, "orders.email", "excludes it"),
    ({"exclude": "personal"}, {"mask": {"email": "hash"}}, "orders.email", "excludes it"),
    ({"columns": ["email"]}, {"mask": {"email": "hash"}}, "orders.email", "masks it"),
    (
        {"columns": ["status"], "mask": {"email": "hash"}},
        {"columns": ["status"], "mask": {"email": "partial"}},
        "orders.email",
        "mask it differently",
    ),
    (
        {"columns": ["status"]},
        {"columns": ["user_id"], "rows": "status = 'paid'"},
        "orders",
        "different rows",
    ),
]


@pytest.mark.parametrize(("one", "other", "what", "says"), CONTRADICTIONS)
def test_what_one_entry_grants_and_another_denies_is_refused(documents, one, other, what, says):
    documents.access["principals"][0]["tables"] = {"orders": one}
    group = {"name": "all", "members": ["analyst"], "tables": {"*": other}}
    documents.access["principal_groups"] = [group]
    [fault] = errors(*documents)
    assert fault.startswith(f"principals[0]: {what!r} is not valid; ")
    assert says in fault


def test_who_makes_tables_over_the_landed_files_is_not_narrowed(documents):
    principal = documents.access["principals"][0]
    principal |= {"data_location": True, "tables": {"*": {"exclude": "personal"}}}
    [fault] = errors(*documents)
    assert fault.startswith("principals[0].data_location: True")
    assert "principals[0].tables.*.exclude" in fault


def test_a_principal_is_named_once(documents):
    documents.access["principals"] *= 2
    assert [line.split(":")[0] for line in errors(*documents)] == [
        "principals[0].name",
        "principals[1].name",
    ]


def test_two_principals_are_not_the_same_identity_to_redshift(documents):
    arn = "arn:aws:iam::123456789012:role/team/mdw-sandbox-analyst"
    documents.access["principals"].append({"arn": arn, "tables": {}})
    assert [line.split(":")[0] for line in errors(*documents)] == [
        "principals[0].name",
        "principals[1].arn",
    ]


def test_a_principal_of_another_account_is_refused(documents):
    stranger = {"arn": "arn:aws:iam::999999999999:role/reader", "tables": {}}
    documents.access["principals"].append(stranger)
    [fault] = errors(*documents)
    assert fault.startswith("principals[1].arn: ")
    assert "beginning with arn:aws:iam::123456789012:" in fault
