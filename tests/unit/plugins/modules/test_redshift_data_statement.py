from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_data_statement import main
from botocore.stub import ANY

SERVICE = "redshift-data"
TARGET = {"workgroup_name": "shop", "database": "analytics"}
SENT = {"WorkgroupName": "shop", "Database": "analytics", "ClientToken": ANY}
ID = "d9b6c0c9-0747-4bf4-b142-e8883122f766"
SCHEMA = {"sql": "create schema etl", "unless": "select 1 from pg_namespace"}
ROLE = {"sql": "create role reader", "unless": "select 1 from svv_roles"}


@pytest.fixture
def execute(say):
    return lambda sql, **more: say(
        SERVICE, "ExecuteStatement", {"Sql": sql, **SENT, **more}, {"Id": ID}
    )


@pytest.fixture
def batch(say):
    return lambda *sqls, **more: say(
        SERVICE, "BatchExecuteStatement", {"Sqls": list(sqls), **SENT, **more}, {"Id": ID}
    )


@pytest.fixture
def described(say):
    def script(status="FINISHED", **members):
        answer = {"Id": ID, "Status": status, **members}
        return say(SERVICE, "DescribeStatement", {"Id": ID, "WaitTimeSeconds": ANY}, answer)

    return script


def parts(*rows, **last):
    """The statements of a batch, with their numbers of rows."""
    found = [
        {"Id": f"{ID}:{at}", "Status": "FINISHED", "ResultRows": count}
        for at, count in enumerate(rows, 1)
    ]
    found[-1].update(last)
    return {"SubStatements": found}


class TestOneStatement:
    def test_that_reads_returns_typed_rows_and_is_no_change(
        self, run_module, say, execute, described
    ):
        columns = [
            {"name": "n", "typeName": "int8"},
            {"name": "price", "typeName": "numeric"},
            {"name": "open", "typeName": "bool"},
        ]
        record = [{"longValue": 1}, {"stringValue": "9.50"}, {"isNull": True}]
        for check in (False, True):
            script = [
                execute("select 1"),
                described("STARTED"),
                described(HasResultSet=True, ResultRows=2),
                say(
                    SERVICE,
                    "GetStatementResult",
                    {"Id": ID},
                    {"Records": [record], "ColumnMetadata": columns, "NextToken": "more"},
                ),
                say(
                    SERVICE,
                    "GetStatementResult",
                    {"Id": ID, "NextToken": "more"},
                    {"Records": [[{"longValue": 2}, *record[1:]]], "ColumnMetadata": columns},
                ),
            ]
            result = run_module(main, script, check, sql="select 1", **TARGET)
            assert not result["changed"]
            assert result["rows"] == [
                {"n": 1, "price": "9.50", "open": None},
                {"n": 2, "price": "9.50", "open": None},
            ]
            assert result["results"][0]["columns"][0] == {"name": "n", "type": "int8"}

    def test_with_columns_of_one_name_returns_all(self, run_module, say, execute, described):
        script = [
            execute("select 1, 2"),
            described(HasResultSet=True, ResultRows=1),
            say(
                SERVICE,
                "GetStatementResult",
                {"Id": ID},
                {
                    "Records": [[{"longValue": value} for value in (1, 2, 3)]],
                    "ColumnMetadata": [{"name": name} for name in ("id", "id", "id_2")],
                },
            ),
        ]
        result = run_module(main, script, sql="select 1, 2", **TARGET)
        assert result["rows"] == [{"id": 1, "id_2": 2, "id_2_2": 3}]

    def test_that_writes_is_a_change(self, run_module, execute, described):
        script = [execute("delete from t"), described(ResultRows=3)]
        result = run_module(main, script, sql="delete from t", **TARGET)
        assert result["changed"]
        assert result["results"][0]["row_count"] == 3
        assert result["diff"]["after"] == "delete from t;\n"

    def test_that_writes_is_only_shown_in_check_mode(self, run_module):
        result = run_module(main, [], True, sql="delete from t", **TARGET)
        assert result["changed"]
        assert result["executed"] == ["delete from t"]
        assert "statement_id" not in result

    def test_takes_its_parameters_as_text(self, run_module, execute, described):
        sql = "delete from t where a = :a and b = :b"
        pairs = [{"name": "a", "value": "1"}, {"name": "b", "value": "true"}]
        script = [execute(sql, Parameters=pairs), described()]
        result = run_module(main, script, sql=sql, parameters={"a": 1, "b": True}, **TARGET)
        assert result["changed"]

    def test_that_fails_tells_what_the_server_said(self, run_module, execute, described):
        script = [execute("drop table t"), described("FAILED", Error="ERROR: no table t")]
        result = run_module(main, script, sql="drop table t", **TARGET)
        assert result["msg"] == "The statement failed: ERROR: no table t (in: drop table t)"

    def test_is_cancelled_when_its_time_is_over(self, run_module, say, execute, described):
        script = [
            execute("drop table t"),
            say(SERVICE, "DescribeStatement", {"Id": ID}, {"Id": ID, "Status": "STARTED"}),
            say(SERVICE, "CancelStatement", {"Id": ID}, {"Status": True}),
        ]
        result = run_module(main, script, sql="drop table t", wait_timeout=0, **TARGET)
        assert "was cancelled, since it hadn't ended after 0 s" in result["msg"]

    def test_without_waiting_returns_its_id(self, run_module, execute):
        result = run_module(main, [execute("vacuum")], sql="vacuum", wait=False, **TARGET)
        assert result["statement_id"] == ID

    def test_keeps_the_users_token(self, run_module, execute, described):
        script = [execute("vacuum", ClientToken="nightly-1"), described()]
        run_module(main, script, sql="vacuum", client_token="nightly-1", **TARGET)

    def test_with_the_token_of_other_statements_is_an_error(self, run_module, execute, described):
        script = [execute("vacuum", ClientToken="nightly-1"), described(**parts(1, 1))]
        result = run_module(main, script, sql="vacuum", client_token="nightly-1", **TARGET)
        assert "its client token was used before, for others" in result["msg"]


class TestGuards:
    options = {"statements": [SCHEMA, ROLE], **TARGET}  # noqa: RUF012

    def asked(self, batch):
        return batch(SCHEMA["unless"], ROLE["unless"])

    def test_are_asked_in_one_batch_and_only_what_is_needed_runs(
        self, run_module, batch, execute, described
    ):
        script = [
            self.asked(batch),
            described(**parts(1, 0)),
            execute(ROLE["sql"]),
            described(ResultRows=-1),
        ]
        result = run_module(main, script, **self.options)
        assert result["changed"]
        assert result["executed"] == [ROLE["sql"]]
        assert result["not_needed"] == [SCHEMA["sql"]]

    def test_that_all_hold_leave_nothing_to_do(self, run_module, batch, described):
        for check in (False, True):
            script = [self.asked(batch), described(**parts(1, 1))]
            result = run_module(main, script, check, **self.options)
            assert not result["changed"]
            assert result["executed"] == []

    def test_are_asked_in_check_mode_too(self, run_module, batch, described):
        script = [self.asked(batch), described(**parts(0, 0))]
        result = run_module(main, script, True, **self.options)
        assert result["changed"]
        assert result["diff"]["after"] == "create schema etl;\ncreate role reader;\n"

    def test_about_what_is_not_there_yet_do_not_hold_in_check_mode(
        self, run_module, batch, execute, described
    ):
        failed = parts(1, 0, Status="FAILED", Error='ERROR: relation "x" does not exist')
        script = [
            self.asked(batch),
            described("FAILED", **failed),
            execute(SCHEMA["unless"]),
            described(ResultRows=1),
            execute(ROLE["unless"]),
            described("FAILED", Error='ERROR: relation "x" does not exist'),
        ]
        result = run_module(main, script, True, **self.options)
        assert result["executed"] == [ROLE["sql"]]

    def test_that_fail_stop_the_task(self, run_module, batch, described):
        failed = parts(1, 0, Status="FAILED", Error="ERROR: permission denied")
        script = [self.asked(batch), described("FAILED", **failed)]
        result = run_module(main, script, **self.options)
        assert result["msg"].startswith("Statement 2 of 2 failed: ERROR: permission denied")

    def test_that_write_are_refused(self, run_module):
        result = run_module(main, [], sql="select 1", unless="drop table t", **TARGET)
        assert result["msg"] == "the guard (unless) of the statement must only read"


class TestFile:
    def test_runs_as_one_transaction(self, run_module, batch, described, tmp_path):
        src = tmp_path / "bootstrap.sql"
        src.write_text("create schema a;\ncreate schema b;\n")
        script = [batch("create schema a", "create schema b"), described(**parts(-1, -1))]
        result = run_module(main, script, src=str(src), **TARGET)
        assert result["executed"] == ["create schema a", "create schema b"]

    def test_that_is_not_there_is_named(self, run_module):
        result = run_module(main, [], src="/nowhere/x.sql", **TARGET)
        assert "src /nowhere/x.sql can't be read" in result["msg"]


class TestBadInput:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"statements": ["select 1"] * 41}, "41 statements are more than the 40"),
            ({"sql": "select '" + "x" * 103_000 + "'"}, "the most is 102400"),
            ({"sql": "select 1; select 2"}, "the statement holds 2 statements"),
            ({"statements": ["begin", "drop table t"]}, "statement 1 controls a transaction"),
            ({"sql": "-- nothing"}, "the statement is empty"),
            ({"sql": "select ':a'", "parameters": {"a": [1]}}, "parameter a is a list"),
            ({"statements": []}, "there is no SQL statement to run"),
            ({"statements": [{"sql": "vacuum", "if": "x"}]}, "unknown key if; allowed are sql"),
            ({"statements": [3]}, "entry 1: must be SQL text"),
            ({"sql": "select :a", "parameters": {"a": None}}, "parameter a is NULL"),
            ({"sql": "select 1", "parameters": {"a": 1}}, "no statement has :a"),
            ({"statements": ["vacuum"], "unless": "select 1"}, "unless goes with sql or src"),
            ({}, "one of the following is required: sql, statements, src"),
            ({"sql": "select 1", "db_user": "x"}, "mutually exclusive: workgroup_name|db_user"),
        ],
    )
    def test_is_refused_before_any_statement(self, run_module, options, message):
        result = run_module(main, [], **options, **TARGET)
        assert message in result["msg"]


class TestMissingWorkgroup:
    def script(self, say, batch):
        refused = say(
            SERVICE,
            "BatchExecuteStatement",
            {"Sqls": [SCHEMA["unless"], ROLE["unless"]], **SENT},
            "ValidationException",
        )
        return [refused]

    def test_is_made_by_an_earlier_task_in_check_mode(self, run_module, say, batch):
        missing = say(
            "redshift-serverless",
            "GetWorkgroup",
            {"workgroupName": "shop"},
            "ResourceNotFoundException",
        )
        script = [*self.script(say, batch), missing]
        result = run_module(main, script, True, statements=[SCHEMA, ROLE], **TARGET)
        assert result["changed"]
        assert result["executed"] == [SCHEMA["sql"], ROLE["sql"]]

    def test_is_an_error_otherwise(self, run_module, say, batch):
        result = run_module(main, self.script(say, batch), statements=[SCHEMA, ROLE], **TARGET)
        assert "redshift-data:BatchExecuteStatement failed" in result["msg"]
        assert "database analytics of shop" in result["msg"]
