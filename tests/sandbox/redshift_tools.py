"""What the tests of the Redshift engine share: a warehouse, and files for COPY."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sandbox.engines.redshift import RedshiftError, StatementResult, Warehouse

ADMIN = "admin"
DATABASE = "analytics"
COPY_ROLE = "arn:aws:iam::123456789012:role/mdw-sandbox-copy"
ORDERS = """
    create table {schema}.orders (
        order_id bigint not null encode az64, user_id bigint, email varchar(320),
        total_amount numeric(12,2), primary key (order_id)
    ) diststyle key distkey (order_id) sortkey (order_id)
"""
ROWS = "insert into {schema}.orders values (1, 7, 'a@x', 3.5), (2, 8, 'b@x', 4)"


class NoStorage:
    """The storage of a namespace without any IAM role."""

    def client(self, iam_role: str) -> Any:
        raise RedshiftError(f"role {iam_role} is not attached", "42501")


class BucketStorage:
    """A namespace whose default role is COPY_ROLE; nothing else is attached."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def client(self, iam_role: str) -> Any:
        if iam_role not in ("default", COPY_ROLE):
            raise RedshiftError(f"User is not authorized to assume IAM Role {iam_role}", "42501")
        return self._s3


class Desk:
    """Runs SQL in a warehouse, as one batch unless told otherwise."""

    def __init__(self, warehouse: Warehouse, storage: Any = None) -> None:
        self.warehouse = warehouse
        self.storage = storage or NoStorage()

    def run(
        self, *statements: str, user: str = ADMIN, transaction: bool = True, **options: Any
    ) -> list[StatementResult]:
        return self.warehouse.run(
            list(statements),
            user=user,
            database=DATABASE,
            storage=self.storage,
            transaction=transaction,
            **options,
        )

    def rows(self, *statements: str, user: str = ADMIN, **options: Any) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""
        return self.run(*statements, user=user, **options)[-1].rows

    def value(self, statement: str, user: str = ADMIN) -> Any:
        ((value,),) = self.rows(statement, user=user)
        return value

    def error(self, *statements: str, user: str = ADMIN, **options: Any) -> RedshiftError:
        """The error that the statements end with."""
        with pytest.raises(RedshiftError) as caught:
            self.run(*statements, user=user, **options)
        return caught.value

    def schema(self) -> str:
        """A new schema of a test's own."""
        name = f"s_{uuid.uuid4().hex[:10]}"
        self.run(f"create schema {name}")
        return name


def make_procedure(
    desk: Desk, name: str, body: str, arguments: str = "", options: str = "", user: str = ADMIN
) -> None:
    """A procedure of a user's; options stand after its language."""
    desk.run(
        f"create procedure {name}({arguments}) as $$ {body} $$ language plpgsql {options}",
        user=user,
    )


def schema_of_orders(desk: Desk) -> str:
    """A schema with a table orders of two rows."""
    name = desk.schema()
    desk.run(ORDERS.format(schema=name), ROWS.format(schema=name))
    return name


@contextmanager
def opened(directory: Path, storage: Any = None) -> Iterator[Desk]:
    """A desk at a new warehouse, which is gone afterwards."""
    warehouse = Warehouse(
        directory,
        name="desk",
        admin_user=ADMIN,
        admin_password="Admin-12345",
        database=DATABASE,
    )
    warehouse.start()
    try:
        yield Desk(warehouse, storage)
    finally:
        warehouse.destroy()


class Bucket:
    """A bucket with parquet files and manifests."""

    def __init__(self, s3: Any) -> None:
        self.s3 = s3
        self.name = f"redshift-{uuid.uuid4().hex[:10]}"
        s3.create_bucket(Bucket=self.name)

    def url(self, key: str) -> str:
        return f"s3://{self.name}/{key}"

    def put(self, key: str, body: bytes) -> str:
        self.s3.put_object(Bucket=self.name, Key=key, Body=body)
        return key

    def parquet(self, key: str, **columns: tuple[pa.DataType, Sequence[Any]]) -> str:
        """Write one file, its columns in the order given as name=(type, values)."""
        fields = [(name, kind) for name, (kind, _) in columns.items()]
        arrays = [pa.array(values, kind) for kind, values in columns.values()]
        return self.table(key, pa.table(arrays, schema=pa.schema(fields)))

    def table(self, key: str, table: pa.Table) -> str:
        sink = io.BytesIO()
        pq.write_table(table, sink)
        return self.put(key, sink.getvalue())

    def manifest(self, key: str, *keys: str, mandatory: bool = True, **meta: Any) -> str:
        entries = [
            {
                "url": self.url(each),
                "mandatory": mandatory,
                "meta": meta or {"content_length": self._size(each)},
            }
            for each in keys
        ]
        return self.put(key, json.dumps({"entries": entries}).encode())

    def _size(self, key: str) -> int:
        listed = self.s3.list_objects_v2(Bucket=self.name, Prefix=key).get("Contents", [])
        return next((item["Size"] for item in listed if item["Key"] == key), 1)
