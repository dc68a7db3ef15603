"""What each layer is given follows from the three files, and AWS's own models accept it."""

from __future__ import annotations

import json

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from .models import accepted


def test_the_platform_has_the_names_that_everyone_counts_on(derived):
    names = derived["names"]
    assert names["source_instance"] == names["source_secret"] == "mdw-sandbox-source"
    assert names["ingestion_task"] == names["ingestion_instance"] == "mdw-sandbox-ingestion"
    assert names["catalog_database"] == "mdw_sandbox__analytics"
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


@pytest.mark.parametrize(
    "platforms",
    [
        {"stage": "analytics", "prod": "analytics"},
        {"prod": "eu_analytics", "prod-eu": "analytics"},
    ],
)
def test_two_environments_of_an_account_share_no_name(inventory, platforms):
    # but those of things inside a warehouse or a bucket, of which each has its own
    inside = {"account_id", "region", "partition", "database", "schema", "etl_schema"}
    names = []
    for environment, database in platforms.items():
        inventory.platform["platform"]["environment"] = environment
        inventory.platform["warehouse"]["database"] = database
        found = dict(derive(*inventory)["names"])
        found |= found.pop("roles")
        names.append({name for what, name in found.items() if what not in inside})
    assert names[0].isdisjoint(names[1])


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


def test_an_alarm_watches_each_way_in_which_an_execution_does_not_succeed(derived):
    names, arns = derived["names"], derived["arns"]
    watched = {
        (alarm["name"], alarm["metric"]): alarm["dimensions"]["StateMachineArn"]
        for alarm in derived["observability"]["alarms"]
    }
    assert watched == {
        (f"{names['prefix']}-{machine}-{end}", metric): arns[name]
        for machine, name in (("load", "state_machine"), ("publish", "publish_machine"))
        for end, metric in (
            ("failed", "ExecutionsFailed"),
            ("timed-out", "ExecutionsTimedOut"),
            ("aborted", "ExecutionsAborted"),
        )
    }
