"""A landing bucket, a warehouse and the load between them, from the contract of two tables."""

from __future__ import annotations

import copy
import datetime
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from tests.sandbox.redshift_services.tools import PASSWORD, creations, make, remove

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "roles" / "orchestration" / "templates"
SECTIONS = ("platform", "network", "source", "ingestion", "warehouse", "load")
ACCESS = ("admins", "principals", "unmanaged")
COLUMNS = (
    ("Op", pa.string()),
    ("dms_ts", pa.string()),
    ("order_id", pa.int64()),
    ("user_id", pa.int64()),
    ("email", pa.string()),
    ("total_amount", pa.decimal128(12, 2)),
    ("status", pa.string()),
    ("created_at", pa.timestamp("us")),
    ("updated_at", pa.timestamp("us")),
    ("dms_seq", pa.string()),
    ("BI_order_id", pa.int64()),
)


def two_tables(name: str) -> dict[str, Any]:
    """What the contract derives for public.orders and public.returns, of the same columns."""
    variables: dict[str, Any] = {}
    for file in ("platform", "tables", "access"):
        path = ROOT / "inventories" / "sandbox" / "group_vars" / "all" / f"{file}.yml"
        variables |= yaml.safe_load(path.read_text())
    variables["platform"] = variables["platform"] | {"name": name}
    second = copy.deepcopy(variables["tables"][0]) | {"source": "public.returns", "name": "returns"}
    platform = {section: variables[section] for section in SECTIONS}
    access = {section: variables[section] for section in ACCESS}
    return derive(platform, [*variables["tables"], second], access)


def _template(name: str) -> str:
    """A template without its first line where that holds the delimiters, as Ansible reads it."""
    text = (TEMPLATES / name).read_text()
    return text.partition("\n")[2] if text.startswith("#jinja2:") else text


def definition(values: dict[str, Any]) -> dict[str, Any]:
    """The state machine as the role orchestration renders it."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        undefined=jinja2.StrictUndefined,
        autoescape=False,
    )
    template = environment.get_template("load.asl.yml.j2")
    rendered = yaml.safe_load(template.render(orchestration_definition=values))
    assert isinstance(rendered, dict)
    return rendered


class Capture:
    """What DMS tells of a task's tables; the tests set it."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Any]] = {}

    def completed(self, table: str, rows: int = 1) -> datetime.datetime:
        """A full load of the table has just ended; returns when it began."""
        now = datetime.datetime.now(datetime.UTC)
        self.tables[table] = {
            "SchemaName": "public",
            "TableName": table,
            "TableState": "Table completed",
            "FullLoadStartTime": now,
            "FullLoadEndTime": now + datetime.timedelta(seconds=1),
            "FullLoadRows": rows,
        }
        return now

    def describe_tasks(self, call: Any, **_: Any) -> dict[str, Any]:
        arn = "arn:aws:dms:us-east-1:123456789012:task:ABC"
        return {"ReplicationTasks": [{"ReplicationTaskArn": arn}]}

    def describe_statistics(self, call: Any, **request: Any) -> dict[str, Any]:
        wanted = {each["Name"]: each["Values"] for each in request["Filters"]}
        names = wanted["table-name"]
        return {"TableStatistics": [self.tables[name] for name in names if name in self.tables]}


class Load:
    """The load of a platform of this name, deployed without Ansible."""

    def __init__(self, aws: Callable[..., Any], name: str) -> None:
        self.aws, self.name = aws, name
        self.capture = Capture()
        self.derived = two_tables(name)
        self.values = self.derived["orchestration"]["definition"]
        self.bucket = self.values["bucket"]
        self.machine = self.derived["orchestration"]["state_machine"]["arn"]

    def deploy(self) -> None:
        """Make the bucket, cursor table, topic, roles, warehouse and state machine."""
        self.aws("s3").create_bucket(Bucket=self.bucket)
        for each in self.derived["orchestration"]["config"]:
            self.aws("s3").put_object(Bucket=self.bucket, Key=each["key"], Body=each["content"])
        self.aws("dynamodb").create_table(
            TableName=self.values["cursor_table"],
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "table_name", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "table_name", "AttributeType": "S"}],
        )
        copy_role = self._role(self.derived["warehouse"]["roles"]["copy"])
        load_role = self._role(self.derived["orchestration"]["roles"]["load"])
        self._warehouse(copy_role)
        topic = self.aws("sns").create_topic(Name=self.derived["names"]["topic"])["TopicArn"]
        self.queue = self.aws("sqs").create_queue(QueueName=self.name)["QueueUrl"]
        queue = f"arn:aws:sqs:us-east-1:123456789012:{self.name}"
        self.aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
        self.aws("stepfunctions").create_state_machine(
            name=self.derived["orchestration"]["state_machine"]["name"],
            roleArn=load_role,
            definition=json.dumps(definition(self.values)),
        )

    def clear(self) -> None:
        """Back to an empty landing zone, an empty warehouse and no cursor."""
        self.capture.tables.clear()
        for key in self.keys("raw/") + self.keys("load/manifests/"):
            self.aws("s3").delete_object(Bucket=self.bucket, Key=key)
        for table in ("public.orders", "public.returns"):
            self.aws("dynamodb").delete_item(
                TableName=self.values["cursor_table"], Key={"table_name": {"S": table}}
            )
        relations = [
            f"{schema}{table}"
            for schema in ("analytics.", "etl.tomb_")
            for table in ("orders", "returns")
        ]
        self.query(*(f"DELETE FROM {relation}" for relation in [*relations, "etl.load_audit"]))
        self.alerts()

    def remove(self) -> None:
        """Stop the warehouse."""
        remove(self.aws("redshift-serverless"), self.values["workgroup"])

    def keys(self, prefix: str) -> list[str]:
        listed = self.aws("s3").list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [each["Key"] for each in listed.get("Contents", [])]

    def land(self, name: str, *rows: tuple[Any, ...], table: str = "orders") -> str:
        """Write a file as DMS does; rows are (op, order_id, status, sequence, order_id before)."""
        values: dict[str, list[Any]] = {column: [] for column, _ in COLUMNS}
        for op, key, status, sequence, before in rows:
            row = {"Op": op, "order_id": key, "status": status, "BI_order_id": before}
            row |= {"dms_seq": f"{sequence:035d}" if sequence else "", "dms_ts": "2026-01-01"}
            for column, _ in COLUMNS:
                values[column].append(row.get(column))
        body = io.BytesIO()
        pq.write_table(pa.table(values, schema=pa.schema(COLUMNS)), body)
        key = f"raw/public/{table}/{name}.parquet"
        self.aws("s3").put_object(Bucket=self.bucket, Key=key, Body=body.getvalue())
        return key

    def start(self, given: Any = None) -> str:
        text = json.dumps({} if given is None else given)
        started = self.aws("stepfunctions").start_execution(
            stateMachineArn=self.machine, input=text
        )
        return started["executionArn"]

    def wait(self, execution: str, seconds: float = 60) -> dict[str, Any]:
        """How an execution ended, its output parsed."""
        deadline = time.monotonic() + seconds
        states = self.aws("stepfunctions")
        while (found := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
            assert time.monotonic() < deadline, "the load is still running"
            time.sleep(0.05)
        return found | ({"output": json.loads(found["output"])} if "output" in found else {})

    def run(self, given: Any = None) -> dict[str, Any]:
        return self.wait(self.start(given))

    def orders(self) -> dict[str, Any]:
        """What a load of public.orders reports; it must succeed."""
        ended = self.run({"tables": ["public.orders"]})
        assert ended["status"] == "SUCCEEDED", ended
        (report,) = ended["output"]["tables"]
        return report

    def query(self, *statements: str) -> list[list[Any]]:
        """Run SQL as the warehouse's administrator; the rows of the last statement."""
        data = self.aws("redshift-data")
        submitted = data.batch_execute_statement(
            WorkgroupName=self.values["workgroup"],
            Database=self.values["database"],
            SecretArn=self.secret,
            Sqls=list(statements),
        )
        while (told := data.describe_statement(Id=submitted["Id"]))["Status"] not in (
            "FINISHED",
            "FAILED",
            "ABORTED",
        ):
            time.sleep(0.02)
        assert told["Status"] == "FINISHED", told.get("Error")
        last = told["SubStatements"][-1]
        if not last["HasResultSet"]:
            return []
        records = data.get_statement_result(Id=last["Id"])["Records"]
        return [
            [None if "isNull" in field else next(iter(field.values())) for field in row]
            for row in records
        ]

    def warehouse(self, table: str = "orders") -> dict[int, str]:
        """The statuses that the warehouse holds, by order_id."""
        rows: Any = self.query(f"SELECT order_id, status FROM analytics.{table} ORDER BY 1")
        return dict(rows)

    def alerts(self) -> list[str]:
        """The messages since the last call."""
        messages, sqs = [], self.aws("sqs")
        while received := sqs.receive_message(QueueUrl=self.queue).get("Messages"):
            for each in received:
                messages.append(json.loads(each["Body"])["Message"])
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return messages

    def cursor(self) -> dict[str, Any]:
        """The cursor of public.orders as the table keeps it."""
        key = {"table_name": {"S": "public.orders"}}
        found = self.aws("dynamodb").get_item(TableName=self.values["cursor_table"], Key=key)
        return found.get("Item", {})

    def _role(self, role: dict[str, Any]) -> str:
        trusted = json.dumps(role["assume_role_policy"])
        self.aws("iam").create_role(RoleName=role["name"], AssumeRolePolicyDocument=trusted)
        return role["arn"]

    def _warehouse(self, copy_role: str) -> None:
        made = make(
            self.aws("redshift-serverless"),
            self.values["workgroup"],
            dbName=self.values["database"],
            adminUsername="boss",
            adminUserPassword=PASSWORD,
            defaultIamRoleArn=copy_role,
            iamRoles=[copy_role],
        )
        self.endpoint, self.password = made["endpoint"], PASSWORD
        secret = json.dumps({"username": "boss", "password": PASSWORD})
        self.secret = self.aws("secretsmanager").create_secret(
            Name=f"{self.name}-boss", SecretString=secret
        )["ARN"]
        for sql in creations(self.derived["warehouse"]["tables"]):
            self.query(sql)
        for step in self.derived["warehouse"]["bootstrap"]:
            self.query(step["sql"])
