"""A landing bucket, a warehouse and the load between them, from the contract of two tables."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import yaml
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from tests.sandbox.load_files import parquet, snapshot
from tests.sandbox.redshift_services.tools import PASSWORD, changes, creations, make, remove
from tests.sandbox.told_capture import Capture
from tests.unit.plugins.plugin_utils.contract.documents import Documents

ROOT = Path(__file__).resolve().parents[2]


def two_tables(name: str, second: dict[str, Any], *others: dict[str, Any]) -> dict[str, Any]:
    """What the contract derives for public.orders, and public.returns of the same columns.

    `second` has the options in which the second table differs; `others` are more tables.
    """
    documents = Documents("sandbox").only("orders")
    documents.platform["platform"]["name"] = name
    returns = copy.deepcopy(documents.tables[0])
    documents.tables.append(returns | {"source": "public.returns", "name": "returns", **second})
    documents.tables += others
    return derive(*documents)


def definition(
    values: dict[str, Any], role: str = "orchestration", machine: str = "load"
) -> dict[str, Any]:
    """The state machine as a role renders it."""

    def template(name: str) -> str:
        """Without its first line where that holds the delimiters, as Ansible reads it."""
        text = (ROOT / "roles" / role / "templates" / name).read_text()
        return text.partition("\n")[2] if text.startswith("#jinja2:") else text

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(template),
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        undefined=jinja2.StrictUndefined,
        autoescape=False,
    )
    found = environment.get_template(f"{machine}.asl.yml.j2")
    rendered = yaml.safe_load(found.render({f"{role}_definition": values}))
    assert isinstance(rendered, dict)
    return rendered


class Load:
    """The load of a platform of this name, deployed without Ansible; `limits` as in its definition."""

    def __init__(
        self,
        aws: Callable[..., Any],
        name: str,
        second: dict[str, Any] | None = None,
        derived: dict[str, Any] | None = None,
        **limits: int,
    ) -> None:
        self.aws, self.name = aws, name
        self.derived = derived or two_tables(name, second or {})
        self.capture = Capture(self.derived["ingestion"]["tags"])
        self.values = self.derived["orchestration"]["definition"] | limits
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
        for role in self.derived["warehouse"]["roles"].values():
            self.role(role)
        load_role = self.role(self.derived["orchestration"]["roles"]["load"])
        self._warehouse()
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
        self.capture.task.clear()
        self.capture.task_status = {"Status": "running"}
        for key in self.keys("raw/") + self.keys("load/manifests/"):
            self.aws("s3").delete_object(Bucket=self.bucket, Key=key)
        cursors, cursor_table = self.aws("dynamodb"), self.values["cursor_table"]
        for item in cursors.scan(TableName=cursor_table)["Items"]:
            cursors.delete_item(TableName=cursor_table, Key={"table_name": item["table_name"]})
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
        pages = self.aws("s3").get_paginator("list_objects_v2")
        return [
            each["Key"]
            for page in pages.paginate(Bucket=self.bucket, Prefix=prefix)
            for each in page.get("Contents", [])
        ]

    def land(self, name: str, *rows: tuple[Any, ...], table: str = "orders") -> str:
        """Write a file as DMS does; returns its key."""
        key = f"raw/public/{table}/{name}.parquet"
        self.aws("s3").put_object(Bucket=self.bucket, Key=key, Body=parquet(rows))
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

    def orders(self, table: str = "orders") -> dict[str, Any]:
        """What a load of one table reports; it must succeed."""
        ended = self.run({"tables": [f"public.{table}"]})
        assert ended["status"] == "SUCCEEDED", ended
        (report,) = ended["output"]["tables"]
        return report

    @property
    def _here(self) -> dict[str, str]:
        """Where and as whom the administrator's SQL runs."""
        return {
            "WorkgroupName": self.values["workgroup"],
            "Database": self.values["database"],
            "SecretArn": self.secret,
        }

    def query(self, *statements: str) -> list[list[Any]]:
        """Run SQL as the warehouse's administrator; the rows of the last statement."""
        data = self.aws("redshift-data")
        submitted = data.batch_execute_statement(Sqls=list(statements), **self._here)
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

    def role(self, role: dict[str, Any]) -> str:
        """Make an IAM role of the contract; returns its ARN."""
        trusted = json.dumps(role["assume_role_policy"])
        self.aws("iam").create_role(RoleName=role["name"], AssumeRolePolicyDocument=trusted)
        self.aws("iam").put_role_policy(
            RoleName=role["name"],
            PolicyName=role["policy_name"],
            PolicyDocument=json.dumps(role["policy"]),
        )
        return role["arn"]

    def _warehouse(self) -> None:
        namespace = self.derived["warehouse"]["namespace"]
        made = make(
            self.aws("redshift-serverless"),
            self.values["workgroup"],
            tags=self.derived["warehouse"]["tags"],
            dbName=self.values["database"],
            adminUsername="boss",
            adminUserPassword=PASSWORD,
            defaultIamRoleArn=namespace["default_iam_role_arn"],
            iamRoles=namespace["iam_roles"],
        )
        self.endpoint, self.password = made["endpoint"], PASSWORD
        secret = json.dumps({"username": "boss", "password": PASSWORD})
        self.secret = self.aws("secretsmanager").create_secret(
            Name=f"{self.name}-boss", SecretString=secret
        )["ARN"]
        for sql in creations(self.derived["warehouse"]["tables"]):
            self.query(sql)
        data = self.aws("redshift-data")
        self.query(*changes(data, self.derived["warehouse"]["privileges"], **self._here))


def loaded_once(load: Load) -> None:
    """A first load of two orders, done."""
    load.capture.completed("orders", rows=2)
    load.land("LOAD00000001", snapshot(1, "new"), snapshot(2, "new"))
    assert load.orders()["status"] == "loaded"
