"""What one account has of Redshift Serverless in a region."""

from __future__ import annotations

import datetime
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.runtime import Runtime
from sandbox.services.redshift_serverless.database import Database, Endpoint

SERVICE = "redshift-serverless"


@dataclass
class Namespace:
    """A namespace: the data and who administers it.

    iam_roles are ARNs, the default role among them.
    """

    name: str
    arn: str
    id: str
    created: datetime.datetime
    database: Database = field(repr=False)
    kms_key_id: str
    iam_roles: list[str]
    default_iam_role: str
    log_exports: list[str]
    secret_arn: str = ""
    secret_kms_key_id: str = ""
    status: str = "AVAILABLE"

    def document(self) -> dict[str, Any]:
        """The namespace as the API answers it.

        iamRoles are not ARNs there but texts that hold one and how far its attachment is.
        """
        applied = "in-sync" if self.status == "AVAILABLE" else "adding"
        document = {
            "namespaceName": self.name,
            "namespaceArn": self.arn,
            "namespaceId": self.id,
            "creationDate": self.created,
            "dbName": self.database.name,
            "adminUsername": self.database.logins.admin_user,
            "kmsKeyId": self.kms_key_id,
            "iamRoles": [
                f"IamRole(applyStatus={applied}, iamRoleArn={arn})" for arn in self.iam_roles
            ],
            "logExports": list(self.log_exports),
            "status": self.status,
            "defaultIamRoleArn": self.default_iam_role,
            "adminPasswordSecretArn": self.secret_arn,
            "adminPasswordSecretKmsKeyId": self.secret_kms_key_id,
        }
        return {name: value for name, value in document.items() if value != ""}


@dataclass
class Workgroup:
    """A workgroup: the compute of one namespace and the endpoint that clients connect to.

    settings are the members of the API's Workgroup that a request can set, but for the
    configuration parameters, which are kept by name.
    """

    name: str
    arn: str
    id: str
    created: datetime.datetime
    namespace: Namespace
    settings: dict[str, Any]
    parameters: dict[str, str]
    address: tuple[str, int]
    endpoint: Endpoint | None = field(default=None, repr=False)
    vpc_endpoints: list[dict[str, Any]] = field(default_factory=list)
    status: str = "CREATING"

    def document(self) -> dict[str, Any]:
        """The workgroup as the API answers it."""
        host, port = self.address
        return {
            "workgroupName": self.name,
            "workgroupArn": self.arn,
            "workgroupId": self.id,
            "namespaceName": self.namespace.name,
            "creationDate": self.created,
            "status": self.status,
            "configParameters": [
                {"parameterKey": key, "parameterValue": value}
                for key, value in self.parameters.items()
            ],
            "endpoint": {"address": host, "port": port, "vpcEndpoints": self.vpc_endpoints},
            "crossAccountVpcs": [],
            **self.settings,
        }


class Inventory:
    """All of one account and region; hold the lock around every change."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self.runtime = runtime
        self.account = account
        self.region = region
        self.lock = threading.RLock()
        self.namespaces: dict[str, Namespace] = {}
        self.workgroups: dict[str, Workgroup] = {}
        self.usage_limits: dict[str, dict[str, Any]] = {}
        self.snapshots: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, dict[str, str]] = {}

    def identity(self, kind: str) -> tuple[str, str]:
        """A new resource's identifier, and its ARN."""
        identifier = str(uuid.uuid4())
        arn = f"arn:aws:{SERVICE}:{self.region}:{self.account}:{kind}/{identifier}"
        return identifier, arn

    def namespace(self, name: str) -> Namespace:
        """The namespace of this name; ResourceNotFoundException when there is none."""
        if name not in self.namespaces:
            raise missing("Namespace", name)
        return self.namespaces[name]

    def workgroup(self, name: str) -> Workgroup:
        """The workgroup of this name; ResourceNotFoundException when there is none."""
        if name not in self.workgroups:
            raise missing("Workgroup", name)
        return self.workgroups[name]

    def workgroup_of(self, namespace: Namespace) -> Workgroup | None:
        """The workgroup that serves a namespace, if any."""
        for workgroup in self.workgroups.values():
            if workgroup.namespace is namespace:
                return workgroup
        return None


def inventory_of(call: Call) -> Inventory:
    """The inventory of the account and region that a request goes to."""
    return call.runtime.state(Inventory, call.account, call.region)


def missing(kind: str, name: str) -> AwsError:
    """The refusal of a request that names what is not there."""
    return AwsError("ResourceNotFoundException", f"{kind} {name} not found.", resourceName=name)


def invalid(message: str) -> AwsError:
    """The refusal of a request whose values do not do."""
    return AwsError("ValidationException", message)


def in_use(kind: str, name: str) -> AwsError:
    """The refusal of a change while another is under way."""
    message = f"There is an operation running on the {kind} {name}. Try again later."
    return AwsError("ConflictException", message)
