"""The lines of conversations: about replications and replication tasks, and with Redshift."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.stub import ANY

ARN = "arn:aws:dms:us-east-1:123456789012:replication-config:ABC"
ARNS = {name: f"arn:aws:dms:us-east-1:123456789012:endpoint:{name}" for name in ("from", "to")}
CONFIG = {"ReplicationConfigArn": ARN}
MAPPINGS = {"rules": [{"rule-type": "selection", "rule-id": "1"}]}
STOP = {"ErrorBehavior": {"DataErrorPolicy": "STOP_TASK"}}
EXPANDED = {**STOP, "Logging": {"EnableLogging": True}}
COMPUTE = {
    "MaxCapacityUnits": 4,
    "MinCapacityUnits": 1,
    "MultiAZ": False,
    "AvailabilityZone": "us-east-1a",
    "ReplicationSubnetGroupId": "shop",
    "VpcSecurityGroupIds": ["sg-1"],
    "DnsNameServers": "10.0.0.2,10.0.0.3",
}
NAMED = {"ReplicationConfigIdentifier": "shop", **CONFIG}
MISSING = "ResourceNotFoundFault"
TASK = {"ReplicationTaskArn": "arn:aws:dms:us-east-1:123456789012:task:ABC"}


@pytest.fixture
def config_describe(say):
    """Two lines: what the replication does, and its configuration."""

    def lines(status: str = "created", settings: Any = None, **members: Any) -> list[Any]:
        by_id = [{"Name": "replication-config-id", "Values": ["shop"]}]
        by_arn = [{"Name": "replication-config-arn", "Values": [ARN]}]
        config = {
            **NAMED,
            "SourceEndpointArn": ARNS["from"],
            "TargetEndpointArn": ARNS["to"],
            "ReplicationType": "full-load-and-cdc",
            "ComputeConfig": COMPUTE,
            "TableMappings": json.dumps(MAPPINGS),
            "ReplicationSettings": json.dumps(EXPANDED if settings is None else settings),
        }
        does = {"Replications": [{**NAMED, "Status": status, **members}]}
        return [
            say("dms", "DescribeReplications", {"Filters": by_id}, does),
            say(
                "dms",
                "DescribeReplicationConfigs",
                {"Filters": by_arn},
                {"ReplicationConfigs": [config]},
            ),
        ]

    return lines


@pytest.fixture
def config_missing(say):
    by_id = [{"Name": "replication-config-id", "Values": ["shop"]}]
    return say("dms", "DescribeReplications", {"Filters": by_id}, MISSING)


@pytest.fixture
def config_tags(say):
    return say("dms", "ListTagsForResource", {"ResourceArn": ARN}, {"TagList": []})


@pytest.fixture
def config_endpoint(say):
    def line(key: str, name: str) -> Any:
        found = {"EndpointIdentifier": name, "EndpointArn": ARNS[name]}
        value = ARNS[name] if key == "arn" else name
        request = {"Filters": [{"Name": f"endpoint-{key}", "Values": [value]}]}
        return say("dms", "DescribeEndpoints", request, {"Endpoints": [found]})

    return line


@pytest.fixture
def config_start(say):
    def line(how: str) -> Any:
        return say("dms", "StartReplication", {**CONFIG, "StartReplicationType": how}, {})

    return line


@pytest.fixture
def config_statistics(say):
    found = [{"SchemaName": "public", "TableName": name} for name in ("orders", "items")]
    return say(
        "dms",
        "DescribeReplicationTableStatistics",
        {**CONFIG, "MaxRecords": 500},
        {"ReplicationTableStatistics": found},
    )


@pytest.fixture
def task_describe(say):
    def line(answer: Any) -> Any:
        request = {"Filters": [{"Name": "replication-task-id", "Values": ["shop"]}]}
        shown = answer if isinstance(answer, str) else {"ReplicationTasks": [answer]}
        return say("dms", "DescribeReplicationTasks", request, shown)

    return line


@pytest.fixture
def task_tags(say):
    return say(
        "dms", "ListTagsForResource", {"ResourceArn": TASK["ReplicationTaskArn"]}, {"TagList": []}
    )


@pytest.fixture
def task_start(say):
    def line(how: str) -> Any:
        request = {**TASK, "StartReplicationTaskType": how}
        return say("dms", "StartReplicationTask", request, {})

    return line


DATA_API = "redshift-data"
SENT = {"WorkgroupName": "shop", "Database": "analytics", "ClientToken": ANY}


@pytest.fixture
def read_redshift(say):
    """Questions to the catalog, by what they tell, with their columns; and these rows as answers."""

    def read(
        questions: dict[str, tuple[str, ...]], **rows: list[tuple[str | None, ...]]
    ) -> list[Any]:
        parts = [
            {
                "Id": f"q:{at}",
                "Status": "FINISHED",
                "HasResultSet": True,
                "ResultRows": len(rows.get(name, ())),
            }
            for at, name in enumerate(questions, 1)
        ]
        ended = {"Id": "q", "Status": "FINISHED", "SubStatements": parts}
        results = [
            say(
                DATA_API,
                "GetStatementResult",
                {"Id": f"q:{at}"},
                {
                    "Records": [
                        [
                            {"isNull": True} if value is None else {"stringValue": value}
                            for value in row
                        ]
                        for row in rows.get(name, ())
                    ],
                    "ColumnMetadata": [{"name": column} for column in columns],
                },
            )
            for at, (name, columns) in enumerate(questions.items(), 1)
        ]
        return [
            say(DATA_API, "BatchExecuteStatement", {"Sqls": ANY, **SENT}, {"Id": "q"}),
            say(DATA_API, "DescribeStatement", {"Id": "q", "WaitTimeSeconds": ANY}, ended),
            *results,
        ]

    return read


@pytest.fixture
def run_redshift(say):
    """Statements as one transaction, and their end."""

    def run(*sqls: str) -> list[Any]:
        many = len(sqls) > 1
        what = {"Sqls": list(sqls)} if many else {"Sql": sqls[0]}
        ended: dict[str, Any] = {"Id": "s", "Status": "FINISHED"}
        if many:
            ended["SubStatements"] = [
                {"Id": f"s:{at}", "Status": "FINISHED"} for at in range(1, len(sqls) + 1)
            ]
        operation = "BatchExecuteStatement" if many else "ExecuteStatement"
        return [
            say(DATA_API, operation, {**what, **SENT}, {"Id": "s"}),
            say(DATA_API, "DescribeStatement", {"Id": "s", "WaitTimeSeconds": ANY}, ended),
        ]

    return run
