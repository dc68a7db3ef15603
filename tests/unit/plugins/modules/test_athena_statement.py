from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.athena_statement import main

TOKEN = "made-up-token-of-thirty-two-letters"
SQL = "select * from orders"
OPTIONS = {
    "sql": SQL,
    "workgroup": "analysts",
    "database": "shop",
    "output_location": "s3://results/",
}
STORED = "s3://results/q.csv"
COLUMNS = (
    ("id", "bigint"),
    ("total", "decimal"),
    ("rate", "double"),
    ("ok", "boolean"),
    ("id", "varchar"),
)


@pytest.fixture(autouse=True)
def made_up_token(monkeypatch):
    monkeypatch.setattr(uuid, "uuid4", lambda: TOKEN)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.fixture
def start(say):
    def line(sql: str = SQL, answer: Any = None, **members: Any) -> Any:
        request = {
            "QueryString": sql,
            "WorkGroup": "analysts",
            "QueryExecutionContext": {"Database": "shop"},
            "ResultConfiguration": {"OutputLocation": "s3://results/"},
            "ClientRequestToken": TOKEN,
            **members,
        }
        return say("athena", "StartQueryExecution", request, answer or {"QueryExecutionId": "q"})

    return line


@pytest.fixture
def get(say):
    def line(state: str, reason: str | None = None, kind: str = "DML") -> Any:
        status = {"State": state, **({"StateChangeReason": reason} if reason else {})}
        execution = {
            "QueryExecutionId": "q",
            "Status": status,
            "StatementType": kind,
            "ResultConfiguration": {"OutputLocation": STORED},
            "Statistics": {"DataScannedInBytes": 7},
        }
        answer = {"QueryExecution": execution}
        return say("athena", "GetQueryExecution", {"QueryExecutionId": "q"}, answer)

    return line


@pytest.fixture
def results(say):
    def line(
        rows: list[list[str | None]],
        columns: Sequence[tuple[str, str]] = COLUMNS,
        token: str | None = None,
        following: str | None = None,
        updated: int = 0,
    ) -> Any:
        data = [
            {"Data": [{} if value is None else {"VarCharValue": value} for value in row]}
            for row in rows
        ]
        answer = {
            "UpdateCount": updated,
            "ResultSet": {
                "Rows": data,
                "ResultSetMetadata": {
                    "ColumnInfo": [{"Name": name, "Type": of} for name, of in columns]
                },
            },
            **({"NextToken": following} if following else {}),
        }
        request = {"QueryExecutionId": "q", **({"NextToken": token} if token else {})}
        return say("athena", "GetQueryResults", request, answer)

    return line


def test_rows_of_all_pages_are_typed(run_module, start, get, results):
    header = [name for name, _of in COLUMNS]
    script = [
        start(),
        get("QUEUED"),
        get("RUNNING"),
        get("SUCCEEDED"),
        results([header, ["1", "2.50", "0.5", "true", ""]], following="2"),
        results([[None, None, "NaN", "false", "é"]], token="2"),
    ]
    result = run_module(main, script, **OPTIONS)
    assert not result["changed"]
    assert result["rows"] == [
        {"id": 1, "total": "2.50", "rate": 0.5, "ok": True, "id_2": ""},
        {"id": None, "total": None, "rate": "NaN", "ok": False, "id_2": "é"},
    ]
    assert result["columns"][1] == {"name": "total", "type": "decimal"}
    assert (result["output_location"], result["data_scanned_in_bytes"]) == (STORED, 7)


def test_a_result_without_header_is_whole(run_module, start, get, results):
    sql = "-- which?\nSHOW TABLES"
    columns = [("tab_name", "string")]
    script = [start(sql), get("SUCCEEDED", kind="UTILITY"), results([["tab_name"]], columns)]
    result = run_module(main, script, **{**OPTIONS, "sql": sql})
    assert (result["changed"], result["rows"]) == (False, [{"tab_name": "tab_name"}])


def test_a_statement_that_writes_is_a_change(run_module, start, get, results):
    sql = "INSERT INTO t SELECT * FROM orders WHERE id = ?"
    sent = start(sql, ExecutionParameters=["42"])
    script = [sent, get("SUCCEEDED"), results([], [("rows", "bigint")], updated=3)]
    result = run_module(main, script, **{**OPTIONS, "sql": sql}, parameters=["42"])
    assert (result["changed"], result["update_count"]) == (True, 3)


@pytest.mark.parametrize(
    ("sql", "changed"), [(SQL, False), ("UNLOAD (SELECT 1) TO 's3://x'", True)]
)
def test_check_mode_runs_nothing(run_module, sql, changed):
    result = run_module(main, [], True, **{**OPTIONS, "sql": sql})
    assert (result["changed"], result["rows"]) == (changed, [])


def test_what_athena_refuses_is_told(run_module, start, get):
    reason = "COLUMN_NOT_FOUND: line 1:8: Column 'email' cannot be resolved"
    result = run_module(main, [start(), get("FAILED", reason)], **OPTIONS)
    assert result["msg"] == f"Query q FAILED: {reason}"


def test_a_query_that_takes_too_long_is_stopped(run_module, start, get, say):
    stop = say("athena", "StopQueryExecution", {"QueryExecutionId": "q"}, {})
    result = run_module(main, [start(), get("RUNNING"), stop], **OPTIONS, wait_timeout=0)
    assert "was stopped, since it hadn't ended after 0 s: raise wait_timeout" in result["msg"]


def test_a_denied_caller_learns_which_action_is_missing(run_module, start):
    result = run_module(main, [start(answer="AccessDeniedException")], **OPTIONS)
    assert "the caller needs the IAM action athena:StartQueryExecution" in result["msg"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"sql": " "}, "sql is empty"),
        ({"output_location": "results"}, "output_location is results: it must begin with s3://"),
    ],
)
def test_nothing_that_is_wrong_reaches_aws(run_module, options, told):
    assert told in run_module(main, [], **{**OPTIONS, **options})["msg"]
