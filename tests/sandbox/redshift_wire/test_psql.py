"""The endpoint of a warehouse, as psql and pg_dump see it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from sandbox.engines.postgres import binaries
from sandbox.engines.redshift import Server
from tests.sandbox.redshift_services.tools import PASSWORD
from tests.sandbox.redshift_tools import DATABASE, Bucket


def test_psql_selects(psql: Callable[..., Any]) -> None:
    done = psql("select 1, nvl(null, 'é')")
    assert (done.stdout, done.stderr, done.returncode) == ("1|é\n", "", 0)


def test_psql_makes_a_table_of_redshifts_kind(psql: Callable[..., Any]) -> None:
    done = psql(
        "create table made (a int distkey, b varchar(max) encode zstd) diststyle key sortkey (a)",
        "insert into made values (1, 'x'), (2, null)",
        "select * from made order by a",
        "drop table made",
    )
    assert done.stdout.splitlines() == ["CREATE TABLE", "INSERT 0 2", "1|x", "2|", "DROP TABLE"]


def test_psql_is_told_of_errors(psql: Callable[..., Any]) -> None:
    done = psql("create table bad (a uuid)")
    assert done.returncode == 1
    assert 'Column "a" has unsupported type "uuid".' in done.stderr


def test_several_statements_in_one_request_are_one_transaction(psql: Callable[..., Any]) -> None:
    psql("create table several (a int)")
    done = psql("insert into several values (1); insert into several values (2); select 1 / 0")
    assert "Divide by zero" in done.stderr
    assert psql("select count(*) from several").stdout == "0\n"
    assert psql("select 1; select 2").stdout == "1\n2\n"


def test_transactions_last_until_their_end(psql: Callable[..., Any]) -> None:
    script = """
        create table lasting (a int);
        begin;
        insert into lasting values (1);
        rollback;
        begin;
        insert into lasting values (2);
        select 1 / 0;
        select 'ignored';
        commit;
        begin; insert into lasting values (3); end;
        select a from lasting;
    """
    done = psql(script=script)
    assert "current transaction is aborted" in done.stderr
    assert "ignored" not in done.stdout
    assert done.stdout.splitlines()[-2:] == ["COMMIT", "3"]
    assert "ROLLBACK" in done.stdout.splitlines()[6:]


def test_a_wrong_password_or_database_is_refused(psql: Callable[..., Any]) -> None:
    wrong = psql("select 1", password="wrong")
    assert 'password authentication failed for user "admin"' in wrong.stderr
    assert 'database "nowhere" does not exist' in psql("select 1", database="nowhere").stderr
    assert 'database "postgres" does not exist' in psql("select 1", database="postgres").stderr


@pytest.mark.parametrize("command", ["\\dt", "\\dn", "\\dv", "\\d"])
def test_psql_can_look_around(psql: Callable[..., Any], command: str) -> None:
    psql("create table looked_at (a int, b varchar(10))", "create view seen as select 1 as one")
    done = psql(command)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("\\d described", "column c.relhastriggers does not exist"),
        ("\\d+ described", "column c.relhastriggers does not exist"),
        ("\\dp", 'type "e" does not exist'),
        ("\\dT", "column el.typarray does not exist"),
        ("\\du", 'relation "pg_catalog.pg_roles" does not exist'),
        ("\\dx", 'relation "pg_catalog.pg_extension" does not exist'),
        ("\\df", "function pg_get_function_result() does not exist"),
        ("\\l", "column d.datcollate does not exist"),
    ],
)
def test_psql_asks_in_vain_for_what_postgresql_8_lacks(
    psql: Callable[..., Any], command: str, error: str
) -> None:
    """Since its version 15 it knows no server before 9.2, and Redshift is 8.0.2 to it."""
    psql("create table if not exists described (a int)")
    done = psql(command)
    assert (done.stderr, done.returncode) == (f"ERROR:  {error}\n", 1)


@pytest.mark.parametrize("options", [[], ["--schema-only"]])
def test_pg_dump_refuses_a_server_this_old(server: Server, options: list[str]) -> None:
    address = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "admin", DATABASE]
    done = subprocess.run(
        [str(binaries.find().bin / "pg_dump"), *options, *address],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD},
    )
    assert done.returncode == 1
    assert "aborting because of server version mismatch" in done.stderr
    assert "server version: 8.0.2" in done.stderr


def test_copy_works_over_the_wire(psql: Callable[..., Any], bucket: Bucket) -> None:
    key = bucket.parquet("wire/1", a=(pa.int64(), [1, 2]))
    done = psql(
        "create table copied (a bigint)",
        f"copy copied from '{bucket.url(key)}' iam_role default format as parquet",
        "select count(*) from copied",
    )
    assert done.stdout.splitlines()[-1] == "2"
    assert "Load into table 'copied' completed, 2 record(s) loaded successfully." in done.stderr
