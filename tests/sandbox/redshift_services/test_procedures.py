"""Stored procedures through the Data API: CALL as a statement, and in a batch."""

from __future__ import annotations

import pytest

from tests.sandbox.redshift_services.tools import ended, finished, run, selected

MADE = """
    create or replace procedure public.sp_note(n int, note inout varchar) as $$
    begin
      insert into public.noted values (n);
      commit;
      raise info 'noted %', n;
      note := note || n;
      if n < 0 then raise exception 'no % here', n; end if;
    end $$ language plpgsql
"""


@pytest.fixture(scope="module")
def noted(data, secret):
    """The table that the procedure public.sp_note writes to."""
    finished(data, "create table public.noted (n int)", SecretArn=secret)
    finished(data, MADE, SecretArn=secret)
    yield "public.noted"
    finished(data, "drop procedure public.sp_note(int, varchar)", SecretArn=secret)
    finished(data, "drop table public.noted", SecretArn=secret)


def test_a_call_is_a_statement_of_its_own(data, secret, noted):
    values = [{"name": "n", "value": "7"}, {"name": "note", "value": "seven: "}]
    found = finished(data, "call public.sp_note(:n, :note)", Parameters=values, SecretArn=secret)
    assert (found["HasResultSet"], found["ResultRows"]) == (True, 1)
    result = data.get_statement_result(Id=found["Id"])
    assert result["Records"] == [[{"stringValue": "seven: 7"}]]
    assert [column["label"] for column in result["ColumnMetadata"]] == ["note"]
    assert selected(data, f"select n from {noted} where n = 7", SecretArn=secret) == [[7]]


def test_what_a_call_committed_stays_when_it_fails(data, secret, noted):
    found = run(data, "call public.sp_note(-1, '')", SecretArn=secret)
    assert (found["Status"], found["Error"]) == ("FAILED", "ERROR: no -1 here")
    assert selected(data, f"select n from {noted} where n = -1", SecretArn=secret) == [[-1]]


def test_a_call_in_a_batch_does_not_end_its_transaction(data, secret, noted):
    found = run(data, Sqls=["call public.sp_note(3, '')", "select 1"], SecretArn=secret)
    assert found["Status"] == "FAILED"
    assert (
        "COMMIT cannot be invoked from a procedure that is executing in an atomic"
        in (found["Error"])
    )
    assert selected(data, f"select n from {noted} where n = 3", SecretArn=secret) == []


def test_a_caller_needs_execute(data, analyst, noted):
    found = run(analyst, "call public.sp_note(1, '')")
    assert (found["Status"], found["Error"]) == (
        "FAILED",
        "ERROR: permission denied for procedure sp_note",
    )


def test_a_call_in_a_session_ends_no_transaction_that_it_did_not_begin(data, secret, noted):
    session = run(data, "select 1", SecretArn=secret, SessionKeepAliveSeconds=60)["SessionId"]

    def said(sql):
        answer = data.execute_statement(SessionId=session, Sql=sql)
        found = ended(data, answer["Id"])
        return found["Status"], found.get("Error", "")

    assert said("call public.sp_note(11, '')") == ("FINISHED", "")
    assert said("begin") == ("FINISHED", "")
    status, error = said("call public.sp_note(12, '')")
    assert (status, "COMMIT cannot be invoked" in error) == ("FAILED", True)
    assert said("rollback") == ("FINISHED", "")
    assert said("call public.sp_note(13, '')") == ("FINISHED", "")
    kept = selected(data, f"select n from {noted} where n > 10 order by 1", SecretArn=secret)
    assert kept == [[11], [13]]
