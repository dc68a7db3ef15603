"""A query's states, its result in pages and in S3, and Athena's words where it fails."""

from __future__ import annotations

import base64
import json
import uuid

import pytest

from tests.sandbox.athena_tools import texts
from tests.sandbox.event_tools import listening
from tests.sandbox.lake_tools import refused


def test_a_result_comes_with_its_columns_and_the_header_first(administrator):
    identifier = administrator.start(
        "SELECT *, 7 / 2, avg(order_id) OVER () FROM orders ORDER BY 1"
    )
    found = administrator.ended(identifier)
    assert (found["StatementType"], found["WorkGroup"]) == ("DML", "primary")
    assert found["Statistics"]["DataScannedInBytes"] > 1000
    answer = administrator.client.get_query_results(QueryExecutionId=identifier)
    columns = answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [(one["Name"], one["Type"], one["Precision"], one["Scale"]) for one in columns] == [
        ("order_id", "bigint", 19, 0),
        ("email", "varchar", 2147483647, 0),
        ("country", "varchar", 2147483647, 0),
        ("total_amount", "decimal", 12, 2),
        ("created_at", "timestamp", 3, 0),
        ("_col5", "integer", 10, 0),
        ("_col6", "double", 17, 0),
    ]
    assert [one["CaseSensitive"] for one in columns[:3]] == [False, True, True]
    rows = [texts(row) for row in answer["ResultSet"]["Rows"]]
    assert rows[0] == [one["Name"] for one in columns]
    moments = [f"2026-01-0{day} 10:30:00.123" for day in (1, 2, 3)]
    assert rows[1:] == [
        ["1", "ann@example.com", "FR", "1.50", moments[0], "3", "2.0"],
        ["2", 'b"o,b', "DE", None, moments[1], "3", "2.0"],
        ["3", None, "FR", "3.25", moments[2], "3", "2.0"],
    ]


def test_the_result_lies_in_s3_as_csv(lake, administrator):
    identifier = administrator.start("SELECT order_id, email, '' AS e FROM orders ORDER BY 1")
    location = administrator.ended(identifier)["ResultConfiguration"]["OutputLocation"]
    key = location.removeprefix(f"s3://{lake.results}/")
    body = lake.s3.get_object(Bucket=lake.results, Key=key)["Body"].read().decode()
    assert body.splitlines() == [
        '"order_id","email","e"',
        '"1","ann@example.com",""',
        '"2","b""o,b",""',
        '"3",,""',
    ]
    lake.s3.head_object(Bucket=lake.results, Key=f"{key}.metadata")
    lake.s3.delete_object(Bucket=lake.results, Key=key)
    answer = refused(administrator.client.get_query_results, QueryExecutionId=identifier)
    assert answer == ("InvalidRequestException", "Could not find results")


def test_pages_hold_so_many_rows_the_header_counted(administrator):
    identifier = administrator.start("SELECT n FROM unnest(sequence(1, 2500)) AS t(n) ORDER BY n")
    administrator.ended(identifier)
    sizes, seen, token = [], [], {}
    while True:
        answer = administrator.client.get_query_results(QueryExecutionId=identifier, **token)
        rows = [texts(row)[0] for row in answer["ResultSet"]["Rows"]]
        sizes.append(len(rows))
        seen += rows
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert sizes == [1000, 1000, 501]
    assert seen == ["n", *map(str, range(1, 2501))]
    code, _ = refused(
        administrator.client.get_query_results, QueryExecutionId=identifier, NextToken="other.5"
    )
    assert code == "InvalidRequestException"
    code, message = refused(
        administrator.client.get_query_results, QueryExecutionId=identifier, MaxResults=1001
    )
    assert (code, "less than or equal to 1000" in message) == ("InvalidRequestException", True)


def test_a_token_stands_for_one_query(administrator):
    token = uuid.uuid4().hex
    first = administrator.start("SELECT 1", ClientRequestToken=token)
    assert administrator.start("SELECT 1", ClientRequestToken=token) == first
    code, message = refused(administrator.start, sql="SELECT 2", ClientRequestToken=token)
    assert (code, message) == ("InvalidRequestException", "Idempotent parameters do not match")


def test_queries_are_listed_newest_first_and_told_in_a_batch(administrator):
    first, second = administrator.start("SELECT 1"), administrator.start("SELECT nothing")
    administrator.ended(first)
    administrator.ended(second)
    page = administrator.client.list_query_executions(MaxResults=2)
    assert page["QueryExecutionIds"] == [second, first]
    told = administrator.client.batch_get_query_execution(
        QueryExecutionIds=[first, second, "nothing"]
    )
    states = [one["Status"]["State"] for one in told["QueryExecutions"]]
    assert states == ["SUCCEEDED", "FAILED"]
    assert [one["QueryExecutionId"] for one in told["UnprocessedQueryExecutionIds"]] == ["nothing"]
    answer = refused(administrator.client.get_query_results, QueryExecutionId=second)
    assert answer[1] == "Query did not finish successfully. Final query state: FAILED"
    statistics = administrator.client.get_query_runtime_statistics(QueryExecutionId=first)
    assert statistics["QueryRuntimeStatistics"]["Rows"]["OutputRows"] == 1


def test_a_query_is_cancelled(administrator):
    numbers = "unnest(sequence(1, 100000))"
    long = f"SELECT count(*) FROM {numbers} AS a(x), {numbers} AS b(y) WHERE (x * y) % 7 = 3"
    identifier = administrator.start(long)
    code, message = refused(administrator.client.get_query_results, QueryExecutionId=identifier)
    assert (code, message.split(":")[0]) == (
        "InvalidRequestException",
        "Query has not yet finished. Current state",
    )
    administrator.client.stop_query_execution(QueryExecutionId=identifier)
    assert administrator.ended(identifier)["Status"]["State"] == "CANCELLED"
    administrator.client.stop_query_execution(QueryExecutionId=identifier)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELEC 1", "line 1:1: mismatched input 'SELEC'"),
        ("SELECT 1; SELECT 2", "Only one sql statement is allowed"),
        ("SELECT order_id::integer FROM orders", "line 1:16: mismatched input '::'"),
        ("SELECT * FROM '/etc/passwd'", "mismatched input"),
    ],
)
def test_what_is_no_sql_of_athena_is_not_started(administrator, sql, message):
    code, found = refused(administrator.start, sql=sql)
    assert (code, message in found) == ("InvalidRequestException", True), found


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT 1 FROM nope", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.{db}.nope'"),
        ("SELECT 1 FROM no.pe", "SCHEMA_NOT_FOUND: line 1:15: Schema 'no' does not exist"),
        ("SELECT nope(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'nope' not registered"),
        ("SELECT 1 / 0", "DIVISION_BY_ZERO: Division by zero"),
        ("SELECT order_id FROM orders a, orders b", "AMBIGUOUS_NAME: line 1:8: Column 'order_id'"),
        ("SELECT email, count(*) FROM orders", "EXPRESSION_NOT_AGGREGATE: line 1:8: 'email'"),
        ("SELECT CAST(email AS integer) FROM orders", "INVALID_CAST_ARGUMENT"),
        ("DESCRIBE nope", "FAILED: SemanticException [Error 10001]: Table not found nope"),
        ("SELECT ?", "INVALID_PARAMETER_USAGE: Incorrect number of parameters"),
        ("EXPLAIN SELECT 1", "NOT_SUPPORTED: The sandbox does not serve this EXPLAIN"),
        ("CREATE TABLE a AS SELECT 1", "MISSING_COLUMN_NAME"),
    ],
)
def test_a_query_fails_in_the_words_of_athena(lake, administrator, sql, reason):
    assert administrator.failure(sql).startswith(reason.format(db=lake.database))


def test_queries_of_trino_are_answered_as_trino_does(administrator):
    rows = administrator.rows(
        """
        WITH per_country AS (
            SELECT country, sum(total_amount) AS amount, count(*) AS orders,
                   max_by(order_id, created_at) AS latest
            FROM orders GROUP BY country HAVING count(*) > 0
        )
        SELECT o.country, amount, latest, rank() OVER (ORDER BY amount DESC NULLS LAST) AS place,
               date_format(max(created_at), '%Y-%m-%d') AS day, array_agg(o.order_id ORDER BY o.order_id)
        FROM per_country p JOIN orders o ON o.country = p.country
        GROUP BY 1, 2, 3 ORDER BY 1
        """
    )
    assert rows == [
        ["country", "amount", "latest", "place", "day", "_col5"],
        ["DE", None, "2", "2", "2026-01-02", "[2]"],
        ["FR", "4.75", "3", "1", "2026-01-03", "[1, 3]"],
    ]
    rows = administrator.rows(
        "SELECT order_id FROM orders WHERE country = ? AND total_amount > ?",
        ExecutionParameters=["'FR'", "2"],
    )
    assert rows == [["order_id"], ["3"]]


def test_values_are_written_as_athena_writes_them(administrator):
    values = {
        "1e10": "1.0E10",
        "CAST(1.1 AS real)": "1.1",
        "CAST(0.5 AS double)": "0.5",
        "true": "true",
        "DATE '2026-01-31'": "2026-01-31",
        "CAST('abc' AS varbinary)": "61 62 63",
        "ARRAY[1, NULL]": "[1, null]",
        "MAP(ARRAY['a'], ARRAY[1])": "{a=1}",
        "INTERVAL '1' DAY": "1 00:00:00.000",
        "NULL": None,
    }
    assert administrator.rows(f"SELECT {', '.join(values)}")[1] == list(values.values())


def test_a_view_is_its_query_with_the_rights_of_who_asks(lake, administrator, reader, on_orders):
    told = {"originalSql": "SELECT country, count(*) AS orders FROM orders GROUP BY country"}
    text = base64.b64encode(json.dumps(told).encode()).decode()
    lake.glue.create_table(
        DatabaseName=lake.database,
        TableInput={
            "Name": "per_country",
            "TableType": "VIRTUAL_VIEW",
            "ViewOriginalText": f"/* Presto View: {text} */",
            "StorageDescriptor": {
                "Columns": [
                    {"Name": "country", "Type": "string"},
                    {"Name": "orders", "Type": "bigint"},
                ]
            },
        },
    )
    sql = """
        SELECT v.orders, max(o.order_id) FROM per_country v, orders o
        GROUP BY v.country, v.orders ORDER BY 1
    """
    assert administrator.rows(sql)[1:] == [["1", "3"], ["2", "3"]]
    view = {"Table": {"DatabaseName": lake.database, "Name": "per_country"}}
    analyst = reader((view, ["SELECT"]), (on_orders.columns("order_id"), ["SELECT"]))
    assert "'country' cannot be resolved" in analyst.failure("SELECT * FROM per_country")
    assert "Required Describe on per_country" in reader().failure("SELECT * FROM per_country")


def test_events_tell_the_states_of_a_query(aws, administrator):
    with listening(aws, {"source": ["aws.athena"]}) as heard:
        identifier = administrator.start("SELECT 1")
        told = [event["detail"] for event in heard(2)]
    assert [detail["currentState"] for detail in told] == ["RUNNING", "SUCCEEDED"]
    assert {detail["queryExecutionId"] for detail in told} == {identifier}
