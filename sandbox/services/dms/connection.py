"""Connections: that an instance can reach an endpoint, as a test has shown."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.call import Call
from sandbox.engines.capture import CaptureError, Source, probe_source
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.dms import listing, postgres_settings, s3_settings
from sandbox.services.dms.endpoint import Endpoint
from sandbox.services.dms.instance import Instance
from sandbox.services.dms.instances import require_available
from sandbox.services.dms.roles import SERVICE
from sandbox.services.dms.state import State, find, state_of

TEST = 30.0  # seconds on AWS
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html
NEEDED_VERSIONS = {16: "3.5.3", 17: "3.6.1"}


@dataclass
class Connection:
    """What the last test of an endpoint from an instance has found."""

    instance: Instance
    endpoint: Endpoint
    status: str = "testing"
    failure: str = ""

    def described(self) -> dict[str, Any]:
        """As the API shows it."""
        answer = {
            "ReplicationInstanceArn": self.instance.arn,
            "EndpointArn": self.endpoint.arn,
            "Status": self.status,
            "EndpointIdentifier": self.endpoint.identifier,
            "ReplicationInstanceIdentifier": self.instance.identifier,
        }
        return answer | ({"LastFailureMessage": self.failure} if self.failure else {})


@operation("dms", "TestConnection")
def test_connection(call: Call, ReplicationInstanceArn: str, EndpointArn: str) -> dict[str, Any]:
    """Start a test; DescribeConnections tells how it went."""
    state = state_of(call)
    with state.lock:
        instance = find(state.instances, ReplicationInstanceArn, "Replication Instance")
        endpoint = find(state.endpoints, EndpointArn, "Endpoint")
        require_available(instance)
        if endpoint.status != "active":
            raise AwsError(
                "InvalidResourceStateFault", f"Endpoint {endpoint.identifier} is not active."
            )
        before = state.connections.get((instance.arn, endpoint.arn))
        if before is not None and before.status == "testing":
            raise AwsError(
                "InvalidResourceStateFault",
                f"Connection of replication instance {instance.identifier} and endpoint "
                f"{endpoint.identifier} is already being tested.",
            )
        connection = Connection(instance, endpoint)
        state.connections[instance.arn, endpoint.arn] = connection
        answer = connection.described()
    call.runtime.clock.later(TEST, lambda: _run_test(state, connection))
    return {"Connection": answer}


@operation("dms", "DescribeConnections")
def describe_connections(
    call: Call,
    Filters: Sequence[dict[str, Any]] | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
) -> dict[str, Any]:
    """The connections that have been tested; none is no error."""
    state = state_of(call)
    with state.lock:
        found = listing.filtered(
            state.connections.values(),
            Filters,
            {
                "endpoint-arn": lambda each: [each.endpoint.arn],
                "replication-instance-arn": lambda each: [each.instance.arn],
            },
        )
        shown = [connection.described() for connection in found]
    return listing.page(shown, "Connections", MaxRecords, Marker)


@operation("dms", "DeleteConnection")
def delete_connection(call: Call, EndpointArn: str, ReplicationInstanceArn: str) -> dict[str, Any]:
    """Forget a connection that no task needs."""
    state = state_of(call)
    with state.lock:
        connection = state.connections.get((ReplicationInstanceArn, EndpointArn))
        if connection is None:
            raise AwsError(
                "ResourceNotFoundFault",
                f"Connection of {ReplicationInstanceArn} and {EndpointArn} not found.",
            )
        for task in state.tasks.values():
            if task.instance_arn == ReplicationInstanceArn and EndpointArn in (
                task.source_arn,
                task.target_arn,
            ):
                raise AwsError(
                    "InvalidResourceStateFault",
                    f"The connection is used by the replication task {task.identifier}.",
                )
        del state.connections[ReplicationInstanceArn, EndpointArn]
        return {"Connection": connection.described() | {"Status": "deleting"}}


def require_tested(state: State, instance_arn: str, endpoint: Endpoint) -> None:
    """InvalidResourceStateFault unless the last test of an endpoint was successful."""
    connection = state.connections.get((instance_arn, endpoint.arn))
    if connection is None or connection.status != "successful":
        raise AwsError(
            "InvalidResourceStateFault",
            f"Test connection for replication instance {instance_arn} and endpoint "
            f"{endpoint.identifier} should be successful for starting the replication task",
        )


def s3_client(state: State, endpoint: Endpoint) -> Any:
    """A client of S3 that signs as a target endpoint's role; CaptureError when it may not."""
    role = endpoint.settings["ServiceAccessRoleArn"]
    try:
        return state.runtime.client("s3", role, state.region, SERVICE, endpoint.arn)
    except AwsError as error:
        raise CaptureError(f"Unable to assume the role {role}: {error.message}") from None


def probe(state: State, endpoint: Endpoint, version: str) -> None:
    """Reach an endpoint with an engine of a version; CaptureError tells why it can't be."""
    if endpoint.engine.type == "source":
        _test_source(state, endpoint, version)
    else:
        _test_target(state, endpoint)


def _run_test(state: State, connection: Connection) -> None:
    failure = ""
    try:
        probe(state, connection.endpoint, connection.instance.settings["EngineVersion"])
    except CaptureError as error:
        failure = f"Test Endpoint failed: Application-Status: 1020912, {error}"
    with state.lock:
        connection.failure = failure
        connection.status = "failed" if failure else "successful"


def _test_source(state: State, endpoint: Endpoint, version: str) -> None:
    settings = endpoint.settings
    major = probe_source(Source(lambda: postgres_settings.conninfo(state, settings), "dms_test"))
    if version < NEEDED_VERSIONS.get(major, ""):
        raise CaptureError(
            f"PostgreSQL {major} needs replication engine {NEEDED_VERSIONS[major]}, the "
            f"replication instance has {version}"
        )


def _test_target(state: State, endpoint: Endpoint) -> None:
    """Write an object where the files will be, and delete it."""
    settings = endpoint.settings
    folder = settings["BucketFolder"].strip("/")
    key = f"{folder}/awsdms_test_{uuid.uuid4().hex}".lstrip("/")
    bucket = settings["BucketName"]
    if settings.get("ExpectedBucketOwner", state.account) != state.account:
        raise CaptureError(f"Bucket {bucket}: AccessDenied: it has another owner")
    owner = {name: settings[name] for name in ("ExpectedBucketOwner",) if settings.get(name)}
    s3 = s3_client(state, endpoint)
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=b"", **s3_settings.put_options(settings))
        s3.delete_object(Bucket=bucket, Key=key, **owner)
    except ClientError as error:
        reason = error.response["Error"]
        raise CaptureError(f"Bucket {bucket}: {reason['Code']}: {reason['Message']}") from None
    except BotoCoreError as error:
        raise CaptureError(f"Bucket {bucket}: {error}") from None
