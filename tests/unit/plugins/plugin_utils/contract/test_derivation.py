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


def test_a_percent_is_no_wildcard_and_a_blank_stays(documents):
    documents.tables[0]["source"] = '"Web%Shop"."Order Lines"'
    derived = derive(*documents)
    rule = derived["ingestion"]["table_mappings"]["rules"][0]
    assert rule["object-locator"] == {"schema-name": "Web[%]Shop", "table-name": "Order Lines"}
    _current, changes = derived["catalog"]["tables"]
    assert changes["storage_descriptor"]["location"].endswith("/raw/Web%Shop/Order Lines/")
    [index, _orders] = derived["orchestration"]["config"]
    [entry] = json.loads(index["content"])["tables"]
    assert (entry["schema"], entry["source_table"]) == ("Web%Shop", "Order Lines")
    assert entry["prefix"] == "raw/Web%Shop/Order Lines/"


def test_a_column_that_is_left_out_is_removed_from_the_capture(documents):
    documents.tables[0]["leave_out"] = ["pin_Code"]
    rule = derive(*documents)["ingestion"]["table_mappings"]["rules"][-1]
    assert (rule["rule-type"], rule["rule-action"]) == ("transformation", "remove-column")
    assert rule["rule-target"] == "column"
    assert rule["object-locator"] == {
        "schema-name": "public",
        "table-name": "orders",
        "column-name": "pin[_]Code",
    }


LAYOUT = ("dist_style", "dist_key", "sort_key")
LAYOUTS = [
    ({}, {"dist_key": "order_id", "sort_key": ["order_id"]}, "order_id"),
    (
        {"distribution_key": "user_id", "sort_key": ["created_at", "order_id"]},
        {"dist_key": "user_id", "sort_key": ["created_at", "order_id"]},
        "order_id",
    ),
    (
        {"key": ["order_id", "user_id"], "distribution_key": "user_id", "sort_key": []},
        {"dist_key": "user_id", "sort_key": []},
        "user_id",
    ),
    ({"distribution_style": "even"}, {"dist_style": "even", "sort_key": ["order_id"]}, "order_id"),
]


@pytest.mark.parametrize(("options", "layout", "tombstones"), LAYOUTS)
def test_the_warehouse_lays_a_table_out_as_it_is_told(documents, options, layout, tombstones):
    documents.tables[0] |= options
    target, tombs = derive(*documents)["warehouse"]["tables"][:2]
    assert {name: target[name] for name in target if name in LAYOUT} == layout
    # beside the rows that they are compared with, where that is possible
    assert tombs["dist_key"] == tombstones
    assert tombs["sort_key"] == documents.tables[0]["key"]


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
        for policy in ("keep_location_below", "purge_columns"):
            table.pop(policy, None)
        accepted("glue", "CreateTable", database_name="analytics_db", table_input=table)
    accepted("glue", "CreateCrawler", **catalog["crawler"])


def test_the_catalog_declares_the_columns_of_a_landed_file(derived):
    _current, table = derived["catalog"]["tables"]
    assert table["name"] == "orders_changes"
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


def test_the_catalog_has_current_rows_under_the_tables_own_name(documents):
    documents.tables[0]["history"] = "scd2"
    documents.tables[0]["columns"] += [
        {"name": "paid", "type": "boolean"},
        {"name": "seen_at", "type": "timestamptz"},
        {"name": "details", "type": "super"},
        {"name": '"Unit Size"', "type": "varbyte(16)"},
    ]
    derived = derive(*documents)
    table, _changes = derived["catalog"]["tables"]
    folder = f"s3://{derived['names']['bucket']}/current/orders/"
    assert (table["name"], table["keep_location_below"]) == ("orders", folder)
    assert table["storage_descriptor"]["location"] == f"{folder}0/"
    columns = table["storage_descriptor"]["columns"]
    assert [(column["name"], column["type"]) for column in columns] == [
        ("order_id", "bigint"),
        ("user_id", "bigint"),
        ("email", "string"),
        ("total_amount", "decimal(12,2)"),
        ("status", "string"),
        ("created_at", "timestamp"),
        ("updated_at", "timestamp"),
        ("paid", "boolean"),
        ("seen_at", "timestamp"),
        ("details", "string"),
        ("unit size", "string"),
        ("valid_from", "timestamp"),
        ("valid_to", "timestamp"),
        ("is_current", "boolean"),
        ("_changed_at", "timestamp"),
    ]


def test_the_crawler_keeps_the_tables_of_changes_alone(derived):
    [target] = derived["catalog"]["crawler"]["targets"]["catalog_targets"]
    assert target["tables"] == ["orders_changes"]
    lake = derived["catalog"]["lake_formation"]
    crawler = derived["catalog"]["roles"]["crawler"]["arn"]
    altered = [
        grant["resource"]["table"]["name"]
        for grant in lake["grants"]
        if grant["principal"] == crawler and "ALTER" in grant["permissions"]
    ]
    assert altered == ["orders_changes"]
    assert [grant["resource"]["table"]["name"] for grant in lake["revoked"]] == ["orders"]


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


@pytest.mark.parametrize("layer", ["orchestration", "publication"])
def test_the_scheduler_takes_the_schedule(derived, layer):
    accepted("scheduler", "CreateSchedule", **derived[layer]["schedule"])


def test_the_readers_grants_leave_those_of_crawler_and_publication_alone(derived):
    unmanaged = derived["governance"]["lake_formation"]["unmanaged"]
    assert derived["catalog"]["roles"]["crawler"]["arn"] in unmanaged
    assert derived["publication"]["roles"]["publish"]["arn"] in unmanaged


def test_lake_formation_takes_every_grant(derived):
    for grant in (
        derived["catalog"]["lake_formation"]["grants"]
        + derived["publication"]["lake_formation"]["grants"]
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
    assert len(json.loads(orders["content"])["sql_reload"]) == 22


def test_the_publication_unloads_what_readers_have(documents):
    documents.tables[0]["history"] = "soft_delete"
    documents.tables[0]["columns"] += [
        {"name": '"user"', "type": "timestamptz"},
        {"name": "details", "type": "super"},
    ]
    derived = derive(*documents)
    [index, orders] = derived["publication"]["config"]
    [entry] = json.loads(index["content"])["tables"]
    assert (entry["table"], entry["config_key"]) == ("public.orders", orders["key"])
    bucket = derived["names"]["bucket"]
    assert json.loads(orders["content"])["statement"].splitlines() == [
        "UNLOAD ('SELECT",
        "  order_id AS order_id,",
        "  user_id AS user_id,",
        "  email AS email,",
        "  total_amount AS total_amount,",
        "  status AS status,",
        "  created_at AS created_at,",
        "  updated_at AS updated_at,",
        """  "user" AT TIME ZONE ''UTC'' AS "user",""",
        "  JSON_SERIALIZE(details) AS details,",
        "  _deleted AS _deleted",
        "FROM analytics.orders')",
        f"TO 's3://{bucket}/current/orders/{{version}}/'",
        "IAM_ROLE 'arn:aws:iam::123456789012:role/mdw-sandbox-unload'",
        "FORMAT AS PARQUET",
    ]


def test_the_publication_moves_the_table_on_that_the_catalog_declares(derived):
    [_index, orders] = derived["publication"]["config"]
    moved = json.loads(orders["content"])["table_input"]
    table, _changes = derived["catalog"]["tables"]
    location = table["storage_descriptor"].pop("location")
    glue = boto3.client("glue", region_name="us-east-1").meta.service_model
    shape = glue.operation_model("UpdateTable").input_shape.members["TableInput"]
    del table["keep_location_below"], table["purge_columns"]
    assert to_api(shape, table) == moved
    moved["StorageDescriptor"]["Location"] = location
    assert not ParamValidator().validate(moved, shape).has_errors()


def test_other_columns_are_another_layout(documents):
    def layout():
        index = derive(*documents)["publication"]["config"][0]
        return json.loads(index["content"])["tables"][0]["layout"]

    first = layout()
    assert layout() == first
    documents.tables[0]["columns"][4]["type"] = "varchar(90)"
    assert layout() == first
    documents.tables[0]["columns"].append({"name": "note", "type": "varchar(40)"})
    assert layout() != first


def test_the_lake_is_published_hourly_unless_told_otherwise(documents):
    del documents.platform["lake"]
    assert derive(*documents)["publication"]["schedule"]["schedule_expression"] == "rate(1 hour)"
    documents.platform["lake"] = {"schedule": "rate(6 hours)", "enabled": False}
    schedule = derive(*documents)["publication"]["schedule"]
    assert (schedule["schedule_expression"], schedule["state"]) == ("rate(6 hours)", "DISABLED")
