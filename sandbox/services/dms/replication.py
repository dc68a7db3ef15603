"""Serverless replications: captures that get their capacity when they start, and lose it after.

https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Serverless.Components.html
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox.engines.capture import CaptureError, CaptureRun, StartMode
from sandbox.services.dms import events
from sandbox.services.dms.connection import probe
from sandbox.services.dms.migration import Migration, Moment
from sandbox.services.dms.offers import LATEST
from sandbox.services.dms.subnet_group import SubnetGroup
from sandbox.services.dms.task_log import TaskLog

STAGES = (
    ("initializing", 120.0),
    ("preparing_metadata_resources", 900.0),
    ("testing_connection", 180.0),
    ("fetching_metadata", 180.0),
    ("calculating_capacity", 60.0),
    ("provisioning_capacity", 900.0),
    ("replication_starting", 60.0),
)
"""What a start goes through, and how many seconds each takes on AWS."""
DEPROVISION = 900.0
"""Seconds for which one that has ended keeps its resources."""
PROVISIONED = ("provisioned", "deprovisioning")


@dataclass(kw_only=True)
class Replication(Migration):
    """A replication and its configuration; compute is complete."""

    kind: ClassVar[str] = "Replication Config"
    resting: ClassVar[tuple[str, ...]] = ("created", "stopped", "failed")
    stoppable: ClassVar[tuple[str, ...]] = ("replication_starting", "running")

    compute: dict[str, Any]
    group: SubnetGroup
    supplemental: str | None = None
    status: str = "created"
    updated: datetime.datetime | None = None
    start_type: str = ""
    provision_state: str = ""
    provisioned_at: datetime.datetime | None = None
    deprovision_at: datetime.datetime | None = None

    @property
    def provisioned(self) -> bool:
        """Whether it has resources."""
        return self.provision_state in PROVISIONED

    @property
    def task_log(self) -> TaskLog:
        name = f"dms-serverless-replication-{self.suffix}"
        return TaskLog(self.state, name, name, self.arn)

    def forget(self) -> None:
        self.state.forget(self.state.replications, self.arn)

    def tell(self, moment: Moment) -> None:
        kinds: dict[Moment, events.Kind] = {
            "running": events.REPLICATION_RUNNING,
            "stopped": events.REPLICATION_STOPPED,
            "failed": events.REPLICATION_FAILED,
            "stopping": events.REPLICATION_STOPPING,
            "deleting": events.REPLICATION_DELETING,
        }
        if moment in kinds:
            events.of_replication(self.state, self.arn, kinds[moment])

    def begin(self, mode: StartMode) -> None:
        """Start: get resources, then capture; hold the state's lock."""
        capture = self.prepare(mode)
        self.start_type = mode
        self.deprovision_at = None
        self._enter(0, capture, mode)

    def rest(self) -> None:
        end = self.end

        def deprovisioned() -> None:
            if self.end == end and self.status in self.resting:
                self.provision_state = "deprovisioned"
                events.of_replication(self.state, self.arn, events.REPLICATION_DEPROVISIONED)

        if self.provisioned:
            events.of_replication(self.state, self.arn, events.REPLICATION_DEPROVISIONING)
        self.provision_state = "deprovisioning" if self.provisioned else "deprovisioned"
        wait = self.state.runtime.clock.delay(DEPROVISION)
        self.deprovision_at = self.state.runtime.clock.now() + datetime.timedelta(seconds=wait)
        self.state.later(DEPROVISION, deprovisioned)

    def _enter(self, number: int, capture: CaptureRun, mode: StartMode) -> None:
        """Be in a stage for its time, do its work, then enter the next or start the capture."""
        self.status, seconds = STAGES[number]
        events.of_replication(self.state, self.arn, events.STAGES[self.status])
        if self.status == "provisioning_capacity":
            self.provision_state = "provisioning"

        def leave() -> None:
            try:
                self._leave(STAGES[number][0])
            except CaptureError as error:
                self.ended("FATAL_ERROR", str(error))
                return
            if number + 1 == len(STAGES):
                capture.start(mode)
                return
            with self.state.lock:
                self._enter(number + 1, capture, mode)

        self.state.runtime.clock.later(seconds, leave)

    def _leave(self, stage: str) -> None:
        """What a stage does; CaptureError when it fails. Takes the lock itself."""
        if stage == "testing_connection":
            for arn in (self.source_arn, self.target_arn):
                endpoint = self.state.endpoints[arn]
                self._require_vpc_endpoint(endpoint.engine.type, endpoint.settings)
                try:
                    probe(self.state, endpoint, LATEST)
                except CaptureError as error:
                    message = f"Test connection failed for endpoint '{endpoint.identifier}'"
                    raise CaptureError(f"{message}: {error}") from None
        if stage == "provisioning_capacity":
            with self.state.lock:
                self.provision_state = "provisioned"
                self.provisioned_at = self.state.runtime.clock.now()
            events.of_replication(self.state, self.arn, events.REPLICATION_PROVISIONED)

    def _require_vpc_endpoint(self, kind: str, settings: dict[str, Any]) -> None:
        """It has no way to S3 and Secrets Manager but by VPC endpoints.

        https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Serverless.Limitations.html
        """
        if kind == "source" and not settings.get("SecretsManagerSecretId"):
            return
        service = "secretsmanager" if kind == "source" else "s3"
        name = f"com.amazonaws.{self.state.region}.{service}"
        found = self.state.client("ec2").describe_vpc_endpoints(
            Filters=[
                {"Name": "vpc-id", "Values": [self.group.vpc]},
                {"Name": "service-name", "Values": [name]},
            ]
        )["VpcEndpoints"]
        if not found:
            raise CaptureError(f"The VPC {self.group.vpc} has no VPC endpoint of {name}")

    def config(self) -> dict[str, Any]:
        """Its configuration as the API shows it."""
        answer = {
            "ReplicationConfigIdentifier": self.identifier,
            "ReplicationConfigArn": self.arn,
            "SourceEndpointArn": self.source_arn,
            "TargetEndpointArn": self.target_arn,
            "ReplicationType": self.migration,
            "ComputeConfig": dict(self.compute),
            "ReplicationSettings": json.dumps(self.shown_settings()),
            "TableMappings": self.mappings,
            "ReplicationConfigCreateTime": self.created,
            "ReplicationConfigUpdateTime": self.updated or self.created,
            "IsReadOnly": False,
        }
        return answer | ({"SupplementalSettings": self.supplemental} if self.supplemental else {})

    def described(self) -> dict[str, Any]:
        """What it does, as the API shows it."""
        answer = {
            "ReplicationConfigIdentifier": self.identifier,
            "ReplicationConfigArn": self.arn,
            "SourceEndpointArn": self.source_arn,
            "TargetEndpointArn": self.target_arn,
            "ReplicationType": self.migration,
            "Status": self.status,
            "ReplicationCreateTime": self.created,
            "ReplicationUpdateTime": self.updated or self.created,
            "IsReadOnly": False,
        }
        optional = {
            "ProvisionData": self._provision_data(),
            "StopReason": self.stop_reason,
            "FailureMessages": [self.failure] if self.failure else None,
            "ReplicationStats": self.statistics() if self.first_start else None,
            "StartReplicationType": self.start_type,
            "ReplicationLastStopTime": self.end,
            "ReplicationDeprovisionTime": self.deprovision_at,
        }
        return answer | {name: value for name, value in optional.items() if value}

    def _provision_data(self) -> dict[str, Any]:
        if not self.provision_state:
            return {}
        data: dict[str, Any] = {
            "ProvisionState": self.provision_state,
            "IsNewProvisioningAvailable": False,
        }
        if self.provisioned and self.provisioned_at:
            data["ProvisionedCapacityUnits"] = self.compute["MinCapacityUnits"]
            data["DateProvisioned"] = self.provisioned_at
        return data
