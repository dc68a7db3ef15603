"""What each layer is given follows from the three files, and AWS's own models accept it."""

from __future__ import annotations

import json

import boto3
import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.shapes import to_api
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive
from botocore.validate import ParamValidator


def accepted(service, operation, **settings):
    """Assert that botocore's model of the API takes these snake_case settings."""
    model = boto3.client(service, region_name="us-east-1").meta.service_model
    shape = model.operation_model(operation).input_shape
    report = ParamValidator().validate(to_api(shape, settings), shape)
    assert not report.has_errors(), report.generate_report()


@pytest.fixture
def derived(documents):
    return derive(*documents)


def test_the_platform_has_the_names_that_everyone_counts_on(derived):
    names = derived["names"]
    assert names["source_instance"] == names["source_secret"] == "mdw-sandbox-source"
    assert names["ingestion_task"] == names["ingestion_instance"] == "mdw-sandbox-ingestion"
    assert names["catalog_database"] == "analytics_db"
    assert names["crawler"] == "mdw-sandbox-landing"
    assert names["namespace"] == names["workgroup"] == "mdw-sandbox"
    assert names["state_machine"] == names["schedule"] == "mdw-sandbox-load"
    assert names["cursor_table"] == names["load_log_group"] == "mdw-sandbox-load"
    assert names["topic"] == "mdw-sandbox-alerts"
    assert (names["database"], names["schema"], names["etl_schema"]) == (
        "analytics",
        "analytics",
        "etl",
    )
    assert names["bucket"].startswith("mdw-sandbox-landing-")


def test_the_bucket_is_the_same_in_each_run_and_another_in_each_account(documents):
    first = derive(*documents)["names"]["bucket"]
    assert derive(*documents)["names"]["bucket"] == first
    documents.platform["platform"]["account_id"] = "210987654321"
    assert derive(*documents)["names"]["bucket"] != first


def test_arns_carry_the_partition_of_the_region(documents):
    documents.platform["platform"]["region"] = "cn-north-1"
    arns = derive(*documents)["arns"]
    assert arns["state_machine"] == (
        "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:mdw-sandbox-load"
    )
    assert arns["roles"]["load"] == "arn:aws-cn:iam::123456789012:role/mdw-sandbox-load"


def test_the_same_files_give_the_same_json(inventory):
    text = json.dumps(derive(*inventory), sort_keys=True)
    assert json.dumps(derive(*inventory.copy()), sort_keys=True) == text


def test_the_task_captures_exactly_the_table_and_the_key_before_each_change(derived):
    rules = derived["ingestion"]["table_mappings"]["rules"]
    assert [(rule["rule-type"], rule["rule-action"]) for rule in rules] == [
        ("selection", "include"),
        ("transformation", "add-column"),
        ("transformation", "add-before-image-columns"),
    ]
    assert {rule["object-locator"]["table-name"] for rule in rules} == {"orders"}
    assert len({rule["rule-id"] for rule in rules}) == len(rules)


def test_an_underscore_in_a_table_name_is_no_wildcard(documents):
    documents.tables[0]["source"] = "web_shop.order_items"
    rule = derive(*documents)["ingestion"]["table_mappings"]["rules"][0]
    assert rule["object-locator"] == {"schema-name": "web[_]shop", "table-name": "order[_]items"}


def test_a_fault_stops_the_task_and_nothing_landed_is_ever_deleted(derived):
    settings = derived["ingestion"]["task_settings"]
    policies = {name for name in settings["ErrorBehavior"] if name.endswith("Policy")}
    assert {settings["ErrorBehavior"][name] for name in policies} == {"STOP_TASK"}
    handling = settings["ChangeProcessingDdlHandlingPolicy"]
    assert not handling["HandleSourceTableDropped"] and not handling["HandleSourceTableTruncated"]
    assert settings["FullLoadSettings"]["TargetTablePrepMode"] == "DO_NOTHING"


def test_dms_takes_the_instance_and_both_endpoints(derived):
    ingestion = derived["ingestion"]
    accepted("dms", "CreateReplicationInstance", **ingestion["instance"])
    accepted("dms", "CreateEndpoint", **ingestion["source_endpoint"])
    accepted("dms", "CreateEndpoint", **ingestion["target_endpoint"])
    assert ingestion["source_endpoint"]["postgre_sql_settings"]["heartbeat_enable"] is True
    assert ingestion["target_endpoint"]["s3_settings"]["cdc_max_batch_interval"] == 1


def test_glue_takes_database_tables_and_crawler(derived):
    catalog = derived["catalog"]
    accepted("glue", "CreateDatabase", database_input=catalog["database"])
    for table in catalog["tables"]:
        accepted("glue", "CreateTable", database_name="analytics_db", table_input=table)
    accepted("glue", "CreateCrawler", **catalog["crawler"])


def test_the_catalog_declares_the_columns_of_a_landed_file(derived):
    [table] = derived["catalog"]["tables"]
    columns = table["storage_descriptor"]["columns"]
    assert [(column["name"], column["type"]) for column in columns] == [
        ("op", "string"),
        ("dms_ts", "string"),
        ("order_id", "bigint"),
        ("user_id", "bigint"),
        ("email", "string"),
        ("total_amount", "decimal(12,2)"),
        ("status", "string"),
        ("created_at", "timestamp"),
        ("updated_at", "timestamp"),
        ("dms_seq", "string"),
        ("bi_order_id", "bigint"),
    ]
    assert table["storage_descriptor"]["location"].endswith("/raw/public/orders/")


def test_redshift_takes_namespace_workgroup_and_limit(derived):
    warehouse = derived["warehouse"]
    accepted("redshift-serverless", "CreateNamespace", **warehouse["namespace"])
    workgroup = dict(warehouse["workgroup"])
    parameters = workgroup.pop("config_parameters")
    accepted("redshift-serverless", "CreateWorkgroup", **workgroup)
    assert parameters == {"require_ssl": "true"}
    accepted(
        "redshift-serverless", "CreateUsageLimit", resource_arn="arn", **warehouse["usage_limit"]
    )


def test_the_scheduler_takes_the_schedule(derived):
    accepted("scheduler", "CreateSchedule", **derived["orchestration"]["schedule"])


def test_the_readers_grants_leave_the_crawlers_alone(derived):
    crawler = derived["catalog"]["roles"]["crawler"]["arn"]
    assert crawler in derived["governance"]["lake_formation"]["unmanaged"]


def test_lake_formation_takes_every_grant(derived):
    for grant in (
        derived["catalog"]["lake_formation"]["grants"]
        + (derived["governance"]["lake_formation"]["grants"])
    ):
        accepted(
            "lakeformation",
            "GrantPermissions",
            principal={"data_lake_principal_identifier": grant["principal"]},
            resource=grant["resource"],
            permissions=grant["permissions"],
        )


def test_the_machine_reads_an_index_and_one_object_a_table(derived):
    [index, orders] = derived["orchestration"]["config"]
    assert index["key"] == "load/config/tables.json"
    assert json.loads(index["content"]) == {
        "tables": [
            {
                "table": "public.orders",
                "schema": "public",
                "source_table": "orders",
                "name": "orders",
                "prefix": "raw/public/orders/",
                "config_key": "load/config/orders.json",
            }
        ]
    }
    assert orders["key"] == "load/config/orders.json"
    assert len(json.loads(orders["content"])["sql_reload"]) == 21


def test_the_analyst_reads_the_same_columns_through_both_doors(derived):
    columns = ["order_id", "user_id", "total_amount"]
    grants = derived["governance"]["lake_formation"]["grants"]
    assert [
        grant["resource"]["table_with_columns"]["column_names"]
        for grant in grants
        if "table_with_columns" in grant["resource"]
    ] == [columns]
    [reader] = derived["governance"]["redshift"]["privileges"]
    assert (reader["role"], reader["user"]) == ("reader_analyst", "IAMR:mdw-sandbox-analyst")
    assert [table["columns"] for table in reader["tables"]] == [columns]
    assert (
        "GRANT SELECT (order_id, user_id, total_amount) ON analytics.orders TO ROLE reader_analyst"
        in [step["sql"] for step in derived["governance"]["redshift"]["steps"]]
    )


def test_excluding_personal_data_leaves_the_other_columns(documents):
    documents.access["principals"][0]["tables"]["orders"] = {"exclude": "personal"}
    [reader] = derive(*documents)["governance"]["redshift"]["privileges"]
    assert "email" not in reader["tables"][0]["columns"]
    assert len(reader["tables"][0]["columns"]) == 6


def test_two_principals_of_like_names_never_share_a_redshift_role(documents):
    documents.access["principals"] = [
        {"arn": f"arn:aws:iam::123456789012:role/{name}", "tables": {}}
        for name in ("a-b", "a_b", "x/a_b")
    ]
    privileges = derive(*documents)["governance"]["redshift"]["privileges"]
    assert len({reader["role"] for reader in privileges}) == 3
    assert privileges[2]["user"] == "IAMR:a_b"


def test_who_is_unmanaged_keeps_what_it_reads_in_redshift_too(documents):
    documents.access["unmanaged"] = ["arn:aws:iam::123456789012:role/etl/dbt"]
    query = derive(*documents)["governance"]["redshift"]["surplus"]
    assert "identity_type = 'user' AND identity_name IN ('IAMR:dbt')" in query
    assert "identity_name IN ('warehouse_load', 'reader_analyst', 'reader_dbt_" in query


def test_any_administrator_may_change_and_drop_what_another_declared(documents):
    documents.access["admins"] = ["arn:aws:iam::123456789012:role/deployer"]
    grants = derive(*documents)["catalog"]["lake_formation"]["grants"]
    given = [g for g in grants if g["principal"] == documents.access["admins"][0]]
    assert [(list(g["resource"]), g["permissions"]) for g in given] == [
        (["database"], ["ALL"]),
        (["table"], ["ALL"]),
    ]


def test_no_amount_is_no_limit(documents):
    del documents.platform["warehouse"]["max_rpu_hours_per_day"]
    assert derive(*documents)["warehouse"]["usage_limit"]["amount"] is None


def test_every_step_of_the_bootstrap_says_when_it_is_done(derived):
    steps = derived["warehouse"]["bootstrap"] + derived["governance"]["redshift"]["steps"]
    for step in steps:
        assert step["unless"].startswith("SELECT 1 "), step
        assert "\n" not in step["unless"] and ";" not in step["sql"]


def test_the_loader_may_change_the_target_and_nobody_else_may_copy(derived):
    sql = [step["sql"] for step in derived["warehouse"]["bootstrap"]]
    assert "REVOKE ASSUMEROLE ON ALL FROM PUBLIC FOR ALL" in sql
    assert "REVOKE TEMP ON DATABASE analytics FROM PUBLIC" in sql
    assert (
        "GRANT ASSUMEROLE ON 'arn:aws:iam::123456789012:role/mdw-sandbox-copy' "
        "TO ROLE warehouse_load FOR COPY" in sql
    )
    assert "GRANT ASSUMEROLE ON DEFAULT TO ROLE warehouse_load FOR COPY" in sql
    assert 'GRANT ROLE warehouse_load TO "IAMR:mdw-sandbox-load"' in sql
    assert "GRANT SELECT, INSERT, UPDATE, DELETE ON analytics.orders TO ROLE warehouse_load" in sql


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
    assert [table["name"] for table in derived["catalog"]["tables"]] == ["orders", "customers"]
    assert derived["catalog"]["crawler"]["targets"]["catalog_targets"][0]["tables"] == [
        "orders",
        "customers",
    ]
    assert [table["name"] for table in derived["warehouse"]["tables"]] == [
        *("orders", "tomb_orders", "lock_orders"),
        *("customers", "tomb_customers", "lock_customers"),
        "load_audit",
    ]
    assert len(derived["orchestration"]["config"]) == 3
