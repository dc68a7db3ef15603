from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_masking import main

TARGET = {"workgroup_name": "shop", "database": "analytics"}
QUESTIONS = {
    "policies": ("policy_name", "policy_expression"),
    "attached": (
        "policy_name",
        "schema_name",
        "table_name",
        "output_columns",
        "input_columns",
        "grantee",
        "grantee_type",
        "priority",
    ),
    "roles": ("role_name",),
    "columns": ("table_schema", "table_name", "column_name"),
}
HASH = {
    "name": "hash",
    "input": [{"name": "value", "type": "varchar(320)"}],
    "using": "sha2(value + 'salt', 256)",
}
EMAIL: dict[str, Any] = {
    "policy": "hash",
    "schema": "sales",
    "table": "customers",
    "column": "email",
    "role": "support",
    "priority": 10,
}
WANTED = {
    "policies": [HASH],
    "attachments": [EMAIL, {**EMAIL, "role": "finance"}],
    "tables": [{"schema": "sales", "names": ["customers"]}],
}
PLACE: dict[str, list[tuple[str | None, ...]]] = {
    "columns": [("sales", "customers", "id"), ("sales", "customers", "email")],
    "roles": [("support",), ("finance",)],
}
NAME = "mdw_hash_392ea6f008b8"
ON = '"sales"."customers" ("email")'
STORED = (
    '[{"expr":"sha2(\\"masked_table\\".\\"value\\" + CAST(\'salt\' AS TEXT), 256)","type":"text"}]'
)


def attached(policy: str, role: str, of: str = "role", priority: str = "10") -> tuple[str, ...]:
    return (policy, "sales", "customers", '["email"]', '["email"]', role, of, priority)


MADE: dict[str, list[tuple[str | None, ...]]] = {
    **PLACE,
    "policies": [(NAME, STORED)],
    "attached": [attached(NAME, "support"), attached(NAME, "finance")],
}


@pytest.fixture
def read(read_redshift):
    return partial(read_redshift, QUESTIONS)


def test_columns_are_masked_in_one_transaction(run_module, read, run_redshift):
    statements = [
        f'CREATE MASKING POLICY "{NAME}" WITH ("value" VARCHAR(320)) USING ({HASH["using"]})',
        f'ATTACH MASKING POLICY "{NAME}" ON {ON} TO ROLE "finance" PRIORITY 10',
        f'ATTACH MASKING POLICY "{NAME}" ON {ON} TO ROLE "support" PRIORITY 10',
    ]
    result = run_module(main, [*read(**PLACE), *run_redshift(*statements)], **TARGET, **WANTED)
    assert result["changed"]
    assert result["statements"] == statements


@pytest.mark.parametrize("check", [False, True])
def test_what_is_masked_is_left_alone(run_module, read, check):
    assert not run_module(main, read(**MADE), check, **TARGET, **WANTED)["changed"]


def test_another_mask_takes_the_place_of_the_old_one_at_once(run_module, read, run_redshift):
    roles = [f"r{at:02}" for at in range(20)]
    old = {
        **PLACE,
        "roles": [(role,) for role in roles],
        "policies": [("mdw_old", "left(value, 1)")],
        "attached": [attached("mdw_old", role) for role in roles],
    }
    swap = [
        *(f'DETACH MASKING POLICY "mdw_old" ON {ON} FROM ROLE "{role}"' for role in roles),
        *(f'ATTACH MASKING POLICY "{NAME}" ON {ON} TO ROLE "{role}" PRIORITY 10' for role in roles),
    ]
    create = f'CREATE MASKING POLICY "{NAME}" WITH ("value" VARCHAR(320)) USING ({HASH["using"]})'
    drop = 'DROP MASKING POLICY "mdw_old"'
    script = [*read(**old), *run_redshift(create), *run_redshift(*swap), *run_redshift(drop)]
    wanted = {**WANTED, "attachments": [{**EMAIL, "role": role} for role in roles]}
    assert run_module(main, script, **TARGET, **wanted)["changed"]


def test_a_change_that_cannot_be_one_transaction_is_refused(run_module, read):
    roles = [f"r{at:02}" for at in range(21)]
    old = {
        **PLACE,
        "roles": [(role,) for role in roles],
        "policies": [("old", "left(value, 1)")],
        "attached": [attached("old", role) for role in roles],
    }
    wanted = {**WANTED, "attachments": [{**EMAIL, "role": role} for role in roles]}
    said = run_module(main, read(**old), **TARGET, **wanted)["msg"]
    assert "41 more statements must be one transaction, which has 40 at most" in said


def test_what_was_done_by_hand_is_undone(run_module, read):
    rows = {
        **MADE,
        "policies": [(NAME, '[{"expr":"\\"masked_table\\".\\"value\\"","type":"text"}]')],
        "attached": [
            attached(NAME, "support"),
            attached(NAME, "finance", priority="11"),
            attached(NAME, "public", "public", "0"),
        ],
    }
    result = run_module(main, read(**rows), True, **TARGET, **WANTED)
    assert result["statements"] == [
        f'ALTER MASKING POLICY "{NAME}" USING ({HASH["using"]})',
        f'DETACH MASKING POLICY "{NAME}" ON {ON} FROM PUBLIC',
        f'DETACH MASKING POLICY "{NAME}" ON {ON} FROM ROLE "finance"',
        f'ATTACH MASKING POLICY "{NAME}" ON {ON} TO ROLE "finance" PRIORITY 10',
    ]


def test_a_mask_may_take_other_columns(run_module, read):
    policy = {**HASH, "input": [*HASH["input"], {"name": "id", "type": "bigint"}]}
    wanted = {
        **WANTED,
        "policies": [policy],
        "attachments": [{**EMAIL, "input_columns": ["email", "id"]}],
    }
    result = run_module(main, read(**PLACE), True, **TARGET, **wanted)
    assert '("email") USING ("email", "id") TO ROLE "support"' in result["statements"][1]


def test_all_that_is_missing_is_told_before_anything_is_changed(run_module, read):
    result = run_module(main, read(columns=[("sales", "customers", "id")]), **TARGET, **WANTED)
    assert result["msg"] == (
        "the table sales.customers has no column email; there is no role finance; there is no role"
        " support"
    )


def test_nothing_that_is_wrong_reaches_aws(run_module):
    partial_ = {**HASH, "name": "partial", "input": []}
    attachments = [
        EMAIL,
        {**EMAIL, "policy": "partial"},
        {**EMAIL, "policy": "none", "table": "orders", "role": "finance"},
        {**EMAIL, "priority": 11},
    ]
    options = {**WANTED, "policies": [HASH, partial_], "attachments": attachments}
    said = run_module(main, [], **TARGET, **options)["msg"]
    for part in (
        "policies, entry 2: input is empty",
        "attachments, entry 2: the policy partial has 0 columns as input, not 1",
        "attachments, entry 3: the table sales.orders isn't in tables",
        "attachments, entry 3: there is no policy none in policies",
        "attachments: the column sales.customers.email has two masks for role support",
        "has two policies of the priority 10, also if for two roles",
    ):
        assert part in said
