"""Looking up what a database holds, and many callers at once."""

from __future__ import annotations

import threading

from tests.sandbox.redshift_services.tools import HERE, finished, refused, selected


def test_databases_schemas_and_tables_are_listed(data, secret, orders):
    asked = HERE | {"SecretArn": secret}
    finished(data, "create schema etl", SecretArn=secret)
    finished(data, "create view public.order_ids as select id from orders", SecretArn=secret)
    assert data.list_databases(**asked)["Databases"] == ["analytics"]
    schemas = data.list_schemas(**asked)["Schemas"]
    assert {"public", "etl", "pg_catalog", "information_schema"} <= set(schemas)
    assert data.list_schemas(**asked, SchemaPattern="et_")["Schemas"] == ["etl"]
    tables = data.list_tables(**asked, SchemaPattern="public", TablePattern="order%")["Tables"]
    assert tables == [
        {"name": "order_ids", "schema": "public", "type": "VIEW"},
        {"name": "orders", "schema": "public", "type": "TABLE"},
    ]


def test_a_table_is_described(data, secret, orders):
    answer = data.describe_table(**HERE, SecretArn=secret, Schema="public", Table="orders")
    assert answer["TableName"] == "orders"
    described = [
        (column["name"], column["typeName"], column["precision"], column["nullable"])
        for column in answer["ColumnList"]
    ]
    assert described == [
        ("id", "int8", 19, 0),
        ("email", "varchar", 320, 1),
        ("total", "numeric", 12, 1),
    ]


def test_a_failed_look_up_is_refused(data):
    with refused("ValidationException", "does not exist"):
        data.list_schemas(WorkgroupName="shared", Database="nowhere")


def test_many_callers_at_once_get_their_own_answers(data):
    answers = {}

    def ask(number):
        answers[number] = selected(data, f"select {number}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: [[number]] for number in range(20)}
