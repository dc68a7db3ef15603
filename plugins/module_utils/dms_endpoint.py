# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An endpoint of AWS Database Migration Service, and the test of its connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .compare import last_part
from .dms import DmsResource
from .dms_settings import SETTINGS, s3_problem, same_attributes, same_settings
from .resource import Action
from .role_propagation import once_role_is_known
from .settings import Plan, Setting, Values
from .waiting import wait_until

CLEAR_TEXT = ("server_name", "port", "username", "password")
GO_ALONG = {
    "postgre_sql_settings": ("secrets_manager_access_role_arn", "secrets_manager_secret_id"),
    "s3_settings": ("service_access_role_arn", "bucket_name"),
}
"""Settings that AWS wants whenever any of the same group changes."""


class Endpoint(DmsResource):
    """https://docs.aws.amazon.com/dms/latest/APIReference/API_Endpoint.html"""

    kind = "DMS endpoint"
    result = "endpoint"
    ready_statuses = frozenset({"active"})
    failed_statuses = frozenset({"failed"})
    required_to_create = ("endpoint_type", "engine_name")
    settings = (
        Setting(
            "endpoint_type",
            read=lambda endpoint: str(endpoint.get("endpoint_type") or "").lower() or None,
            immutable=True,
        ),
        Setting("engine_name", immutable=True),
        Setting("server_name"),
        Setting("port"),
        Setting("database_name"),
        Setting("username"),
        Setting("password", create_only=True),
        Setting("ssl_mode"),
        Setting("certificate_arn"),
        Setting("kms_key_id", compare=last_part, immutable=True),
        Setting("extra_connection_attributes", compare=same_attributes),
        *(Setting(group, compare=same_settings, partial=True) for group in SETTINGS),
    )

    def validate(self) -> None:
        super().validate()
        settings = self.params["postgre_sql_settings"] or {}
        clear = [option for option in CLEAR_TEXT if self.params[option] is not None]
        if settings.get("secrets_manager_secret_id"):
            if clear:
                raise self.refuse(f"{', '.join(clear)} can't be given with a secret: remove them")
            if not settings.get("secrets_manager_access_role_arn"):
                raise self.refuse(
                    "postgre_sql_settings.secrets_manager_access_role_arn is missing: "
                    "DMS reads the secret with it"
                )
        port = self.params["port"]
        if port is not None and not 1 <= port <= 65535:
            raise self.refuse(f"port is {port}: it must be 1 to 65535")
        engine = self.params["engine_name"]
        wrong = (
            None if engine is None else "postgre_sql_settings" if engine == "s3" else "s3_settings"
        )
        if wrong and self.params[wrong] is not None:
            raise self.refuse(f"{wrong} can't be given with engine_name {engine}: remove them")
        problem = s3_problem(self.params["s3_settings"] or {})
        if problem:
            raise self.refuse(f"s3_settings.{problem}")

    def find(self) -> Values | None:
        return self.described("DescribeEndpoints", "endpoints", "endpoint-id")

    def create(self, wanted: Values, tags: Any) -> None:
        self.with_roles(
            lambda: self.api.call(
                "CreateEndpoint", endpoint_identifier=self.name, tags=tags, **self.request(wanted)
            )
        )

    def update(self, changes: Values, current: Values) -> None:
        members = self.request(changes)
        for group in [group for group in GO_ALONG if group in changes]:
            had = current.get(group) or {}
            identity = {name: had[name] for name in GO_ALONG[group] if name in had}
            members[group] = {**identity, **changes[group]}
        self.with_roles(
            lambda: self.api.call(
                "ModifyEndpoint",
                retry=("InvalidResourceStateFault",),
                endpoint_arn=current["endpoint_arn"],
                exact_settings=False,
                **members,
            )
        )

    def with_roles(self, call: Callable[[], object]) -> None:
        """Make a call that names roles, which may have been made a moment ago."""
        once_role_is_known(call, ("is not configured properly",), self.what)

    def delete(self, current: Values) -> None:
        arn = current["endpoint_arn"]
        users = [
            task["replication_task_identifier"]
            for task in self.lookup_all(
                "DescribeReplicationTasks", "replication_tasks", "endpoint-arn", arn
            )
            if task["status"] != "deleting"
        ]
        if users:
            raise self.refuse(
                f"can't be deleted while tasks use it: delete {', '.join(users)} first"
            )
        self.api.call(
            "DeleteEndpoint",
            retry=("InvalidResourceStateFault",),
            endpoint_arn=arn,
        )

    def actions(self, current: Values, plan: Plan) -> list[Action]:
        instance = self.params["test_connection_from"]
        if not instance:
            return []
        tested = current.get("endpoint_arn") and self.connection(current["endpoint_arn"], instance)
        status = tested["status"] if tested else "untested"
        if status == "successful" and not plan.changes:
            return []
        return [
            Action(
                {"connection": "untested" if plan.changes else status},
                {"connection": "successful"},
                lambda: self.test(current["endpoint_arn"], instance),
            )
        ]

    def connection(self, endpoint_arn: str, instance: str) -> Values | None:
        """The last test of the connection from an instance, None when there was none."""
        found = self.lookup_all("DescribeConnections", "connections", "endpoint-arn", endpoint_arn)
        wanted = instance.lower()
        return next((c for c in found if c["replication_instance_identifier"] == wanted), None)

    def test(self, endpoint_arn: str, instance: str) -> None:
        """Wait for the instance, test the connection from it, and wait for the outcome."""
        self.api.call(
            "TestConnection",
            retry=("InvalidResourceStateFault",),
            replication_instance_arn=self.available_instance(instance),
            endpoint_arn=endpoint_arn,
        )
        outcome = wait_until(
            lambda: self.connection(endpoint_arn, instance) or {},
            lambda found: found.get("status") in ("successful", "failed"),
            timeout=self.watch.timeout,
            what=f"the test of {self.what}",
            state=lambda found: str(found.get("status")),
        )
        if outcome["status"] == "failed":
            reason = outcome.get("last_failure_message") or "AWS gives no reason"
            raise self.refuse(f"its connection from {instance} failed: {reason}")

    def arn(self, current: Values) -> str:
        # It ends in letters that AWS makes up, so it can't be told before the endpoint is there.
        return str(current.get("endpoint_arn") or "")
