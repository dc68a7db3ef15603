"""The whole road, deployed: a source database, its capture, the landing zone, the load."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from ansible_collections.modern_data.warehouse.plugins.filter.load_configurations import (
    load_configurations,
)
from ansible_collections.modern_data.warehouse.plugins.filter.schema_checked import schema_checked
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_table_model import (
    table_of,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_table_plan import (
    plan_table,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from tests.sandbox.capture_tools import until
from tests.sandbox.dms_platform import Platform
from tests.sandbox.dms_tools import target_settings
from tests.sandbox.load_tools import Load
from tests.sandbox.roads.shop import TABLES, Shop, Table, as_text
from tests.unit.plugins.plugin_utils.contract.documents import Documents

PATIENCE_SECONDS = 120
MOST_LOADS = 8


def derived(name: str, tables: Sequence[Table]) -> dict[str, Any]:
    """What the contract derives for the shop's tables."""
    documents = Documents("sandbox")
    documents.platform["platform"]["name"] = name
    documents.tables[:] = [table.contract() for table in tables]
    documents.access["principals"] = []
    return derive(*documents)


class Road:
    """The shop, and what follows it."""

    def __init__(self, aws: Callable[..., Any], name: str) -> None:
        self.load = Load(aws, name, derived=derived(name, TABLES))
        self.load.deploy()
        self.platform = Platform(aws, name)
        self.shop = Shop(self.platform.connect())
        self.s3, self.bucket = aws("s3"), self.load.bucket
        self.platform.target = aws("dms").create_endpoint(
            EndpointIdentifier=f"{name}-bucket",
            EndpointType="target",
            EngineName="s3",
            S3Settings=target_settings(aws, self.bucket, CompressionType="gzip"),
        )["Endpoint"]["EndpointArn"]
        self.platform.test_connections()
        ingestion = self.load.derived["ingestion"]
        self.task = self.platform.create_task(
            self.load.values["task"],
            TableMappings=json.dumps(ingestion["table_mappings"]),
            ReplicationTaskSettings=json.dumps(ingestion["task_settings"]),
            Tags=[{"Key": key, "Value": value} for key, value in ingestion["tags"].items()],
        )

    def remove(self) -> None:
        self.platform.delete(self.task)
        self.load.remove()

    # the capture

    @property
    def running(self) -> bool:
        return bool(self.platform.task(self.task)["Status"] == "running")

    def begin_anew(self) -> None:
        """Every table is loaded again, and what was captured before counts no more."""
        if self.running:
            self.platform.stop(self.task)
        a_second_passes()
        new = self.platform.task(self.task)["Status"] == "ready"
        self.platform.start(self.task, "start-replication" if new else "reload-target")
        self.completed(TABLES)

    def resume(self) -> None:
        self.platform.start(self.task, "resume-processing")

    def reload(self, table: Table) -> None:
        """A full load of one table while the changes of all go on."""
        a_second_passes()
        before = self.statistics(table).get("FullLoadEndTime")
        self.platform.dms.reload_tables(
            ReplicationTaskArn=self.task,
            TablesToReload=[{"SchemaName": "public", "TableName": table.name}],
        )
        until(lambda: self.statistics(table).get("FullLoadEndTime") != before, PATIENCE_SECONDS)
        self.completed([table])

    def completed(self, tables: Any) -> None:
        for table in tables:
            until(
                lambda: self.statistics(table).get("TableState") == "Table completed",  # noqa: B023
                PATIENCE_SECONDS,
            )

    def statistics(self, table: Table) -> dict[str, Any]:
        return self.platform.statistics(self.task, table.name)

    def all_captured(self) -> None:
        position = self.shop.position()
        until(lambda: self.shop.captured(position), PATIENCE_SECONDS)

    # the landing zone

    def change_files(self, table: Table) -> list[str]:
        """The keys of the files of changes since the table's full load."""
        began = self.statistics(table).get("FullLoadStartTime")
        if began is None:
            return []
        first = f"raw/public/{table.name}/{began.astimezone(UTC):%Y%m%d-%H%M%S}"
        return [key for key in self.load.keys(f"raw/public/{table.name}/2") if key >= first]

    def body(self, key: str) -> bytes:
        return bytes(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def copy_later(self, key: str) -> None:
        """Deliver a file once more, under a name of now."""
        folder = key.rpartition("/")[0]
        taken = self.load.keys(f"{folder}/")
        later = until(lambda: (name := f"{folder}/{now_as_name()}.parquet") not in taken and name)
        self.put(later, self.body(key))

    # the contract

    def follow(self, *, forget: bool = False) -> None:
        """Let contract and warehouse follow the source, as the playbooks do.

        `forget`: nothing is kept of the columns and files that there were before.
        """
        before, after = self.load.derived, derived(self.load.name, self.shop.tables)
        for there, option in zip(
            before["warehouse"]["tables"], after["warehouse"]["tables"], strict=True
        ):
            current, wanted = (table_of(each, absent=False)[0] for each in (there, option))
            plan = plan_table(wanted, current, purge_columns=forget)
            assert plan.problems == []
            if plan.statements:
                self.load.query(*plan.statements)
        config = after["orchestration"]["config"]
        kept, checked = {}, {}
        if not forget:
            kept = {each["key"]: self.body(each["key"]).decode() for each in config}
            checked = self._checked()
        for each in load_configurations(config, kept, checked=checked):
            self.put(each["key"], each["content"].encode())
        self.load.derived = after

    def _checked(self) -> dict[str, str]:
        """What the columns of the tables were compared with: their state as the capture tells it."""
        began = self.platform.task(self.task)["ReplicationTaskStats"]["FreshStartDate"]
        told = {
            "replication_task_stats": {"fresh_start_date": began.isoformat()},
            "table_statistics": [
                {
                    "schema_name": "public",
                    "table_name": table.name,
                    "ddls": self.statistics(table)["Ddls"],
                }
                for table in TABLES
            ],
        }
        return schema_checked(told, [f"public.{table.name}" for table in TABLES])

    # the load

    def expire_leases(self) -> None:
        """As if the time had passed that a killed execution keeps its tables."""
        for table in TABLES:
            self.load.aws("dynamodb").update_item(
                TableName=self.load.values["cursor_table"],
                Key={"table_name": {"S": f"public.{table.name}"}},
                UpdateExpression="SET lease_until = :past",
                ExpressionAttributeValues={":past": {"N": "1"}},
            )

    def load_all(self) -> None:
        """Load until nothing is new."""
        for _ in range(MOST_LOADS):
            ended = self.load.wait(self.load.start(), PATIENCE_SECONDS)
            assert ended["status"] == "SUCCEEDED", ended
            if {each["status"] for each in ended["output"]["tables"]} == {"nothing new"}:
                return
        raise AssertionError(f"something is new after {MOST_LOADS} loads: {ended}")

    def warehouse(self) -> dict[str, list[tuple[str | None, ...]]]:
        """The rows of each table that the warehouse takes for the source's."""
        endpoint = self.load.endpoint
        with psycopg.connect(
            host=endpoint["address"],
            port=endpoint["port"],
            dbname=self.load.values["database"],
            user="boss",
            password=self.load.password,
            client_encoding="utf8",
        ) as connection:
            return {
                table.name: as_text(connection.execute(table.rows_now()).fetchall())
                for table in self.shop.tables
            }

    def source(self) -> dict[str, list[tuple[str | None, ...]]]:
        return {table.name: self.shop.rows(table) for table in self.shop.tables}


def a_second_passes() -> None:
    """S3 tells the age of an object in seconds, and the load goes by it."""
    second = int(time.time())
    until(lambda: time.time() >= second + 1.1)


def now_as_name() -> str:
    """The name that DMS gives a file of changes now."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S%f}"[:-3]
