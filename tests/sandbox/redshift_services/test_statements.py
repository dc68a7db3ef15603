"""One statement of the Data API, from its submission to its result."""

from __future__ import annotations

import csv
import io

import pytest

from tests.sandbox.redshift_services.tools import (
    HERE,
    ended,
    finished,
    refused,
    rows,
    run,
    selected,
)


def test_a_statement_goes_from_submission_to_its_result(data, warehouse):
    submission = data.execute_statement(**HERE, Sql="select 6 * 7 as answer", StatementName="six")
    assert (submission["DbUser"], submission["WorkgroupName"]) == ("IAM:administrator", "shared")
    assert "ClusterIdentifier" not in submission
    found = ended(data, submission["Id"])
    assert found["Status"] == "FINISHED"
    assert found["QueryString"] == "select 6 * 7 as answer"
    assert (found["HasResultSet"], found["ResultRows"], found["ResultSize"]) == (True, 1, 2)
    assert min(found["Duration"], found["RedshiftPid"], found["RedshiftQueryId"]) > 0
    assert "SubStatements" not in found
    result = data.get_statement_result(Id=submission["Id"])
    assert result["Records"] == [[{"longValue": 42}]]
    assert result["TotalNumRows"] == 1
    assert result["ColumnMetadata"][0]["label"] == "answer"


def test_an_answer_can_be_waited_for(data):
    answer = data.execute_statement(**HERE, Sql="select 1", WaitTimeSeconds=10)
    assert (answer["Status"], answer["HasResultSet"]) == ("FINISHED", True)
    slow = data.execute_statement(**HERE, Sql="select 1 where 1 = 0", WaitTimeSeconds=10)
    assert data.get_statement_result(Id=slow["Id"], WaitTimeSeconds=10)["Records"] == []


def test_values_are_typed_as_the_data_api_types_them(data):
    found = finished(
        data,
        "select 1::smallint, 2::bigint, 1.5::float8, true, 1.50::numeric(12,2), 'text'::varchar(9),"
        " '2026-01-02'::date, '2026-01-02 03:04:05.12'::timestamp, null::int",
    )
    result = data.get_statement_result(Id=found["Id"])
    assert result["Records"] == [
        [
            {"longValue": 1},
            {"longValue": 2},
            {"doubleValue": 1.5},
            {"booleanValue": True},
            {"stringValue": "1.50"},
            {"stringValue": "text"},
            {"stringValue": "2026-01-02"},
            {"stringValue": "2026-01-02 03:04:05.12"},
            {"isNull": True},
        ]
    ]
    kinds = [column["typeName"] for column in result["ColumnMetadata"]]
    assert kinds == [
        "int2",
        "int8",
        "float8",
        "bool",
        "numeric",
        "varchar",
        "date",
        "timestamp",
        "int4",
    ]


def test_columns_are_described_as_aws_describes_them(data, secret, orders):
    found = finished(data, "select id, email as mail, total from orders", SecretArn=secret)
    one, two, three = data.get_statement_result(Id=found["Id"])["ColumnMetadata"]
    assert one == {
        "isCaseSensitive": False,
        "isCurrency": False,
        "isSigned": True,
        "label": "id",
        "length": one["length"],
        "name": "id",
        "nullable": 0,
        "precision": 19,
        "scale": 0,
        "schemaName": "public",
        "tableName": "orders",
        "typeName": "int8",
    }
    assert (two["name"], two["label"], two["precision"]) == ("email", "mail", 320)
    assert (two["isCaseSensitive"], two["nullable"]) == (True, 1)
    assert (three["typeName"], three["precision"], three["scale"]) == ("numeric", 12, 2)


def test_a_statement_that_fails_tells_why(data):
    found = run(data, "select * from nowhere")
    assert found["Status"] == "FAILED"
    assert found["Error"].startswith('ERROR: relation "nowhere" does not exist')
    assert (found["HasResultSet"], found["ResultRows"], found["Duration"]) == (False, -1, -1)
    with refused("ResourceNotFoundException", "Query does not have result"):
        data.get_statement_result(Id=found["Id"])


def test_a_statement_without_rows_has_no_result(data, secret):
    found = finished(data, "create table public.nothing (id int)", SecretArn=secret)
    assert (found["HasResultSet"], found["ResultRows"], found["ResultSize"]) == (False, 0, 0)
    with refused("ResourceNotFoundException", "Query does not have result"):
        data.get_statement_result(Id=found["Id"])


def test_a_long_result_comes_in_pages(data, secret):
    finished(data, "create table public.many (id int)", SecretArn=secret)
    values = ", ".join(f"({number})" for number in range(2500))
    inserted = finished(data, f"insert into many values {values}", SecretArn=secret)
    assert inserted["ResultRows"] == 2500
    found = finished(data, "select id from many order by id", SecretArn=secret)
    pages = list(data.get_paginator("get_statement_result").paginate(Id=found["Id"]))
    assert [len(page["Records"]) for page in pages] == [1000, 1000, 500]
    read = [row[0]["longValue"] for page in pages for row in page["Records"]]
    assert read == list(range(2500))


def test_a_wide_result_comes_in_pages_of_a_megabyte(data):
    found = finished(
        data,
        "select repeat('x', 60000) from (" + " union all ".join(["select 1"] * 40) + ") as rows",
    )
    pages = list(data.get_paginator("get_statement_result").paginate(Id=found["Id"]))
    assert [len(page["Records"]) for page in pages] == [17, 17, 6]


def test_a_row_has_64_kb_at_most(data):
    most = 64 * 1024
    half = f"repeat('x', {most // 2})"
    finished(data, f"select {half}, {half}")
    failed = run(data, f"select {half}, {half}, 1")
    assert (failed["Status"], failed["Error"]) == ("FAILED", "ERROR: Packet for query is too large")


def test_csv_is_fetched_by_the_second_version(data):
    found = finished(data, "select 1, 'a,b', null::int, true", ResultFormat="CSV")
    result = data.get_statement_result_v2(Id=found["Id"])
    text = "".join(record["CSVRecords"] for record in result["Records"])
    assert list(csv.reader(io.StringIO(text))) == [["1", "a,b", "", "true"]]
    with refused("ValidationException", "CSV"):
        data.get_statement_result(Id=found["Id"])


def test_parameters_are_values_not_text(data, secret, orders):
    request = {"SecretArn": secret, "Parameters": [{"name": "mail", "value": "' or 1=1 --"}]}
    assert selected(data, "select id from orders where email = :mail", **request) == []
    request["Parameters"] = [{"name": "mail", "value": "a@x"}]
    found = finished(data, "select id from orders where email = :mail", **request)
    assert rows(data, found["Id"]) == [[1]]
    assert found["QueryParameters"] == [{"name": "mail", "value": "a@x"}]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"WorkgroupName": "nobody"}, "Redshift endpoint doesn't exist in this region."),
        ({"WorkgroupName": None, "ClusterIdentifier": "none"}, "doesn't exist in this region."),
        ({"WorkgroupName": None}, "must be provided"),
        ({"ClusterIdentifier": "none"}, "together"),
        ({"Database": None}, "Database"),
        ({"DbUser": "boss"}, "DbUser"),
        ({"Sql": " "}, "empty"),
        ({"Sql": "select '" + "x" * 102_400 + "'"}, "100 KB"),
    ],
)
def test_a_wrong_request_is_refused(data, request_, words):
    asked = {"Sql": "select 1"} | HERE | request_
    asked = {name: value for name, value in asked.items() if value is not None}
    with refused("ValidationException", words):
        data.execute_statement(**asked)


def test_a_workgroup_is_known_by_its_arn_too(data, warehouse):
    arn = warehouse["workgroupArn"]
    assert finished(data, "select 1", WorkgroupName=arn)["WorkgroupName"] == arn


def test_an_unknown_database_fails_the_statement(data):
    found = run(data, "select 1", Database="nowhere")
    assert found["Status"] == "FAILED"
    assert 'database "nowhere" does not exist' in found["Error"]
