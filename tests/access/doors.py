"""The doors, as a principal tries them: each returns the values, or raises RefusedError."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from botocore.exceptions import ClientError

from demo import lake
from demo.aws import PLATFORM, client, credentials_of

DATABASE = "analytics"
ENDED = {"FINISHED", "FAILED", "ABORTED", "SUCCEEDED", "CANCELLED"}


class RefusedError(Exception):
    """What the door says to one whom it doesn't let in."""


@contextmanager
def told() -> Iterator[None]:
    """A refusal of AWS, with its code and its words."""
    try:
        yield
    except ClientError as error:
        raise RefusedError(f"{error.response['Error']['Code']}: {error}") from error


class Caller:
    """One principal's session."""

    def __init__(self, principal: str) -> None:
        self.principal = principal
        self._credentials = credentials_of(f"{PLATFORM}-{principal}")

    def client(self, service: str) -> Any:
        return client(service, **self._credentials)

    def data_api(self, sql: str) -> list[Any]:
        """The first column of a statement's rows."""
        data = self.client("redshift-data")
        with told():
            statement = self.statement(sql)
            described = ended(lambda: data.describe_statement(Id=statement))
            if described["Status"] != "FINISHED":
                raise RefusedError(described["Error"])
            if not described["HasResultSet"]:
                return []
            pages = data.get_paginator("get_statement_result").paginate(Id=statement)
            return [value_of(record[0]) for page in pages for record in page["Records"]]

    def statement(self, sql: str) -> str:
        """Run a statement, and return its ID."""
        data = self.client("redshift-data")
        answer = data.execute_statement(WorkgroupName=PLATFORM, Database=DATABASE, Sql=sql)
        return str(answer["Id"])

    @contextmanager
    def psql(self) -> Iterator[Callable[[str], list[Any]]]:
        """A connection to the workgroup with temporary credentials."""
        serverless = self.client("redshift-serverless")
        given = serverless.get_credentials(workgroupName=PLATFORM, dbName=DATABASE)
        endpoint = client("redshift-serverless").get_workgroup(workgroupName=PLATFORM)
        place = endpoint["workgroup"]["endpoint"]
        with psycopg.connect(
            host=place["address"],
            port=place["port"],
            dbname=DATABASE,
            user=given["dbUser"],
            password=given["dbPassword"],
            client_encoding="utf8",
            autocommit=True,
            connect_timeout=10,
        ) as connection:

            def query(sql: str) -> list[Any]:
                try:
                    found = connection.execute(sql)
                except psycopg.Error as error:
                    raise RefusedError(str(error)) from error
                return [row[0] for row in found.fetchall()] if found.description else []

            yield query

    def athena(self, sql: str) -> list[Any]:
        """The first column of a query's rows, as texts."""
        athena, bucket = self.client("athena"), bucket_name()
        with told():
            started = athena.start_query_execution(
                QueryString=sql,
                QueryExecutionContext={"Database": lake.DATABASE},
                ResultConfiguration={"OutputLocation": f"s3://{bucket}/athena/{self.principal}/"},
            )["QueryExecutionId"]
            status = ended(
                lambda: athena.get_query_execution(QueryExecutionId=started)["QueryExecution"][
                    "Status"
                ],
                "State",
            )
            if status["State"] != "SUCCEEDED":
                raise RefusedError(status["StateChangeReason"])
            pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=started)
            rows = [
                row["Data"][0].get("VarCharValue")
                for page in pages
                for row in page["ResultSet"]["Rows"]
            ]
        return rows[1:]

    def glue_columns(self, table: str) -> set[str]:
        """The columns that the catalog tells of a table."""
        with told():
            found = self.client("glue").get_table(DatabaseName=lake.DATABASE, Name=table)["Table"]
        return {column["Name"] for column in found["StorageDescriptor"]["Columns"]}

    def glue_partitions(self, table: str) -> list[Any]:
        with told():
            found = self.client("glue").get_partitions(DatabaseName=lake.DATABASE, TableName=table)
        return list(found["Partitions"])

    def read_object(self, key: str) -> bytes:
        with told():
            found = self.client("s3").get_object(Bucket=bucket_name(), Key=key)
        return bytes(found["Body"].read())


def ended(ask: Callable[[], dict[str, Any]], state: str = "Status") -> dict[str, Any]:
    """The answer of something that has ended; fails after a minute."""
    deadline = time.monotonic() + 60
    while True:
        answer = ask()
        if answer[state] in ENDED:
            return answer
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)


def value_of(field: dict[str, Any]) -> Any:
    return None if field.get("isNull") else next(iter(field.values()))


def bucket_name() -> str:
    [bucket] = client("s3").list_buckets()["Buckets"]
    return str(bucket["Name"])


def keys_below(prefix: str) -> list[str]:
    """The objects of a prefix, as the administrator lists them."""
    listed = client("s3").list_objects_v2(Bucket=bucket_name(), Prefix=prefix)
    return [each["Key"] for each in listed.get("Contents", ())]
