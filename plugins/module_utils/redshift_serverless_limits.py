# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage limits of Amazon Redshift Serverless, for the modules of this name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .api import Api
from .info import Listing
from .resource import Resource
from .settings import Setting, Values

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule


class UsageLimit(Resource):
    """A limit is known by its workgroup, type, period and action: AWS allows one of each.

    https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_UsageLimit.html
    """

    service = "redshift-serverless"
    kind = "Usage limit of Redshift Serverless workgroup"
    result = "usage_limit"
    name_option = "workgroup_name"
    taggable = False
    required_to_create = ("amount",)
    settings = (Setting("amount"),)

    def validate(self) -> None:
        amount = self.params["amount"]
        if amount is not None and amount < 1:
            raise self.refuse(f"amount is {amount}: it must be 1 or more")

    def identity(self) -> Values:
        """What tells this limit from the others of its workgroup."""
        return {key: self.params[key] for key in ("usage_type", "period", "breach_action")}

    def workgroup_arn(self) -> str:
        """The workgroup's ARN, which ends in an ID of AWS's making; empty when there is none."""
        answer = self.api.maybe(
            "GetWorkgroup", missing=self.missing_codes, workgroup_name=self.name
        )
        return answer["workgroup"]["workgroup_arn"] if answer else ""

    def find(self) -> Values | None:
        arn = self.workgroup_arn()
        if not arn:
            return None
        limits = self.api.pages(
            "ListUsageLimits",
            "usage_limits",
            resource_arn=arn,
            usage_type=self.params["usage_type"],
        )
        wanted = self.identity().items()
        return next((limit for limit in limits if wanted <= limit.items()), None)

    def create(self, wanted: Values, tags: Any) -> None:
        arn = self.workgroup_arn()
        if not arn:
            raise self.refuse("there is no such workgroup to limit: make it first")
        self.api.call("CreateUsageLimit", resource_arn=arn, **self.identity(), **wanted)

    def update(self, changes: Values, current: Values) -> None:
        self.api.call("UpdateUsageLimit", usage_limit_id=current["usage_limit_id"], **changes)

    def delete(self, current: Values) -> None:
        self.api.call("DeleteUsageLimit", usage_limit_id=current["usage_limit_id"])

    def returned(self, current: Values) -> Values:
        return {**self.identity(), **current}


def listing_of(module: AnsibleAWSModule) -> Listing | None:
    """How limits are listed: of the workgroup in the options, or of all. None without it.

    A limit has the ARN of its workgroup, which ends in an ID; the list of workgroups has the names.
    """
    api = Api(module.client(UsageLimit.service), "Redshift Serverless workgroups")
    names = {
        workgroup["workgroup_arn"]: workgroup["workgroup_name"]
        for workgroup in api.pages("ListWorkgroups", "workgroups")
    }
    wanted = module.params["workgroup_name"]
    arns = [arn for arn, name in names.items() if wanted and name == wanted.lower()]
    if wanted and not arns:
        return None

    def named(limit: Values) -> Values:
        name = names.get(limit["resource_arn"])
        return {**limit, "workgroup_name": name} if name else limit

    return Listing(
        service=UsageLimit.service,
        operation="ListUsageLimits",
        items="usage_limits",
        kind="Redshift Serverless usage limits",
        name="usage_limit_id",
        result="usage_limits",
        request=lambda params: {"resource_arn": arns[0]} if arns else {},
        shape=named,
    )
