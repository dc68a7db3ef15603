"""What catalog, publication and governance of the lake are given follows from the three files."""

from __future__ import annotations

import json

import boto3
from ansible_collections.modern_data.warehouse.plugins.module_utils.shapes import to_api
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive
from botocore.validate import ParamValidator

from .models import accepted


def test_glue_takes_database_tables_and_crawler(derived):
    catalog = derived["catalog"]
    accepted("glue", "CreateDatabase", database_input=catalog["database"])
    for table in catalog["tables"]:
        for policy in ("keep_location_below", "purge_columns"):
            table.pop(policy, None)
        accepted("glue", "CreateTable", database_name="mdw_sandbox__analytics", table_input=table)
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
