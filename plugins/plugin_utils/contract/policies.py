# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces that IAM documents are made of."""

from __future__ import annotations

from typing import Any

from .model import Contract
from .names import Names

VERSION = "2012-10-17"

WITHOUT_RESOURCE = {
    "dms:DescribeReplicationTasks": "it lists tasks, and a filter chooses",
    "lakeformation:GetDataAccess": "Lake Formation itself decides by its grants on the table",
    "redshift-data:CancelStatement": "a statement has no ARN, only an owner",
    "redshift-data:DescribeStatement": "a statement has no ARN, only an owner",
    "redshift-data:GetStatementResult": "a statement has no ARN, only an owner",
    **dict.fromkeys(
        (
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
        ),
        "deliveries and the policies of log groups belong to the account as a whole: "
        "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
    ),
}
"""Actions that are allowed on the resource *, as IAM knows none for them, with the reason.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": VERSION, "Statement": list(statements)}


def allow(
    sid: str, actions: list[str], resources: list[str], condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A statement that allows exactly these actions on exactly these resources."""
    statement: dict[str, Any] = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": actions,
        "Resource": resources,
    }
    return statement | ({"Condition": condition} if condition else {})


def trust(principal: dict[str, Any], condition: dict[str, Any] | None = None) -> dict[str, Any]:
    """The document that says who may take a role."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sts:AssumeRole",
    }
    return document(statement | ({"Condition": condition} if condition else {}))


def service_trust(*services: str, account: str = "") -> dict[str, Any]:
    """Trust in AWS services; with `account` only where they act for that account."""
    condition = {"StringEquals": {"aws:SourceAccount": account}} if account else None
    return trust({"Service": services[0] if len(services) == 1 else list(services)}, condition)


def role(
    contract: Contract,
    purpose: str,
    description: str,
    trusted: dict[str, Any],
    policy: dict[str, Any],
) -> dict[str, Any]:
    """One IAM role of the platform with the one policy that it has."""
    return {
        "name": contract.names.role(purpose),
        "arn": contract.names.role_arn(purpose),
        "description": description,
        "assume_role_policy": trusted,
        "policy_name": contract.names.role(purpose),
        "policy": policy,
        "managed_policies": [],
        "tags": contract.tags,
    }


def on_workgroup(names: Names, *submitting: str) -> dict[str, Any]:
    """Leave to connect to the workgroup, and to submit statements with these actions of the Data API.

    The workgroup's ARN ends in an id of AWS's making; its tag tells it from others.

    https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-iam.html
    """
    return allow(
        "ConnectToTheWarehouse",
        ["redshift-serverless:GetCredentials", *(f"redshift-data:{name}" for name in submitting)],
        [names.arn("redshift-serverless", "workgroup/*")],
        {"StringEquals": {"aws:ResourceTag/platform": names.prefix}},
    )


def on_statements(*further: str, own: bool) -> dict[str, Any]:
    """Leave to follow statements, which have no ARN, with further actions of the Data API; with `own`
    only those of the same session.

    Redshift itself shows a role the statements of its own sessions alone.
    """
    condition = {"StringEquals": {"redshift-data:statement-owner-iam-userid": "${aws:userid}"}}
    actions = [f"redshift-data:{name}" for name in ("DescribeStatement", *further)]
    return allow("FollowStatements", actions, ["*"], condition if own else None)


def deliver_logs() -> dict[str, Any]:
    """Leave for a state machine to write its log; log delivery knows no resources.

    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    """
    return allow(
        "DeliverLogs",
        [
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ],
        ["*"],
    )
