"""Usage limits of workgroups. They are kept and listed; no limit is ever reached here.

https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_CreateUsageLimit.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.redshift_serverless.inventory import (
    SERVICE,
    Inventory,
    invalid,
    inventory_of,
    missing,
)

MOST_LIMITS = 4


@operation(SERVICE, "CreateUsageLimit")
def create_usage_limit(
    call: Call,
    resourceArn: str,
    usageType: str,
    amount: int,
    period: str = "monthly",
    breachAction: str = "log",
) -> dict[str, Any]:
    """Limit what a workgroup may use in a period; amount is RPU-hours or terabytes.

    Raises ConflictException for a limit of the same type, period and action.
    """
    inventory = inventory_of(call)
    _check_amount(amount)
    with inventory.lock:
        if resourceArn not in {workgroup.arn for workgroup in inventory.workgroups.values()}:
            raise missing("Workgroup", resourceArn)
        identifier, arn = inventory.identity("usagelimit")
        limit: dict[str, Any] = {
            "resourceArn": resourceArn,
            "usageType": usageType,
            "period": period,
            "breachAction": breachAction,
        }
        same_type = [
            each
            for each in inventory.usage_limits.values()
            if each["resourceArn"] == resourceArn and each["usageType"] == usageType
        ]
        if any(limit.items() <= each.items() for each in same_type):
            message = f"A {period} {usageType} limit with the action {breachAction} exists already."
            raise AwsError("ConflictException", message)
        if len(same_type) >= MOST_LIMITS:
            message = f"A workgroup can have {MOST_LIMITS} limits of a usage type."
            raise AwsError("ServiceQuotaExceededException", message)
        limit |= {"amount": amount, "usageLimitId": identifier, "usageLimitArn": arn}
        inventory.usage_limits[identifier] = limit
        return {"usageLimit": limit}


@operation(SERVICE, "GetUsageLimit")
def get_usage_limit(call: Call, usageLimitId: str) -> dict[str, Any]:
    """One usage limit."""
    return {"usageLimit": _limit(inventory_of(call), usageLimitId)}


@operation(SERVICE, "ListUsageLimits")
def list_usage_limits(
    call: Call, maxResults: int = 100, nextToken: str | None = None, **wanted: str
) -> dict[str, Any]:
    """The usage limits of a resource or type, or all, in pages."""
    found = [
        limit
        for limit in inventory_of(call).usage_limits.values()
        if all(limit[name] == value for name, value in wanted.items())
    ]
    shown, following = page(found, nextToken, maxResults, error="InvalidPaginationException")
    return {"usageLimits": shown, "nextToken": following}


@operation(SERVICE, "UpdateUsageLimit")
def update_usage_limit(
    call: Call, usageLimitId: str, amount: int | None = None, breachAction: str = ""
) -> dict[str, Any]:
    """Change the amount or the action of a limit; its type and period stay."""
    inventory = inventory_of(call)
    with inventory.lock:
        limit = _limit(inventory, usageLimitId)
        if amount is not None:
            _check_amount(amount)
            limit["amount"] = amount
        limit["breachAction"] = breachAction or limit["breachAction"]
        return {"usageLimit": limit}


@operation(SERVICE, "DeleteUsageLimit")
def delete_usage_limit(call: Call, usageLimitId: str) -> dict[str, Any]:
    """Delete a usage limit."""
    inventory = inventory_of(call)
    with inventory.lock:
        limit = _limit(inventory, usageLimitId)
        del inventory.usage_limits[usageLimitId]
        return {"usageLimit": limit}


def delete_limits_of(inventory: Inventory, resource_arn: str) -> None:
    """A deleted workgroup's limits go with it."""
    for identifier, limit in list(inventory.usage_limits.items()):
        if limit["resourceArn"] == resource_arn:
            del inventory.usage_limits[identifier]


def _limit(inventory: Inventory, identifier: str) -> dict[str, Any]:
    if identifier not in inventory.usage_limits:
        raise missing("UsageLimit", identifier)
    return inventory.usage_limits[identifier]


def _check_amount(amount: int) -> None:
    if amount < 1:
        raise invalid(f"The amount {amount} is not valid: it must be a positive number.")
