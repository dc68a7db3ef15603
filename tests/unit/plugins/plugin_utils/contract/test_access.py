"""Who may read what follows from the three files, at both doors."""

from __future__ import annotations

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_options import (
    wanted_atoms,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_masking import (
    Masking,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_privileges import (
    Declaration,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_row_security import (
    RowSecurity,
)
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_masking import (
    OPTIONS as MASKING,
)
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_privileges import OPTIONS
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_row_security import (
    OPTIONS as ROW_SECURITY,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive


@pytest.fixture
def derived(documents):
    return derive(*documents)


def test_the_analyst_reads_the_same_columns_through_both_doors(derived):
    columns = ["order_id", "user_id", "total_amount"]
    grants = derived["governance"]["lake_formation"]["grants"]
    assert [
        grant["resource"]["table_with_columns"]["column_names"]
        for grant in grants
        if "table_with_columns" in grant["resource"]
    ] == [columns]
    readers = derived["governance"]["redshift"]
    assert readers["users"] == [{"name": "IAMR:mdw-sandbox-analyst", "roles": ["reader_analyst"]}]
    on_tables = {"role": "reader_analyst", "schema": "analytics", "tables": ["orders"]}
    assert readers["grants"] == [
        {"role": "reader_analyst", "schema": "analytics", "privileges": ["USAGE"]},
        {**on_tables, "columns": columns, "privileges": ["SELECT"]},
    ]


def test_excluding_personal_data_leaves_the_other_columns(documents):
    documents.access["principals"][0]["tables"]["orders"] = {"exclude": "personal"}
    [_usage, reads] = derive(*documents)["governance"]["redshift"]["grants"]
    assert "email" not in reads["columns"]
    assert len(reads["columns"]) == 6


def test_a_table_of_nothing_but_personal_columns_is_not_granted(documents):
    for column in documents.tables[0]["columns"]:
        column["personal"] = True
    documents.access["principals"][0]["tables"]["orders"] = {"exclude": "personal"}
    governance = derive(*documents)["governance"]
    assert [grant["privileges"] for grant in governance["redshift"]["grants"]] == [["USAGE"]]


def test_two_principals_of_like_names_never_share_a_redshift_role(documents):
    documents.access["principals"] = [
        {"arn": f"arn:aws:iam::123456789012:role/{name}", "tables": {}}
        for name in ("a-b", "a_b", "x/a_b")
    ]
    readers = derive(*documents)["governance"]["redshift"]
    assert len(set(readers["roles"])) == 3
    assert readers["users"][2] == {"name": "IAMR:a_b", "roles": [readers["roles"][2]]}


def test_all_but_the_readers_and_the_loader_lose_what_they_read(derived):
    purge = derived["governance"]["redshift"]["purge"]
    assert purge["tables"] == [{"schema": "analytics"}]
    assert purge["roles"] == ["reader_analyst"]
    assert purge["keep"] == {"users": [], "roles": ["warehouse_load", "warehouse_publish"]}


def test_who_is_unmanaged_keeps_what_it_has_in_redshift_too(documents):
    documents.access["unmanaged"] = ["arn:aws:iam::123456789012:role/etl/dbt"]
    derived = derive(*documents)
    for purge in (
        derived["governance"]["redshift"]["purge"],
        derived["warehouse"]["privileges"]["purge"],
    ):
        assert purge["keep"]["users"] == ["IAMR:dbt"]
        assert purge["keep"]["roles"][-1].startswith("reader_dbt_")


def test_any_administrator_may_change_and_drop_what_another_declared(documents):
    documents.access["admins"] = ["arn:aws:iam::123456789012:role/deployer"]
    grants = derive(*documents)["catalog"]["lake_formation"]["grants"]
    given = [g for g in grants if g["principal"] == documents.access["admins"][0]]
    assert [(list(g["resource"]), g["permissions"]) for g in given] == [
        (["database"], ["ALL"]),
        (["table"], ["ALL"]),
        (["table"], ["ALL"]),
    ]


def test_no_amount_is_no_limit(documents):
    del documents.platform["warehouse"]["max_rpu_hours_per_day"]
    assert derive(*documents)["warehouse"]["usage_limit"]["amount"] is None


def test_the_loader_alone_changes_and_copies_and_the_publisher_alone_unloads(derived):
    privileges = derived["warehouse"]["privileges"]
    assert privileges["users"] == [
        {"name": "IAMR:mdw-sandbox-load", "roles": ["warehouse_load"]},
        {"name": "IAMR:mdw-sandbox-publish", "roles": ["warehouse_publish"]},
    ]
    change = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    assert privileges["grants"] == [
        {"role": "warehouse_load", **granted}
        for granted in (
            {"database": "analytics", "privileges": ["TEMP"]},
            {"schema": "analytics", "privileges": ["USAGE"]},
            {"schema": "etl", "privileges": ["USAGE"]},
            {"iam_role": "default", "privileges": ["COPY"]},
            {"iam_role": derived["arns"]["roles"]["copy"], "privileges": ["COPY"]},
            {"schema": "etl", "tables": ["load_audit"], "privileges": ["SELECT", "INSERT"]},
            {"schema": "etl", "tables": ["tomb_orders", "lock_orders"], "privileges": change},
            {"schema": "analytics", "tables": ["orders"], "privileges": change},
        )
    ] + [
        {"role": "warehouse_publish", **granted}
        for granted in (
            {"schema": "analytics", "privileges": ["USAGE"]},
            {"iam_role": derived["arns"]["roles"]["unload"], "privileges": ["UNLOAD"]},
            {"schema": "analytics", "tables": ["orders"], "privileges": ["SELECT"]},
        )
    ]
    assert {"public": True, "database": "analytics", "privileges": ["TEMP"]} in (
        privileges["revokes"]
    )
    assert privileges["purge"]["iam_roles"] is True


@pytest.mark.parametrize("layer", ["warehouse", "governance"])
def test_privileges_are_as_the_module_takes_them(derived, layer):
    privileges = derived[layer]["privileges" if layer == "warehouse" else "redshift"]
    options = {**dict.fromkeys(OPTIONS), "only_revoke": False, **privileges}
    validated = ArgumentSpecValidator(OPTIONS).validate(options)
    assert validated.error_messages == []
    Declaration(validated.validated_parameters)


def test_row_security_and_masks_are_as_the_modules_take_them(inventory):
    governance = derive(*inventory)["governance"]
    options = {**governance["row_security"]}
    validated = ArgumentSpecValidator(ROW_SECURITY).validate(options)
    assert validated.error_messages == []
    RowSecurity(validated.validated_parameters)
    for only_attach in (False, True):
        options = {**governance["masking"], "only_attach": only_attach}
        validated = ArgumentSpecValidator(MASKING).validate(options)
        assert validated.error_messages == []
        Masking(validated.validated_parameters)


def test_support_sees_the_customers_of_one_country_and_part_of_their_addresses(inventory):
    governance = derive(*inventory)["governance"]
    policies = governance["row_security"]["policies"]
    assert [(one["role"], one["table"], one["using"]) for one in policies] == [
        ("reader_support", "customers", "country = 'FR'"),
        # without a policy it would see no row
        ("reader_finance", "customers", "true"),
    ]
    assert policies[0]["columns"] == [{"name": "country", "type": "VARCHAR(2)"}]
    assert "warehouse_load" in governance["row_security"]["ignoring"]
    [mask] = governance["masking"]["attachments"]
    assert (mask["role"], mask["table"], mask["column"]) == ("reader_support", "customers", "email")
    [cells] = governance["lake_formation"]["filters"]
    assert cells == {
        "name": "mdw_reader_support",
        "table": "customers",
        "row_filter": "country = 'FR'",
        "column_names": ["customer_id", "country", "newsletter", "created_at"],
    }


def test_who_makes_catalog_tables_may_do_so_over_the_landed_files_alone(documents):
    documents.access["principals"][0]["data_location"] = True
    governance = derive(*documents)["governance"]
    given = {
        next(iter(grant["resource"])): grant["permissions"]
        for grant in governance["lake_formation"]["grants"]
    }
    assert given["database"] == ["DESCRIBE", "CREATE_TABLE"]
    assert given["data_location"] == ["DATA_LOCATION_ACCESS"]
    [made] = [
        grant["resource"]["data_location"]["resource_arn"]
        for grant in governance["lake_formation"]["grants"]
        if "data_location" in grant["resource"]
    ]
    assert made.endswith("/raw")
    assert made in governance["lake_formation"]["locations"]


def test_a_second_entry_in_tables_yml_is_a_second_table_everywhere(documents):
    documents.tables.append(
        {
            "source": "public.customers",
            "name": "customers",
            "key": ["id"],
            "columns": [{"name": "id", "type": "integer"}],
        }
    )
    derived = derive(*documents)
    assert len(derived["ingestion"]["table_mappings"]["rules"]) == 6
    assert [table["name"] for table in derived["catalog"]["tables"]] == [
        *("orders", "orders_changes"),
        *("customers", "customers_changes"),
    ]
    assert derived["catalog"]["crawler"]["targets"]["catalog_targets"][0]["tables"] == [
        "orders_changes",
        "customers_changes",
    ]
    assert [table["name"] for table in derived["warehouse"]["tables"]] == [
        *("orders", "tomb_orders", "lock_orders"),
        *("customers", "tomb_customers", "lock_customers"),
        "load_audit",
    ]
    assert len(derived["orchestration"]["config"]) == len(derived["publication"]["config"]) == 3


@pytest.mark.parametrize("layer", ["catalog", "publication", "governance"])
def test_grants_fit_what_they_are_on(inventory, layer):
    assert wanted_atoms(derive(*inventory)[layer]["lake_formation"]["grants"])


def test_a_column_with_a_blank_is_granted_through_both_doors(documents):
    documents.tables[0]["columns"][4]["name"] = '"Order Status"'
    documents.access["principals"][0]["tables"]["orders"]["columns"] = ['"Order Status"']
    governance = derive(*documents)["governance"]
    [_database, reads] = governance["lake_formation"]["grants"]
    assert reads["resource"]["table_with_columns"]["column_names"] == ["order status"]
    assert wanted_atoms([reads])
    [_usage, columns] = governance["redshift"]["grants"]
    assert columns["columns"] == ["order status"]
    validated = ArgumentSpecValidator(OPTIONS).validate(
        {**dict.fromkeys(OPTIONS), "only_revoke": False, **governance["redshift"]}
    )
    Declaration(validated.validated_parameters)


def test_readers_see_which_rows_are_of_the_past(documents):
    documents.tables[0]["history"] = "scd2"
    grants = derive(*documents)["governance"]["redshift"]["grants"]
    [columns] = [grant["columns"] for grant in grants if "columns" in grant]
    past = ["valid_from", "valid_to", "is_current", "_changed_at"]
    assert columns == ["order_id", "user_id", "total_amount", *past]


def test_a_history_of_versions_has_several_rows_a_key(documents):
    documents.tables[0]["history"] = "scd2"
    target = derive(*documents)["warehouse"]["tables"][0]
    assert target["primary_key"] == ["order_id", "_seq"]
    nullable = [column["name"] for column in target["columns"] if column["nullable"]]
    assert "valid_to" in nullable and "valid_from" not in nullable
