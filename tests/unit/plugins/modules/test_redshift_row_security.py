from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_row_security import main

TARGET = {"workgroup_name": "shop", "database": "analytics"}
QUESTIONS = {
    "policies": ("polname", "polalias", "polqual"),
    "attached": ("relschema", "relname", "polname", "grantee", "granteekind"),
    "secured": ("relschema", "relname", "rls_conjunction_type"),
    "ignoring": ("identity_name",),
    "roles": ("role_name",),
    "columns": ("table_schema", "table_name", "column_name"),
}
FRENCH: dict[str, Any] = {
    "name": "french",
    "columns": [{"name": "country", "type": "char(2)"}],
    "using": "country = 'FR'",
    "schema": "sales",
    "table": "customers",
    "role": "support",
}
ALL = {"name": "all", "using": "true", "schema": "sales", "table": "customers", "role": "finance"}
WANTED = {
    "policies": [FRENCH, ALL],
    "tables": [{"schema": "sales", "names": ["customers"]}],
    "ignoring": ["load"],
}
PLACE: dict[str, list[tuple[str | None, ...]]] = {
    "columns": [("sales", "customers", "country"), ("sales", "customers", "email")],
    "roles": [("support",), ("finance",), ("load",)],
}
NAMES = {"french": "mdw_french_ef6b266de985", "all": "mdw_all_302db8f60030"}
TABLE = '"sales"."customers"'
MADE: dict[str, list[tuple[str | None, ...]]] = {
    **PLACE,
    "policies": [
        (NAMES["french"], "rls_table", '"rls_table"."country" = CAST(\'FR\' AS TEXT)'),
        (NAMES["all"], "rls_table", "true"),
    ],
    "attached": [
        ("sales", "customers", NAMES["french"], "support", "role"),
        ("sales", "customers", NAMES["all"], "finance", "role"),
    ],
    "secured": [("sales", "customers", "and")],
    "ignoring": [("load",), ("sys:secadmin",)],
}


@pytest.fixture
def read(read_redshift):
    return partial(read_redshift, QUESTIONS)


def test_rows_are_secured_in_one_transaction(run_module, read, run_redshift):
    statements = [
        'GRANT IGNORE RLS TO ROLE "load"',
        f'CREATE RLS POLICY "{NAMES["all"]}" USING (true)',
        f'CREATE RLS POLICY "{NAMES["french"]}" WITH ("country" CHAR(2)) USING (country = \'FR\')',
        f'ATTACH RLS POLICY "{NAMES["all"]}" ON {TABLE} TO ROLE "finance"',
        f'ATTACH RLS POLICY "{NAMES["french"]}" ON {TABLE} TO ROLE "support"',
        f"ALTER TABLE {TABLE} ROW LEVEL SECURITY ON CONJUNCTION TYPE AND",
    ]
    result = run_module(main, [*read(**PLACE), *run_redshift(*statements)], **TARGET, **WANTED)
    assert result["changed"]
    assert result["statements"] == statements


@pytest.mark.parametrize("check", [False, True])
def test_what_is_secured_is_left_alone(run_module, read, check):
    wanted = {**WANTED, "purge_ignoring": True}
    assert not run_module(main, read(**MADE), check, **TARGET, **wanted)["changed"]


def test_another_expression_is_another_policy_that_takes_the_place(run_module, read, run_redshift):
    belgian = {**FRENCH, "using": "country = 'BE'"}
    name = "mdw_french_412f85b457e4"
    statements = [
        f'CREATE RLS POLICY "{name}" WITH ("country" CHAR(2)) USING (country = \'BE\')',
        f'ATTACH RLS POLICY "{name}" ON {TABLE} TO ROLE "support"',
        f'DETACH RLS POLICY "{NAMES["french"]}" ON {TABLE} FROM ROLE "support"',
        f'DROP RLS POLICY "{NAMES["french"]}"',
    ]
    script = [*read(**MADE), *run_redshift(*statements)]
    result = run_module(main, script, **TARGET, **{**WANTED, "policies": [belgian, ALL]})
    assert result["statements"] == statements


def test_what_was_done_by_hand_is_undone(run_module, read):
    rows = {
        **MADE,
        "policies": [(NAMES["french"], "rls_table", "true"), *MADE["policies"][1:]],
        "attached": [
            *MADE["attached"],
            ("sales", "customers", NAMES["all"], "me", "user"),
            ("sales", "customers", NAMES["all"], "public", "public"),
        ],
        "secured": [("sales", "customers", "or")],
        "ignoring": [("passer_by",), ("load",)],
    }
    result = run_module(main, read(**rows), True, **TARGET, **WANTED, purge_ignoring=True)
    assert result["statements"] == [
        f"ALTER TABLE {TABLE} ROW LEVEL SECURITY ON CONJUNCTION TYPE AND",
        f"ALTER RLS POLICY \"{NAMES['french']}\" USING (country = 'FR')",
        f'DETACH RLS POLICY "{NAMES["all"]}" ON {TABLE} FROM PUBLIC, "me"',
        'REVOKE IGNORE RLS FROM ROLE "passer_by"',
    ]


def test_a_table_without_a_policy_is_open_again(run_module, read):
    wanted = {"tables": WANTED["tables"]}
    result = run_module(main, read(**MADE), True, **TARGET, **wanted)
    assert result["statements"] == [
        f'DETACH RLS POLICY "{NAMES["all"]}" ON {TABLE} FROM ROLE "finance"',
        f'DETACH RLS POLICY "{NAMES["french"]}" ON {TABLE} FROM ROLE "support"',
        f"ALTER TABLE {TABLE} ROW LEVEL SECURITY OFF",
        f'DROP RLS POLICY "{NAMES["all"]}"',
        f'DROP RLS POLICY "{NAMES["french"]}"',
    ]


def test_a_policy_with_another_alias_gives_way_in_the_same_transaction(run_module, read):
    rows = {
        **PLACE,
        "policies": [("by_hand", "t", "t.country IS NOT NULL")],
        "attached": [("sales", "customers", "by_hand", "support", "role")],
        "secured": [("sales", "customers", "and")],
    }
    wanted = {**WANTED, "policies": [FRENCH], "ignoring": []}
    assert run_module(main, read(**rows), True, **TARGET, **wanted)["statements"][1:] == [
        f'DETACH RLS POLICY "by_hand" ON {TABLE} FROM ROLE "support"',
        f'ATTACH RLS POLICY "{NAMES["french"]}" ON {TABLE} TO ROLE "support"',
    ]


def test_all_that_is_missing_is_told_before_anything_is_changed(run_module, read):
    result = run_module(main, read(columns=[("sales", "customers", "email")]), **TARGET, **WANTED)
    assert result["msg"] == (
        "the table sales.customers has no column country; there is no role finance;"
        " there is no role load; there is no role support"
    )


def test_in_check_mode_an_earlier_task_would_have_made_it(run_module, read):
    assert run_module(main, read(), True, **TARGET, **WANTED)["changed"]


def test_nothing_that_is_wrong_reaches_aws(run_module):
    policies = [
        {**FRENCH, "using": "country = 'FR') OR (true", "table": "orders"},
        {**FRENCH, "using": "true; --", "columns": [{"name": "a", "type": "text2"}]},
    ]
    said = run_module(main, [], **TARGET, **{**WANTED, "policies": policies})["msg"]
    for part in (
        "policies, entry 1: using has parentheses that don't match",
        "policies, entry 1: the table sales.orders isn't in tables",
        "policies, entry 2: using holds a semicolon",
        "policies, entry 2: using holds a comment",
        "policies, entry 2: column a: there is no type text2",
        "policies: french is said in 2 ways",
    ):
        assert part in said
