"""Which S3 client a statement of a namespace reads and writes with: that of an attached role."""

from __future__ import annotations

from typing import Any

from sandbox.engines.redshift.model import RedshiftError
from sandbox.errors import AwsError
from sandbox.services.redshift_serverless.inventory import Inventory, Workgroup

INSUFFICIENT_PRIVILEGE = "42501"
# A role serves COPY and UNLOAD when it trusts either of these.
SERVERLESS, PROVISIONED = "redshift-serverless.amazonaws.com", "redshift.amazonaws.com"


class NamespaceStorage:
    """S3 as one database user of a workgroup's namespace reaches it.

    A role that is taken by Redshift Serverless learns of the workgroup for which it is:
    https://docs.aws.amazon.com/redshift/latest/mgmt/cross-service-confused-deputy-prevention.html
    """

    def __init__(self, inventory: Inventory, workgroup: Workgroup, user: str) -> None:
        self._inventory = inventory
        self._workgroup, self._namespace = workgroup, workgroup.namespace
        self._user = user

    def client(self, iam_role: str) -> Any:
        """A boto3 S3 client of a role: an ARN, or "default" for the namespace's default role.

        Raises RedshiftError when the role is not attached or trusts no Redshift service.
        """
        arn = self._namespace.default_iam_role if iam_role.lower() == "default" else iam_role
        if not arn:
            raise RedshiftError(
                "Default IAM role is not set: associate one with the namespace",
                INSUFFICIENT_PRIVILEGE,
            )
        if arn not in self._namespace.iam_roles:
            raise RedshiftError(
                f"User {self._arn_of_user()} is not authorized to assume IAM Role {arn}",
                INSUFFICIENT_PRIVILEGE,
            )
        runtime, region = self._inventory.runtime, self._inventory.region
        for service, source in ((SERVERLESS, self._workgroup.arn), (PROVISIONED, "")):
            try:
                return runtime.client("s3", arn, region, service, source)
            except AwsError:
                continue
        message = f"Not authorized to get credentials of role {arn}"
        raise RedshiftError(message, INSUFFICIENT_PRIVILEGE)

    def _arn_of_user(self) -> str:
        region, account = self._inventory.region, self._inventory.account
        cluster = f"serverless-{account}-{self._namespace.name}"
        return f"arn:aws:redshift:{region}:{account}:dbuser:{cluster}/{self._user}"
