"""A table whose columns change at the source, in the contract and in its files."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from ansible_collections.modern_data.warehouse.plugins.filter.load_configurations import (
    load_configurations,
)

from tests.sandbox.capture_tools import until
from tests.sandbox.load_files import SEQUENCE
from tests.sandbox.load_tools import Load, two_tables

TABLE = "public.returns"
Columns = Mapping[str, str]
BASE: Columns = {"order_id": "bigint", "status": "varchar(32)"}
_ARROW = {"bigint": pa.int64(), "integer": pa.int32(), "date": pa.date32()}


def declared(columns: Columns, dropped: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The columns as tables.yml has them."""
    return [
        {"name": name, "type": kind, "dropped": name in dropped} for name, kind in columns.items()
    ]


class Evolving(Load):
    """The load of a platform whose table public.returns changes."""

    def __init__(self, aws: Callable[..., Any], name: str) -> None:
        super().__init__(aws, name, {"columns": declared(BASE)})
        self._made = set(BASE)

    def follow(
        self, columns: Columns, dropped: Sequence[str] = (), forget: Sequence[str] = ()
    ) -> None:
        """Deploy a contract with other columns of public.returns, as the roles do."""
        self.derived = two_tables(self.name, {"columns": declared(columns, dropped)})
        for name, kind in columns.items():
            if name not in self._made:
                self.query(f"ALTER TABLE analytics.returns ADD COLUMN {name} {kind}")
                self._made.add(name)
        config = self.derived["orchestration"]["config"]
        there = {each["key"]: self.read(each["key"]) for each in config}
        for each in load_configurations(config, there, forget):
            self.write(each["key"], each["content"])

    def widen(self, column: str, length: int) -> None:
        """Let a column of public.returns take longer texts."""
        data = self.aws("redshift-data")
        sql = f"ALTER TABLE analytics.returns ALTER COLUMN {column} TYPE VARCHAR({length})"
        made = data.execute_statement(Sql=sql, **self._here)
        until(lambda: data.describe_statement(Id=made["Id"])["Status"] == "FINISHED")

    def read(self, key: str) -> str:
        body = self.aws("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        assert isinstance(body, bytes)
        return body.decode()

    def write(self, key: str, text: str) -> None:
        self.aws("s3").put_object(Bucket=self.bucket, Key=key, Body=text)

    def configuration(self) -> dict[str, Any]:
        """What the machine knows of public.returns."""
        found = json.loads(self.read("load/config/returns.json"))
        assert isinstance(found, dict)
        return found

    def check(self, schema: str) -> None:
        """Write that this state of public.returns at the source was compared with the contract."""
        told = self.configuration() | {"schema_checked": schema}
        self.write("load/config/returns.json", json.dumps(told))

    def land_shape(self, name: str, columns: Columns, *rows: Mapping[str, Any]) -> str:
        """Write a file with these source columns; `op`, `order` and `before` are of the change."""
        fields = [("Op", pa.string()), ("dms_ts", pa.string())]
        fields += [(column, _ARROW.get(kind, pa.string())) for column, kind in columns.items()]
        fields += [("dms_seq", pa.string()), ("BI_order_id", pa.int64())]
        full_load = name.startswith("LOAD")
        values = [
            {
                "Op": row.get("op", "I"),
                "dms_ts": "2026-01-01",
                "dms_seq": "" if full_load else f"{SEQUENCE + row['order']:035d}",
                **{column: row.get(column) for column in columns},
                "BI_order_id": row.get("before"),
            }
            for row in rows
        ]
        body = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(values, schema=pa.schema(fields)), body)
        key = f"raw/public/returns/{name}.parquet"
        self.aws("s3").put_object(Bucket=self.bucket, Key=key, Body=body.getvalue())
        return key

    def change(self, number: int, columns: Columns, **values: Any) -> str:
        """A file of one insert, whose key is its number."""
        row = {"order_id": number, "order": number, **values}
        return self.land_shape(f"20990101-{number:09d}", columns, row)

    def rows(self, *columns: str) -> list[list[Any]]:
        """The warehouse's rows in the order of their keys."""
        return self.query(f"SELECT {', '.join(columns)} FROM analytics.returns ORDER BY order_id")

    def returns(self) -> dict[str, Any]:
        """What a load of public.returns reports; it must succeed."""
        return self.orders("returns")

    def refused(self) -> str:
        """Why a load of public.returns fails."""
        ended = self.run({"tables": [TABLE]})
        assert (ended["status"], ended["error"]) == ("FAILED", "LoadFailed"), ended
        cause = ended["cause"]
        assert isinstance(cause, str)
        return cause

    def place(self) -> dict[str, Any]:
        """The cursor of public.returns."""
        key = {"table_name": {"S": TABLE}}
        found = self.aws("dynamodb").get_item(TableName=self.values["cursor_table"], Key=key)
        return found.get("Item", {})

    def expire_leases(self) -> None:
        """Make the lease of a killed execution run out."""
        self.aws("dynamodb").update_item(
            TableName=self.values["cursor_table"],
            Key={"table_name": {"S": TABLE}},
            UpdateExpression="SET lease_until = :past",
            ExpressionAttributeValues={":past": {"N": "1"}},
        )
