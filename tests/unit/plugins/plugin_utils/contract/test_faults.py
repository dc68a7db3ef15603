"""Every fault of the inventory is found before AWS is called, and names its option."""

from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import errors

from .documents import KEY, REMOVED

FAULTS = [
    # where, its value, the beginning of the message, what the message says
    ("platform/platform/name", REMOVED, "platform.name: missing", "a letter first"),
    ("platform/platform/name", "Mdw", "platform.name: 'Mdw'", "a-z"),
    ("platform/platform/name", "a--b", "platform.name: 'a--b'", "single hyphens"),
    ("platform/platform/name", "a" * 60, "platform.name: ", "at most 46"),
    ("platform/platform/environment", 7, "platform.environment: 7", "allowed"),
    ("platform/platform/account_id", 123456789012, "platform.account_id: 123456789012", "quotes"),
    ("platform/platform/account_id", "12345", "platform.account_id: '12345'", "12 digits"),
    ("platform/platform/region", "us-east", "platform.region: 'us-east'", "eu-west-1"),
    ("platform/platform/colour", "red", "platform.colour: unknown option", "allowed"),
    ("platform/network/create", "yes", "network.create: 'yes'", "true, false"),
    ("platform/network/create", False, "network.vpc_id: missing", "network.create"),
    ("platform/network/cidr", "10.0.0.0/28", "network.cidr: '10.0.0.0/28'", "/16 to /22"),
    ("platform/network/cidr", "10.0.0.1/16", "network.cidr: '10.0.0.1/16'", "range"),
    ("platform/network/availability_zones", ["a", "b"], "network.availability_zones", "three"),
    ("platform/network/vpc_id", "vpc-1", "network.vpc_id: 'vpc-1'", "VPC id"),
    ("platform/source/instance_class", REMOVED, "source.instance_class: missing", "db.t4g"),
    ("platform/source/engine_version", 16, "source.engine_version: 16", "in quotes"),
    ("platform/source/host", "db.example.com", "source.host: 'db.example.com'", "source.create"),
    ("platform/source/create", False, "source.host: missing", "existing database"),
    ("platform/source/secret_kms_key", KEY, f"source.secret_kms_key: '{KEY}'", "source.create"),
    (
        "platform/source/secret_kms_key",
        KEY[:-1],
        "source.secret_kms_key: 'arn:",
        "ARN of a KMS key",
    ),
    ("platform/source/secret_kms_key", "alias/shop", "source.secret_kms_key: 'alias", "key/<id>"),
    ("platform/source/port", 80, "source.port: 80", "1150 to 65535"),
    ("platform/source/databse", "shop", "source.databse: unknown option", "'database'"),
    ("platform/source/max_allocated_storage", 20.5, "source.max_allocated_storage: 20.5", "20 to"),
    ("platform/source/allocated_storage", 500, "source.max_allocated_storage: 100", "at least 550"),
    ("platform/source/allocated_storage", 100, "source.max_allocated_storage: 100", "at least 110"),
    ("platform/source/database", "rdsadmin", "source.database: 'rdsadmin'", "none of template0"),
    ("platform/network/availability_zones/0", "z", "network.availability_zones[0]: 'z'", "a to f"),
    ("platform/ingestion/instance_class", "t3", "ingestion.instance_class: 't3'", "dms.t3"),
    ("platform/ingestion/flush_interval", 0, "ingestion.flush_interval: 0", "1 to 3600"),
    ("platform/ingestion/flush_interval", True, "ingestion.flush_interval: True", "1 to 3600"),
    ("platform/warehouse/base_capacity", 12, "warehouse.base_capacity: 12", "steps of 8"),
    ("platform/warehouse/base_capacity", 520, "warehouse.base_capacity: 520", "512"),
    ("platform/warehouse/database", "Analytics", "warehouse.database: 'Analytics'", "a-z"),
    ("platform/load/schedule", "every hour", "load.schedule: 'every hour'", "rate("),
    ("platform/load/schedule", "rate(1 minutes)", "load.schedule: ", "1 minute"),
    ("platform/load/schedule", "cron(0 2 * * * *)", "load.schedule: ", "exactly one"),
    ("platform/load/schedule", "cron(0 2 * * ?)", "load.schedule: ", "cron("),
    ("platform/load/schedule", "cron(0 24 * * ? *)", "load.schedule: ", "24 in '24'"),
    ("platform/load/concurrency", 41, "load.concurrency: 41", "1 to 40"),
    ("platform/load", REMOVED, "load: missing", "schedule"),
    ("platform/lode", {}, "lode: unknown option", "'load'"),
    ("tables/0/columns/0/dropped", True, "tables[0].key[0]: 'order_id'", "not dropped"),
    ("tables/0/columns/1/dropped", "yes", "tables[0].columns[1].dropped: 'yes'", "true, false"),
    ("tables/0/source", "orders", "tables[0].source: 'orders'", "schema.table"),
    ("tables/0/name", "Orders", "tables[0].name: 'Orders'", "lower case"),
    ("tables/0/name", "order", "tables[0].name: 'order'", "reserved word"),
    ("tables/0/name", "o" * 121, "tables[0].name: ", "at most 120"),
    ("tables/0/name", "my orders", "tables[0].name: 'my orders'", "underscores"),
    ("tables/0/key", [], "tables[0].key: []", "at least one"),
    ("tables/0/key", ["order_id", "order_id"], "tables[0].key: ", "each once"),
    ("tables/0/key", ["orderid"], "tables[0].key[0]: unknown name 'orderid'", "'order_id'"),
    ("tables/0/key", "order_id", "tables[0].key: 'order_id'", "a list"),
    ("tables/0/history", "all", "tables[0].history: 'all'", "current"),
    ("tables/0/kee", ["order_id"], "tables[0].kee: unknown option", "'key'"),
    ("tables/0/columns", [], "tables[0].columns: 0", "1 to 1500"),
    ("tables/0/columns/2/type", "bigin", "tables[0].columns[2].type: 'bigin'", "bigint"),
    ("tables/0/columns/2/type", 7, "tables[0].columns[2].type: 7", "bigint"),
    ("tables/0/columns/2/type", "numeric", "tables[0].columns[2].type", "precision"),
    ("tables/0/columns/2/type", "numeric(39,2)", "tables[0].columns[2].type", "1 to 38"),
    ("tables/0/columns/2/type", "numeric(4,5)", "tables[0].columns[2].type", "0 to p"),
    ("tables/0/columns/2/type", "varchar(65536)", "tables[0].columns[2].type", "65535"),
    ("tables/0/columns/2/type", "varchar(0)", "tables[0].columns[2].type", "1 to 65535"),
    ("tables/0/columns/2/type", "text", "tables[0].columns[2].type", "varchar(n)"),
    ("tables/0/columns/2/type", "varbyte(0)", "tables[0].columns[2].type", "1 to 16777216"),
    ("tables/0/columns/2/type", "jsonb", "tables[0].columns[2].type", "write super"),
    ("tables/0/columns/2/type", "time", "tables[0].columns[2].type", "to the millisecond"),
    ("tables/0/columns/0/type", "super", "tables[0].key[0]: 'order_id'", "can't compare"),
    ("tables/0/columns/2/name", "user", "tables[0].columns[2].name: 'user'", "reserved word"),
    ("tables/0/columns/2/name", "USER_ID", "tables[0].columns[1].name: 'user_id'", "any case"),
    ("tables/0/columns/2/name", "Op", "tables[0].columns[2].name: 'op'", "the capture adds"),
    ("tables/0/columns/2/name", "bi_x", "tables[0].columns[2].name: 'bi_x'", "the capture adds"),
    ("tables/0/columns/2/name", "_seq", "tables[0].columns[2].name: '_seq'", "a letter"),
    ("tables/0/columns/2/personal", "yes", "tables[0].columns[2].personal: 'yes'", "true, false"),
    ("access/admins", ["me"], "admins[0]: 'me'", "ARN"),
    ("access/admins", ["arn:aws:iam::999999999999:role/x"], "admins[0]: ", "iam::123456789012:"),
    ("access/unmanaged", REMOVED, "unmanaged: missing", "a list"),
    ("access/principals/0/name", "Analyst", "principals[0].name: 'Analyst'", "a-z"),
    ("access/principals/0/name", "load", "principals[0].name: 'load'", "has a role of this name"),
    ("access/principals/0/name", "a" * 53, "principals[0].name: ", "at most 52"),
    ("access/principals/0/name", REMOVED, "principals[0]: None", "either name or arn"),
    ("access/principals/0/trusted", REMOVED, "principals[0].trusted: None", "at least one ARN"),
    ("access/principals/0/trusted", ["123456789012"], "principals[0].trusted[0]: ", "ARN"),
    ("access/principals/0/arn", "arn:aws:iam::1:role/x", "principals[0].arn: ", "ARN"),
    ("access/principals/0/tables", [], "principals[0].tables: []", "a mapping"),
    ("access/principals/0/tables/order", {}, "principals[0].tables.order: unknown", "'orders'"),
    (
        "access/principals/0/tables/orders/columns",
        ["order_id", "total"],
        "principals[0].tables.orders.columns[1]: unknown name 'total'",
        "did you mean 'total_amount'",
    ),
    (
        "access/principals/0/tables/orders/columns",
        [],
        "principals[0].tables.orders.columns: []",
        "at least one",
    ),
    (
        "access/principals/0/tables/orders",
        {},
        "principals[0].tables.orders: {}",
        "it would grant the personal email",
    ),
    (
        "access/principals/0/tables/orders/exclude",
        "personal",
        "principals[0].tables.orders.exclude: 'personal'",
        "either columns or exclude",
    ),
    (
        "access/principals/0/tables/orders/rows",
        "status = 7",
        "principals[0].tables.orders.rows: 'status = 7'",
        "status is VARCHAR(32); 7 is no text",
    ),
    (
        "access/principals/0/tables/orders/rows",
        "stat = 'paid'",
        "principals[0].tables.orders.rows: ",
        "did you mean 'status'",
    ),
    (
        "access/principals/0/tables/orders/rows",
        "status = 'paid",
        "principals[0].tables.orders.rows: ",
        "can't be read",
    ),
    (
        "access/principals/0/tables/orders/mask",
        {"email": None},
        "principals[0].tables.orders.mask: ",
        "hash, partial, null, in quotes",
    ),
    (
        "access/principals/0/tables/orders/mask",
        {"mail": "hash"},
        "principals[0].tables.orders.mask.mail: unknown",
        "'email'",
    ),
    (
        "access/principals/0/tables/orders/mask",
        {"user_id": "hash"},
        "principals[0].tables.orders.mask.user_id: 'hash'",
        "only texts",
    ),
    (
        "access/principals/0/tables/orders/mask",
        {"status": "hash"},
        "principals[0].tables.orders.mask.status: 'hash'",
        "too short",
    ),
    (
        "access/principals/0/tables/orders/mask",
        {"order_id": "null"},
        "principals[0].tables.orders.mask.order_id: 'null'",
        "of the key",
    ),
    (
        "access/principals/0/tables/orders/mask",
        {"total_amount": "null"},
        "principals[0].tables.orders.mask.total_amount: 'total_amount'",
        "either open or masked",
    ),
    ("access/principals/0/tables/o*s*d", {}, "principals[0].tables.o*s*d: ", "a pattern of orders"),
    ("access/principals/0/tables/tag:a=b", {}, "principals[0].tables.tag:a=b: ", "no table has it"),
    ("access/principals/0/tables/*", {}, "principals[0].tables.*: {}", "email in table orders"),
    ("access/principals/0/data_location", 1, "principals[0].data_location: 1", "true, false"),
    (
        "access/principal_groups",
        [{"name": "a", "members": ["analist"], "tables": {}}],
        "principal_groups[0].members[0]: unknown",
        "'analyst'",
    ),
    (
        "access/principal_groups",
        [{"name": "a", "members": [], "tables": {"order": {}}}],
        "principal_groups[0].tables.order: unknown",
        "'orders'",
    ),
    ("tables/0/tags", {"domain": 7}, "tables[0].tags: ", "a mapping of words"),
]


@pytest.mark.parametrize(("path", "value", "begins", "says"), FAULTS)
def test_a_single_fault_is_named(documents, path, value, begins, says):
    documents.change(path, value)
    found = errors(*documents)
    assert [line for line in found if line.startswith(begins) and says in line], found


def test_the_shipped_inventories_have_no_fault(inventory):
    assert errors(*inventory) == []


def test_all_faults_come_at_once(documents):
    for path, value in [
        ("platform/platform/region", "moon"),
        ("platform/network/create", False),
        ("tables/0/key", ["nothing"]),
        ("access/principals/0/name", "load"),
        ("access/principals/0/tables/invoices", {"columns": ["a"]}),
    ]:
        documents.change(path, value)
    paths = [line.split(":")[0] for line in errors(*documents)]
    assert paths == [
        "platform.region",
        "network.vpc_id",
        "network.subnet_ids",
        "tables[0].key[0]",
        "principals[0].name",
        "principals[0].tables.invoices",
    ]


def test_two_tables_share_neither_name_nor_source(documents):
    documents.tables.append(dict(documents.tables[0]))
    found = errors(*documents)
    for option in ("name", "source"):
        for index in (0, 1):
            assert any(line.startswith(f"tables[{index}].{option}: ") for line in found)


@pytest.mark.parametrize("schedule", ["cron(0/15 8-18 ? * 2-6 *)", "cron(0 2 L * ? 2026-2030)"])
def test_a_schedule_of_scheduler_is_a_schedule(documents, schedule):
    documents.platform["load"]["schedule"] = schedule
    assert errors(*documents) == []


@pytest.mark.parametrize("given", [None, [], "text", 7, {}])
def test_a_document_of_the_wrong_kind_is_a_fault_not_a_crash(documents, given):
    platform, tables, access = documents
    assert errors(given, tables, access)
    assert errors(platform, given, access)
    assert errors(platform, tables, given)


def test_a_reserved_word_in_quotes_is_a_name(documents):
    documents.tables[0]["columns"][2]["name"] = '"user"'
    assert errors(*documents) == []


def test_a_table_too_wide_for_the_data_api_is_refused(documents):
    documents.tables[0]["columns"] += [
        {"name": f"{'wide' * 15}{index:03}", "type": "bigint"} for index in range(400)
    ]
    [fault] = errors(*documents)
    assert fault.startswith("tables[0].columns: 407")
    assert "100000" in fault


def test_an_existing_database_needs_its_host_and_secret(documents):
    documents.platform["source"] = {
        "create": False,
        "host": "db.example.com",
        "secret": "shop/dms",
        "secret_kms_key": KEY,
        "database": "shop",
    }
    assert errors(*documents) == []


def test_an_existing_network_needs_three_subnets(documents):
    documents.platform["network"] = {
        "vpc_id": "vpc-0a1b2c3d4e5f67890",
        "subnet_ids": [f"subnet-0a1b2c3d4e5f6789{n}" for n in range(3)],
    }
    assert errors(*documents) == []


def test_a_column_that_the_history_adds_is_refused(documents):
    documents.tables[0]["history"] = "scd2"
    documents.tables[0]["columns"][2]["name"] = "Valid_From"
    [fault] = [fault for fault in errors(*documents) if "valid_from" in fault]
    assert (
        fault.startswith("tables[0].columns[2].name: 'valid_from'") and "its history adds" in fault
    )
