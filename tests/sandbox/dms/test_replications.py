"""Serverless replications end to end: an RDS database, parquet in S3, no instance."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from sandbox.clock import Clock
from sandbox.runtime import Runtime
from sandbox.services.dms.replication import STAGES
from tests.sandbox.capture_tools import ORDERS, rows_of, trade, until
from tests.sandbox.dms_platform import Platform
from tests.sandbox.dms_tools import MAPPINGS, SETTINGS, error_of
from tests.sandbox.event_tools import listening

TABLES = [{"SchemaName": "public", "TableName": "orders"}]


@pytest.fixture(scope="module")
def platform(aws: Callable[..., Any]) -> Platform:
    platform = Platform(aws, "dms-serverless")
    platform.reach_services()
    return platform


@pytest.fixture
def source(platform: Platform) -> Iterator[psycopg.Connection[Any]]:
    """The source with a new table of orders, nothing of it landed."""
    platform.empty_bucket()
    with platform.connect() as connection:
        connection.execute("drop table if exists orders")
        connection.execute(ORDERS)
        trade(connection, seed=21, changes=40)
        yield connection


@pytest.fixture
def remote_group(aws: Callable[..., Any]) -> str:
    """A subnet group of a VPC that has no VPC endpoints."""
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.77.{number}.0/24", AvailabilityZone=f"us-east-1{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    aws("dms").create_replication_subnet_group(
        ReplicationSubnetGroupIdentifier="dms-remote",
        ReplicationSubnetGroupDescription="tests",
        SubnetIds=subnets,
    )
    return "dms-remote"


class Replication:
    """A replication of the platform's table, and what it does."""

    def __init__(
        self, platform: Platform, name: str, kind: str = "full-load-and-cdc", group: str = ""
    ) -> None:
        self.dms = platform.dms
        made = self.dms.create_replication_config(
            ReplicationConfigIdentifier=name,
            SourceEndpointArn=platform.source,
            TargetEndpointArn=platform.target,
            ComputeConfig={
                "MaxCapacityUnits": 4,
                "ReplicationSubnetGroupId": group or platform.name,
            },
            ReplicationType=kind,
            TableMappings=json.dumps(MAPPINGS),
            ReplicationSettings=json.dumps(SETTINGS),
        )["ReplicationConfig"]
        self.arn = {"ReplicationConfigArn": made["ReplicationConfigArn"]}

    def described(self) -> dict[str, Any]:
        chosen = [{"Name": "replication-config-arn", "Values": list(self.arn.values())}]
        return self.dms.describe_replications(Filters=chosen)["Replications"][0]

    def start(self, kind: str = "start-replication", until_status: str = "running") -> None:
        answer = self.dms.start_replication(StartReplicationType=kind, **self.arn)
        assert answer["Replication"]["Status"] == "initializing"
        self.wait(until_status)

    def stop(self) -> None:
        self.dms.stop_replication(**self.arn)
        self.settle()

    def settle(self) -> None:
        until(
            lambda: (
                self.described().get("ProvisionData", {}).get("ProvisionState")
                in (None, "deprovisioned")
            )
        )

    def wait(self, status: str) -> dict[str, Any]:
        def arrived() -> dict[str, Any] | None:
            found = self.described()
            failed = found["Status"] == "failed" and status != "failed"
            assert not failed, found["FailureMessages"]
            return found if found["Status"] == status else None

        return until(arrived)

    def statistics(self) -> dict[str, Any]:
        found = self.dms.describe_replication_table_statistics(**self.arn)
        tables = found["ReplicationTableStatistics"]
        return tables[0] if tables else {}

    def loaded(self) -> dict[str, Any]:
        return until(
            lambda: (found := self.statistics()).get("TableState") == "Table completed" and found
        )

    def delete(self) -> None:
        if self.described()["Status"] == "running":
            self.stop()
        self.settle()
        self.dms.delete_replication_config(**self.arn)
        until(lambda: error_of(self.described) == "ResourceNotFoundFault")


@pytest.fixture
def replication(platform: Platform, source: psycopg.Connection[Any]) -> Iterator[Replication]:
    made = Replication(platform, "dms-serverless")
    yield made
    made.delete()


def test_needs_vpc_endpoints_to_reach_services(platform: Platform, remote_group: str) -> None:
    replication = Replication(platform, "dms-serverless-remote", group=remote_group)
    replication.start(until_status="failed")
    (message,) = replication.described()["FailureMessages"]
    assert "has no VPC endpoint of com.amazonaws.us-east-1.secretsmanager" in message
    replication.delete()


def test_what_is_landed_equals_the_source_over_stops(
    platform: Platform, source: psycopg.Connection[Any], replication: Replication
) -> None:
    replication.start()
    provision = replication.described()["ProvisionData"]
    assert (provision["ProvisionState"], provision["ProvisionedCapacityUnits"]) == (
        "provisioned",
        1,
    )
    trade(source, seed=22, changes=300)
    replication.loaded()
    replication.stop()
    assert replication.described()["StopReason"] == "Stop Reason NORMAL"
    assert replication.described()["ReplicationStats"]["FullLoadFinishDate"]
    assert replication.statistics() == {}
    trade(source, seed=23, changes=300)
    replication.start("resume-processing")
    expected = rows_of(source, "orders", "order_id")
    until(lambda: platform.landed.replay("public/orders", "order_id") == expected)
    assert len(platform.landed.loads("public/orders")) == 1


def test_its_states_are_events(platform: Platform, replication: Replication) -> None:
    pattern = {"source": ["aws.dms"], "resources": [replication.arn["ReplicationConfigArn"]]}
    with listening(platform.aws, pattern) as heard:
        replication.start()
        replication.stop()
        told = heard(len(STAGES) + 6)
    assert {event["detail-type"] for event in told} == {"DMS Replication State Change"}
    details = [event["detail"] for event in told]
    assert {detail["type"] for detail in details} == {"REPLICATION_CONFIG"}
    assert details[0] == {
        "eventType": "REPLICATION_INITIALIZING",
        "detailMessage": "DMS replication is initializing.",
        "type": "REPLICATION_CONFIG",
        "category": "StateChange",
    }
    assert [detail["detailMessage"] for detail in details[-5:]] == [
        "DMS replication is running.",
        "DMS replication is being stopped.",
        "DMS replication has stopped",
        "DMS replication is deprovisioning its capacity",
        "DMS replication has been deprovisioned.",
    ]


def test_that_runs_is_left_alone(platform: Platform, replication: Replication) -> None:
    dms = platform.dms
    replication.start()
    refused = {
        "start": error_of(
            dms.start_replication, StartReplicationType="resume-processing", **replication.arn
        ),
        "modify": error_of(dms.modify_replication_config, **replication.arn),
        "delete": error_of(dms.delete_replication_config, **replication.arn),
        "endpoint": error_of(dms.modify_endpoint, EndpointArn=platform.source),
    }
    assert set(refused.values()) == {"InvalidResourceStateFault"}
    replication.stop()
    again = replication.arn | {"StartReplicationType": "start-replication"}
    assert error_of(dms.start_replication, **again) == "InvalidParameterCombinationException"
    moved = {"ComputeConfig": {"KmsKeyId": platform.aws("kms").create_key()["KeyMetadata"]["Arn"]}}
    refused = error_of(dms.modify_replication_config, **replication.arn | moved)
    assert refused == "InvalidResourceStateFault"


def test_a_reload_of_tables_writes_their_load_again(
    platform: Platform, replication: Replication
) -> None:
    replication.start()
    before = replication.loaded()
    platform.empty_bucket()
    platform.dms.reload_replication_tables(TablesToReload=TABLES, **replication.arn)
    until(lambda: replication.statistics()["FullLoadReloaded"])
    assert replication.loaded()["FullLoadStartTime"] > before["FullLoadStartTime"]
    assert platform.landed.loads("public/orders") == ["LOAD00000001.parquet"]
    unknown = [{"SchemaName": "public", "TableName": "items"}]
    refused = error_of(
        platform.dms.reload_replication_tables, TablesToReload=unknown, **replication.arn
    )
    assert refused == "InvalidParameterValueException"


def test_a_full_load_alone_ends_and_gives_its_capacity_back(
    platform: Platform, source: psycopg.Connection[Any]
) -> None:
    replication = Replication(platform, "dms-serverless-once", "full-load")
    replication.start(until_status="stopped")
    replication.settle()
    found = replication.described()
    assert found["StopReason"] == "Stop Reason FULL_LOAD_ONLY_FINISHED"
    assert found["ProvisionData"]["ProvisionState"] == "deprovisioned"
    resume = replication.arn | {"StartReplicationType": "resume-processing"}
    refused = error_of(platform.dms.start_replication, **resume)
    assert refused == "InvalidParameterCombinationException"
    replication.delete()


def test_a_deleted_one_leaves_nothing_in_the_source(
    platform: Platform, source: psycopg.Connection[Any]
) -> None:
    replication = Replication(platform, "dms-serverless-short")
    replication.start()
    slots = "select count(*) from pg_replication_slots"
    assert source.execute(slots).fetchone() == (1,)
    replication.delete()
    assert source.execute(slots).fetchone() == (0,)


def test_goes_through_the_states_of_a_start(
    platform: Platform,
    replication: Replication,
    sandbox: Runtime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "clock", Clock(latency=0.001))
    replication.dms.start_replication(StartReplicationType="start-replication", **replication.arn)
    seen: list[str] = []

    def runs() -> bool:
        status = replication.described()["Status"]
        if status not in seen:
            seen.append(status)
        return status == "running"

    until(runs)
    assert seen == [stage for stage, _ in STAGES] + ["running"]
    replication.dms.stop_replication(**replication.arn)
    assert replication.described()["Status"] == "stopping"
    assert replication.wait("stopped")["ProvisionData"]["ProvisionState"] == "deprovisioning"
    assert replication.statistics()["TableState"]
    refused = error_of(platform.dms.delete_replication_config, **replication.arn)
    assert refused == "InvalidResourceStateFault"
