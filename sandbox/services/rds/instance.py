"""A DB instance: moto's record of it, and the PostgreSQL behind it."""

from __future__ import annotations

import secrets
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from moto.rds.models import DBInstance, RDSBackend, rds_backends

from sandbox.engines.postgres import Cluster, PostgresError
from sandbox.errors import AwsError
from sandbox.runtime import Runtime
from sandbox.services.rds import catalogue, database, events, versions

# How long each takes on AWS, in seconds.
CREATE, MODIFY, REBOOT, START, STOP, DELETE = 420.0, 60.0, 60.0, 240.0, 180.0, 180.0


class Instance:
    """One DB instance of an account and region.

    running holds the parameter values that are in force, as the user set them; pending what a
    change without ApplyImmediately left for the maintenance window.
    """

    def __init__(self, runtime: Runtime, region: str, record: DBInstance) -> None:
        self.record = record
        record.status = "creating"
        self.endpoint: tuple[str, int] | None = None
        self.running: dict[str, str] = {}
        self.group_replaced = False
        self.pending: dict[str, Any] = {}
        self._runtime = runtime
        self._address_name = f"rds/{region}/{self.identifier}"
        self._lock = threading.RLock()
        host, port = runtime.address(self._address_name, record.port or 5432)
        self.cluster = Cluster(
            runtime.settings.directory,
            f"rds-{region}-{self.identifier}",
            host=host,
            port=port,
            superuser=database.ADMINISTRATOR,
            password=secrets.token_urlsafe(24),
            major=versions.major_of(record.engine_version),
        )

    @property
    def identifier(self) -> str:
        """The instance's name, in lower case as RDS keeps it."""
        return self.record.db_instance_identifier

    @property
    def status(self) -> str:
        """The DBInstanceStatus."""
        return self.record.status

    @property
    def family(self) -> str:
        """The parameter group family of its version."""
        return versions.family_of(self.record.engine_version)

    @property
    def parameter_group(self) -> str:
        """The name of its DB parameter group."""
        return self.record.db_parameter_groups()[0].name

    @property
    def wanted(self) -> dict[str, str]:
        """The parameter values that its group asks for."""
        settings = self.record.db_parameter_groups()[0].parameters
        return {name: setting["ParameterValue"] for name, setting in settings.items()}

    @property
    def apply_status(self) -> str:
        """Whether a reboot would change a parameter."""
        in_sync = self.running == self.wanted and not self.group_replaced
        return "in-sync" if in_sync or self.status == "creating" else "pending-reboot"

    def require(self, *statuses: str) -> None:
        """InvalidDBInstanceState unless the status is one of these."""
        if self.status not in statuses:
            raise AwsError(
                "InvalidDBInstanceState",
                f"Instance {self.identifier} is not in {' or '.join(statuses)} state: "
                f"it is {self.status}.",
            )

    def provision(self, password: str) -> None:
        """Make the PostgreSQL, in the background."""

        def make() -> None:
            self.cluster.create()
            self._start()
            user = str(self.record.master_username)
            database.prepare(self.cluster, user, password, self.record.db_name)
            self.endpoint = (str(self.cluster.host), self.cluster.port)

        self.change("creating", CREATE, make, failed="failed")

    def reboot(self) -> None:
        """Restart with what the parameter group asks for, in the background."""

        def restart() -> None:
            self.cluster.stop()
            self._start()

        self.change("rebooting", REBOOT, restart, failed="incompatible-parameters")

    def start(self) -> None:
        """Start again after a stop, in the background."""
        self.change("starting", START, self._start, failed="incompatible-parameters")

    def stop(self) -> None:
        """Stop, in the background; the data stays."""
        self.change("stopping", STOP, self.cluster.stop, settled="stopped")

    def move(self, port: int) -> None:
        """Serve another port from now on; the server restarts."""
        self._runtime.release_address(self._address_name)
        self.cluster.stop()
        self.cluster.host, self.cluster.port = self._runtime.address(self._address_name, port)
        self._start()
        self.endpoint = (str(self.cluster.host), self.cluster.port)
        self.record.port = port

    def delete(self, forget: Callable[[], None]) -> None:
        """Remove the PostgreSQL, then the record, in the background."""

        def remove() -> None:
            self.discard()
            forget()

        self.change("deleting", DELETE, remove)

    def discard(self) -> None:
        """Stop the PostgreSQL and remove its files."""
        self.cluster.remove()
        self._runtime.release_address(self._address_name)

    def apply_now(self, values: Mapping[str, str | None]) -> None:
        """Put dynamic parameters into force; None takes one back to its default."""
        with self._lock:
            if self.status == "creating":
                return
            for name, value in values.items():
                if value is None:
                    self.running.pop(name, None)
                else:
                    self.running[name] = value
            self.cluster.reload(catalogue.engine_settings(self.family, self.running))

    def change(
        self,
        status: str,
        seconds: float,
        action: Callable[[], None],
        *,
        settled: str = "available",
        failed: str = "failed",
    ) -> None:
        """Take a status now, act after so many seconds of AWS's time, then settle in another.

        A deletion that began meanwhile keeps its status.
        """
        self.record.status = status

        def run() -> None:
            with self._lock:
                if self.status != status:
                    return
                try:
                    action()
                    outcome = settled
                except PostgresError as error:
                    sys.stderr.write(f"rds {self.identifier}: {error}\n")
                    outcome = failed
                if self.status == status:
                    self.record.status = outcome
                if outcome == settled:
                    events.tell(self._runtime, self.record.db_instance_arn, status)

        self._runtime.clock.later(seconds, run)

    def _start(self) -> None:
        wanted = self.wanted
        self.cluster.restart(catalogue.engine_settings(self.family, wanted))
        self.running, self.group_replaced = wanted, False


class Instances:
    """The DB instances of one account and region, by identifier."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self._runtime = runtime
        self._region = region
        self._instances: dict[str, Instance] = {}
        self.backend: RDSBackend = rds_backends[account][region]
        runtime.on_stop(self._discard_all)

    def add(self, record: DBInstance) -> Instance:
        """The instance for a record that moto has just made."""
        instance = Instance(self._runtime, self._region, record)
        self._instances[instance.identifier] = instance
        return instance

    def get(self, identifier: str) -> Instance:
        """An instance; DBInstanceNotFound when there is none of that name."""
        try:
            return self._instances[identifier.lower()]
        except KeyError:
            message = f"DBInstance {identifier} not found."
            raise AwsError("DBInstanceNotFound", message) from None

    def has(self, identifier: str) -> bool:
        """Whether there is an instance of that name."""
        return identifier.lower() in self._instances

    def using(self, parameter_group: str) -> list[Instance]:
        """The instances that have this parameter group."""
        return [
            instance
            for instance in list(self._instances.values())
            if instance.parameter_group == parameter_group
        ]

    def snapshot(self, instance: Instance, identifier: str) -> None:
        """Record a snapshot; DBSnapshotAlreadyExists when the name is taken."""
        self.backend.validate_db_snapshot_identifier(identifier, "DBSnapshotIdentifier")
        self.backend.create_db_snapshot(self.key(instance), identifier)

    def drop(self, instance: Instance, delete_backups: bool) -> None:
        """Let go of an instance that is deleted, and of moto's record of it."""
        self.backend.delete_db_instance(
            self.key(instance), None, True, delete_automated_backups=delete_backups
        )
        self._instances.pop(instance.identifier, None)

    def key(self, instance: Instance) -> str:
        """The name under which moto keeps a record: as it was written at creation."""
        databases = self.backend.databases.items()
        return next(key for key, record in databases if record is instance.record)

    def _discard_all(self) -> None:
        for instance in list(self._instances.values()):
            instance.discard()
        self._instances.clear()
