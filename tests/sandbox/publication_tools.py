"""The publication beside the load of load_tools: catalog, grants and machine, without Ansible."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from ansible_collections.modern_data.warehouse.plugins.module_utils.shapes import to_api

from tests.sandbox.lake_tools import ADMINISTRATOR, principal
from tests.sandbox.load_tools import Load, definition

TYPES: dict[str, tuple[str, str, Any]] = {
    # each with SQL of a value, and the value that a parquet file has
    "thing_id": ("integer", "7", 7),
    "small": ("smallint", "-3", -3),
    "large": ("bigint", "9007199254740993", 9007199254740993),
    "price": ("numeric(20,4)", "12345678901234.5678", Decimal("12345678901234.5678")),
    "ratio": ("double precision", "0.1", 0.1),
    "half": ("real", "0.5", 0.5),
    "paid": ("boolean", "TRUE", True),
    "day": ("date", "'2026-02-28'", date(2026, 2, 28)),
    "at": ("timestamp", "'2026-02-28 23:59:59.123456'", datetime(2026, 2, 28, 23, 59, 59, 123456)),
    "seen": ("timestamptz", "'2026-02-28 23:59:59+02'", datetime(2026, 2, 28, 21, 59, 59)),
    "note": ("varchar(40)", "'it''s \"é\"'", 'it\'s "é"'),
    '"Unit Size"': ("varchar(9)", "NULL", None),
    "details": ("super", """JSON_PARSE('{"a": [1]}')""", {"a": [1]}),
    "raw_bytes": ("varbyte(9)", "CAST('ab' AS VARBYTE(9))", "6162"),
}
THINGS = {
    "source": "public.things",
    "name": "things",
    "key": ["thing_id"],
    "columns": [{"name": name, "type": of} for name, (of, _sql, _value) in TYPES.items()],
}


class Publication:
    """The publication of what a load has loaded; `limits` as in its definition."""

    def __init__(self, load: Load, **limits: int) -> None:
        self.load, self.aws = load, load.aws
        self.layer = load.derived["publication"]
        self.catalog = load.derived["catalog"]
        self.database = self.catalog["database"]["name"]
        self.machine = self.layer["state_machine"]["arn"]
        self.limits = limits

    def deploy(self) -> None:
        """Make the catalog, what the machine reads and may do, and the machine."""
        glue = self.aws("glue")
        glue.create_database(
            DatabaseInput={"Name": self.database, "CreateTableDefaultPermissions": []}
        )
        for table in self.catalog["tables"]:
            self.declare(table)
        for role in (*self.catalog["roles"].values(), *self.layer["roles"].values()):
            self.load.role(role)
        lake = self.aws("lakeformation")
        lake.put_data_lake_settings(
            DataLakeSettings={
                "DataLakeAdmins": [principal(ADMINISTRATOR)],
                "CreateDatabaseDefaultPermissions": [],
                "CreateTableDefaultPermissions": [],
            }
        )
        for location in self.catalog["lake_formation"]["locations"]:
            lake.register_resource(
                ResourceArn=location["resource_arn"], RoleArn=location["role_arn"]
            )
        for grant in self.layer["lake_formation"]["grants"]:
            self._grant(grant)
        for each in self.layer["config"]:
            self.aws("s3").put_object(
                Bucket=self.load.bucket, Key=each["key"], Body=each["content"]
            )
        self.aws("stepfunctions").create_state_machine(
            name=self.layer["state_machine"]["name"],
            roleArn=self.layer["state_machine"]["role_arn"],
            definition=json.dumps(
                definition(self.layer["definition"] | self.limits, "publication", "publish")
            ),
        )

    def declare(self, table: dict[str, Any]) -> None:
        """Make a table of the catalog, anew if it is there."""
        glue = self.aws("glue")
        shape = glue.meta.service_model.operation_model("CreateTable").input_shape
        wanted = {
            name: value
            for name, value in table.items()
            if name not in ("keep_location_below", "purge_columns")
        }
        glue.batch_delete_table(DatabaseName=self.database, TablesToDelete=[table["name"]])
        glue.create_table(
            DatabaseName=self.database, TableInput=to_api(shape.members["TableInput"], wanted)
        )

    def clear(self) -> None:
        """Back to a catalog that has nothing published."""
        for key in self.load.keys("current/"):
            self.aws("s3").delete_object(Bucket=self.load.bucket, Key=key)
        for table in self.catalog["tables"]:
            self.declare(table)
        for grant in self.layer["lake_formation"]["grants"]:
            if "table" in grant["resource"]:
                self._grant(grant)

    def start(self, given: Any = None) -> str:
        started = self.aws("stepfunctions").start_execution(
            stateMachineArn=self.machine, input=json.dumps(given or {})
        )
        return str(started["executionArn"])

    def run(self, given: Any = None) -> dict[str, Any]:
        return self.load.wait(self.start(given))

    def reports(self, given: Any = None) -> dict[str, dict[str, Any]]:
        """What a publication reports of each table; it must succeed."""
        ended = self.run(given)
        assert ended["status"] == "SUCCEEDED", ended
        return {report["table"]: report for report in ended["output"]["tables"]}

    def orders(self, **given: Any) -> dict[str, Any]:
        return self.reports({"tables": ["public.orders"], **given})["public.orders"]

    def table(self, name: str = "orders") -> dict[str, Any]:
        found = self.aws("glue").get_table(DatabaseName=self.database, Name=name)["Table"]
        assert isinstance(found, dict)
        return found

    def keys(self, name: str = "orders") -> list[str]:
        """The files of the version that readers see."""
        place = self.table(name)["StorageDescriptor"]["Location"]
        return self.load.keys(place.removeprefix(f"s3://{self.load.bucket}/"))

    def read(self, name: str = "orders") -> pa.Table | None:
        """What readers of the catalog's table see: all rows of all files below its location."""
        files = [
            pq.read_table(
                io.BytesIO(
                    self.aws("s3").get_object(Bucket=self.load.bucket, Key=key)["Body"].read()
                )
            )
            for key in self.keys(name)
        ]
        return pa.concat_tables(files) if files else None

    def statuses(self) -> dict[int, str]:
        """Statuses by order_id, as readers see them."""
        rows = self.read()
        if rows is None:
            return {}
        found = dict(zip(rows["order_id"].to_pylist(), rows["status"].to_pylist(), strict=True))
        assert len(found) == rows.num_rows
        return found

    def _grant(self, grant: dict[str, Any]) -> None:
        lake = self.aws("lakeformation")
        shape = lake.meta.service_model.operation_model("GrantPermissions").input_shape
        lake.grant_permissions(
            Principal=principal(grant["principal"]),
            Resource=to_api(shape.members["Resource"], grant["resource"]),
            Permissions=grant["permissions"],
        )
