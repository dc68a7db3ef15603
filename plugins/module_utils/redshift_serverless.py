# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces and workgroups of Amazon Redshift Serverless, for the modules of these names."""

from __future__ import annotations

import re
from typing import Any

from .compare import last_part, subset, text, unordered
from .overlay import laid_over
from .resource import Resource
from .role_propagation import once_role_is_known
from .settings import Setting, Values

NAME = re.compile(r"[a-z0-9-]{3,64}")
TRACK = re.compile(r"[a-zA-Z0-9_]{1,256}")
MANAGED = "admin_password_secret_arn"
"""The member of a namespace whose administrator's password AWS manages."""
ADMINISTRATOR = ("admin_username", "manage_admin_password", "admin_password_secret_kms_key_id")
ROLES = ("iam_roles", "default_iam_role_arn")
NOT_YET = ("is not valid or does not exist",)
"""How a namespace refuses a role that is too new."""
PORTS = (range(5431, 5456), range(8191, 8216))


def role_arn(answer: str) -> str:
    """The ARN in `IamRole(applyStatus=in-sync, iamRoleArn=arn:…)`, as AWS lists a role."""
    match = re.search(r"arn:[^\s,)]+", answer)
    return match.group(0) if match else answer


def namespace_view(namespace: Values) -> Values:
    """A namespace as the modules return it: with the ARNs of its roles, whatever is told of them."""
    roles = [role_arn(role) for role in namespace.get("iam_roles") or []]
    view = {**namespace, "iam_roles": roles}
    default = view.pop("default_iam_role_arn", None)
    return {**view, "default_iam_role_arn": role_arn(default)} if default else view


def workgroup_view(workgroup: Values) -> Values:
    """A workgroup as the modules return it: with its parameters by name."""
    parameters = {
        parameter["parameter_key"]: parameter.get("parameter_value")
        for parameter in workgroup.get("config_parameters") or []
    }
    return {**workgroup, "config_parameters": parameters}


class Namespace(Resource):
    """https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_Namespace.html"""

    service = "redshift-serverless"
    kind = "Redshift Serverless namespace"
    result = "namespace"
    name_key = "namespace_name"
    ready_statuses = frozenset({"AVAILABLE"})
    # AWS would take "dev"; a task that only waits for a namespace must not make one.
    required_to_create = ("db_name",)
    settings = (
        Setting("db_name", immutable=True),
        Setting("admin_username"),
        Setting(
            "manage_admin_password",
            read=lambda namespace: bool(namespace.get(MANAGED)),
        ),
        Setting("admin_password_secret_kms_key_id", compare=last_part),
        Setting("iam_roles", compare=unordered),
        Setting("default_iam_role_arn", compare=text),
        Setting("log_exports", compare=unordered),
        Setting("kms_key_id", compare=last_part),
    )

    def validate(self) -> None:
        if not NAME.fullmatch(self.name):
            raise self.refuse("name must be 3 to 64 lower-case letters, digits and hyphens")
        if self.params["iam_roles"] is not None:
            self.check_default_role(self.params)

    def find(self) -> Values | None:
        answer = self.api.maybe(
            "GetNamespace", missing=self.missing_codes, namespace_name=self.name
        )
        if answer is None:
            return None
        return namespace_view(answer["namespace"])

    def create(self, wanted: Values, tags: Any) -> None:
        self.write("CreateNamespace", tags=tags, **self.request(wanted))

    def wanted(self, given: Values, current: Values | None) -> Values:
        managed = given.get("manage_admin_password", bool((current or {}).get(MANAGED)))
        admin = (current or {}).get("admin_username")
        if not managed and given.get("admin_username", admin) != admin:
            raise self.refuse("admin_username needs manage_admin_password=true")
        if not managed and (current or {}).get(MANAGED):
            raise self.refuse(
                "manage_admin_password can't be turned off: AWS needs a password then"
            )
        self.check_default_role({**(current or {}), **given})
        return given

    def check_default_role(self, namespace: Values) -> None:
        """Refuse a default role that the namespace would not have."""
        default, roles = (namespace.get(key) for key in reversed(ROLES))
        if default and default not in (roles or []):
            raise self.refuse(
                f"default_iam_role_arn {default} must be one of iam_roles; an empty text is for none"
            )

    def update(self, changes: Values, current: Values) -> None:
        for step in self.steps(changes, current):
            self.write("UpdateNamespace", retry=("ConflictException",), **step)
            self.watch.wait_ready()

    def write(self, operation: str, **request: Any) -> None:
        """Create or update; its roles may be too new to be known."""

        def call() -> None:
            self.api.call(operation, namespace_name=self.name, **request)

        once_role_is_known(call, NOT_YET, self.what)

    def steps(self, changes: Values, current: Values) -> list[Values]:
        """The changes as calls: AWS takes the administrator, the roles or one other setting."""
        steps: list[Values] = []
        left = dict(changes)
        admin = {key: left.pop(key) for key in ADMINISTRATOR if key in left}
        if admin:
            steps.append({**admin, "manage_admin_password": True})
        if left.keys() & set(ROLES):
            roles: Values = {key: left.pop(key, current.get(key)) for key in ROLES}
            steps.append(roles)
        return [*steps, *({key: value} for key, value in left.items())]

    def returned(self, current: Values) -> Values:
        return {key: value for key, value in current.items() if key != "manage_admin_password"}

    def delete(self, current: Values) -> None:
        workgroups = self.api.pages("ListWorkgroups", "workgroups")
        mine = [w["workgroup_name"] for w in workgroups if w["namespace_name"] == self.name]
        if mine:
            raise self.refuse(f"can't be deleted while it has workgroup {mine[0]}: delete it first")
        self.api.call(
            "DeleteNamespace",
            retry=("ConflictException",),
            namespace_name=self.name,
            final_snapshot_name=self.params["final_snapshot_name"],
            final_snapshot_retention_period=self.params["final_snapshot_retention_period"],
        )

    def arn(self, current: Values) -> str:
        # It holds the ID that AWS gives, so it can't be told before the namespace is there.
        return current.get("namespace_arn", "")


def parameter_text(value: Any) -> str:
    """A database parameter as Redshift writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def parameter_list(parameters: Values) -> list[Values]:
    """Database parameters by name as the API takes them."""
    return [
        {"parameter_key": name, "parameter_value": value}
        for name, value in sorted(parameters.items())
    ]


def port_of(workgroup: Values) -> int | None:
    """The port that was asked for; the endpoint's where AWS doesn't say."""
    return workgroup.get("port") or (workgroup.get("endpoint") or {}).get("port")


def is_capacity(units: int) -> bool:
    """Whether a workgroup may begin with so many Redshift processing units.

    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html
    """
    return units == 4 or units in range(8, 513, 8) or units in range(512, 1025, 32)


def performance_target(workgroup: Values) -> Values:
    """What AWS scales it for; a workgroup of which it tells nothing is scaled for nothing."""
    return workgroup.get("price_performance_target") or {"status": "DISABLED"}


class Workgroup(Resource):
    """https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_Workgroup.html"""

    service = "redshift-serverless"
    kind = "Redshift Serverless workgroup"
    result = "workgroup"
    name_key = "workgroup_name"
    ready_statuses = frozenset({"AVAILABLE"})
    required_to_create = ("namespace_name",)
    settings = (
        Setting("namespace_name", immutable=True),
        # Before the base capacity, which AWS takes only without a target.
        Setting("price_performance_target", read=performance_target, compare=subset),
        # A new base may not exceed the maximum, nor the other way round: update() orders them.
        Setting("base_capacity"),
        Setting("max_capacity"),
        Setting("subnet_ids", compare=unordered),
        Setting("security_group_ids", compare=unordered),
        Setting("enhanced_vpc_routing"),
        Setting("publicly_accessible"),
        Setting("port", read=port_of),
        Setting("ip_address_type"),
        Setting("track_name", read=lambda w: w.get("pending_track_name") or w.get("track_name")),
        Setting("config_parameters"),
    )

    def validate(self) -> None:
        if not NAME.fullmatch(self.name):
            raise self.refuse("name must be 3 to 64 lower-case letters, digits and hyphens")
        base, most = self.params["base_capacity"], self.params["max_capacity"]
        if base is not None and not is_capacity(base):
            raise self.refuse(
                f"base_capacity is {base}: it must be 4, a multiple of 8 up to 512, or one of 32"
                " up to 1024"
            )
        if base is not None and most is not None and most < base:
            raise self.refuse(f"max_capacity {most} must not be less than base_capacity {base}")
        port = self.params["port"]
        if port is not None and not any(port in allowed for allowed in PORTS):
            raise self.refuse(f"port is {port}: it must be 5431 to 5455 or 8191 to 8215")
        track = self.params["track_name"]
        if track is not None and not TRACK.fullmatch(track):
            raise self.refuse(f"track_name is {track}: it must be 1 to 256 letters, digits and _")
        target = self.params["price_performance_target"] or {}
        if target.get("status") == "DISABLED" and target["level"] is not None:
            raise self.refuse("price_performance_target.level needs status ENABLED")
        self.check_scaling(target, base)

    def check_scaling(self, target: Values, base: int | None) -> None:
        """Refuse a base capacity where AWS chooses it."""
        if target.get("status") == "ENABLED" and base is not None:
            raise self.refuse(
                f"base_capacity {base} can't be set while price_performance_target.status is "
                "ENABLED: leave it out, or set the status to DISABLED"
            )

    def wanted(self, given: Values, current: Values | None) -> Values:
        had = performance_target(current or {})
        target = given.get("price_performance_target")
        self.check_scaling(target or had, given.get("base_capacity"))
        if target and target["status"] == had["status"]:
            # AWS replaces it as a whole.
            given = {**given, "price_performance_target": laid_over(had, target)}
        parameters = given.get("config_parameters")
        if parameters is None:
            return given
        texts = {name: parameter_text(value) for name, value in parameters.items()}
        # AWS replaces the list: what the user didn't name goes with it as it was.
        kept = (current or {}).get("config_parameters") or {}
        return {**given, "config_parameters": {**kept, **texts}}

    def find(self) -> Values | None:
        answer = self.api.maybe(
            "GetWorkgroup", missing=self.missing_codes, workgroup_name=self.name
        )
        if answer is None:
            return None
        return workgroup_view(answer["workgroup"])

    def create(self, wanted: Values, tags: Any) -> None:
        request = {**wanted}
        if "config_parameters" in wanted:
            request["config_parameters"] = parameter_list(wanted["config_parameters"])
        self.api.call("CreateWorkgroup", workgroup_name=self.name, tags=tags, **request)

    def update(self, changes: Values, current: Values) -> None:
        for option in self.in_order(changes, current):
            value = changes[option]
            if option == "config_parameters":
                value = parameter_list(value)
            self.api.call(
                "UpdateWorkgroup",
                retry=("ConflictException",),
                workgroup_name=self.name,
                **{option: value},
            )
            self.watch.wait_ready()

    def in_order(self, changes: Values, current: Values) -> list[str]:
        """The options to change. The maximum has to rise before a base that would exceed it."""
        highest = current.get("max_capacity")
        if highest and changes.get("base_capacity", 0) > highest:
            return sorted(changes, key=lambda option: option != "max_capacity")
        return list(changes)

    def delete(self, current: Values) -> None:
        self.api.call("DeleteWorkgroup", retry=("ConflictException",), workgroup_name=self.name)

    def arn(self, current: Values) -> str:
        # It holds the ID that AWS gives, so it can't be told before the workgroup is there.
        return current.get("workgroup_arn", "")
