# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An endpoint through which a VPC reaches a service: found by its service, changed in place."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from .compare import parse_json, policy_document, subset, unordered
from .resource import Resource
from .settings import Setting, Values

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

MISSING = ("InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound")
# Filters, and the options that they find an endpoint by.
FILTERS = {
    "vpc-id": "vpc_id",
    "service-name": "service_name",
    "vpc-endpoint-type": "vpc_endpoint_type",
}
IDS = ("route_table_ids", "subnet_ids", "security_group_ids")
PLAIN = ("private_dns_enabled", "ip_address_type", "dns_options")
INBOUND = "private_dns_only_for_inbound_resolver_endpoint"
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
FOREIGN = {
    "Gateway": ("subnet_ids", "security_group_ids", "private_dns_enabled"),
    "Interface": ("route_table_ids",),
    "GatewayLoadBalancer": (
        "route_table_ids",
        "security_group_ids",
        "private_dns_enabled",
        "policy",
        "dns_options",
    ),
}
"""The options that an endpoint of a type can't have."""


class VpcEndpoint(Resource):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html"""

    service = "ec2"
    kind = "VPC endpoint"
    result = "vpc_endpoint"
    name_option = "service_name"
    required_to_create = ("vpc_id", "service_name", "vpc_endpoint_type")
    settings = (
        Setting("vpc_id", immutable=True),
        Setting("service_name", immutable=True),
        Setting("vpc_endpoint_type", immutable=True),
        Setting("policy", compare=policy_document),
        *(Setting(option, compare=unordered) for option in IDS),
        Setting("private_dns_enabled"),
        Setting("ip_address_type"),
        Setting("dns_options", compare=subset),
    )
    tags_in_answer = True
    status_key = "state"
    # A service's owner may take days to accept an endpoint: there is nothing to wait for.
    ready_statuses = frozenset({"available", "pendingAcceptance"})
    failed_statuses = frozenset({"failed", "rejected", "expired"})
    deleting_statuses = frozenset({"deleting"})

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self.given_id: str = self.params["vpc_endpoint_id"] or ""
        self.endpoint_id = self.given_id
        self.name = self.name or self.given_id
        vpc = self.params["vpc_id"]
        self.what = f"{self.kind} {self.name}" + (f" of {vpc}" if vpc else "")

    def validate(self) -> None:
        if self.params["vpc_endpoint_type"]:
            self.refuse_foreign(self.params["vpc_endpoint_type"])
        if self.params["security_group_ids"] == []:
            raise self.refuse(
                "security_group_ids is []: an endpoint has at least one; leave the option out"
                " for the default group of the VPC"
            )

    def refuse_foreign(self, kind: str) -> None:
        """Refuse the options that an endpoint of this type can't have."""
        foreign = [option for option in FOREIGN[kind] if self.params[option] is not None]
        inbound = (self.params["dns_options"] or {}).get(INBOUND)
        if inbound is not None and kind != "Interface":
            foreign.append(f"dns_options.{INBOUND}")
        if foreign:
            own = [option for option in (*IDS, *PLAIN, "policy") if option not in FOREIGN[kind]]
            raise self.refuse(
                f"an endpoint of type {kind} has no {', '.join(foreign)}; it has {', '.join(own)}"
            )
        subnets = self.params["subnet_ids"] or []
        if kind == "GatewayLoadBalancer" and len(subnets) > 1:
            raise self.refuse(f"subnet_ids are {', '.join(subnets)}: type {kind} takes one subnet")

    def find(self) -> Values | None:
        if not self.endpoint_id:
            return self.find_by_service()
        answer = self.api.maybe(
            "DescribeVpcEndpoints", missing=MISSING, vpc_endpoint_ids=[self.endpoint_id]
        )
        found = [one for one in map(shaped, (answer or {}).get("vpc_endpoints", [])) if alive(one)]
        if found:
            self.name = found[0]["service_name"]
            return found[0]
        if self.given_id and self.params["state"] == "present":
            raise self.refuse(
                "doesn't exist: leave vpc_endpoint_id out, and give vpc_id and service_name to"
                " make one"
            )
        return None

    def find_by_service(self) -> Values | None:
        """The one endpoint that the options describe; from then on it is known by its ID."""
        filters = [
            {"name": name, "values": [self.params[option]]}
            for name, option in FILTERS.items()
            if self.params[option]
        ]
        answers = self.api.pages("DescribeVpcEndpoints", "vpc_endpoints", filters=filters)
        found = [one for one in map(shaped, answers) if alive(one)]
        # One that is going makes room for another.
        staying = [one for one in found if one["state"] not in self.deleting_statuses] or found[:1]
        if len(staying) > 1:
            staying = self.named(staying)
        if not staying:
            return None
        self.endpoint_id = staying[0]["vpc_endpoint_id"]
        return staying[0]

    def named(self, found: list[Values]) -> list[Values]:
        """Of several endpoints the one with the wanted tag Name."""
        name = (self.params["tags"] or {}).get("Name")
        chosen = [one for one in found if name is not None and name_of(one) == name]
        if len(chosen) != 1:
            listed = ", ".join(f"{one['vpc_endpoint_id']} (Name {name_of(one)!r})" for one in found)
            raise self.refuse(
                f"it could be any of {listed}: say which with vpc_endpoint_id, or with a tag Name"
                " that one of them alone has"
            )
        return chosen

    def wanted(self, given: Values, current: Values | None) -> Values:
        if current is not None and current["vpc_endpoint_type"] in FOREIGN:
            self.refuse_foreign(current["vpc_endpoint_type"])
        return given

    def create(self, wanted: Values, tags: Any) -> None:
        specifications = [{"resource_type": "vpc-endpoint", "tags": tags}] if tags else None
        self.endpoint_id = self.api.call(
            "CreateVpcEndpoint",
            **as_requested(wanted),
            tag_specifications=specifications,
            client_token=str(uuid.uuid4()),  # what botocore sends again makes no second one
        )["vpc_endpoint"]["vpc_endpoint_id"]

    def update(self, changes: Values, current: Values) -> None:
        request = as_requested(
            {option: value for option, value in changes.items() if option not in IDS}
        )
        for option in IDS:
            if option in changes:
                before, after = current.get(option) or [], changes[option]
                request[f"add_{option}"] = [one for one in after if one not in before]
                request[f"remove_{option}"] = [one for one in before if one not in after]
        if request.get("add_subnet_ids") and request.get("remove_subnet_ids"):
            # A zone has room for one subnet: the old one has to be out before the new one comes.
            self.modify({"remove_subnet_ids": request.pop("remove_subnet_ids")})
            self.watch.wait_ready()
        self.modify(request)

    def modify(self, request: Values) -> None:
        """Send what there is to say; an empty list says nothing."""
        said = {member: value for member, value in request.items() if value != []}
        self.api.call("ModifyVpcEndpoint", vpc_endpoint_id=self.endpoint_id, **said)

    def delete(self, current: Values) -> None:
        answer = self.api.call("DeleteVpcEndpoints", vpc_endpoint_ids=[self.endpoint_id])
        for failure in answer.get("unsuccessful") or []:
            error = failure["error"]
            if error["code"] not in MISSING:
                raise self.refuse(f"deleting it failed: {error['code']}: {error['message']}")

    def tag_target(self, current: Values) -> str:
        return current["vpc_endpoint_id"]


def shaped(endpoint: Values) -> Values:
    """An endpoint as the module returns it: names and values as the options have them."""
    kept = {
        key: value for key, value in endpoint.items() if key not in ("groups", "policy_document")
    }
    state = endpoint["state"]
    return {
        **kept,
        "policy": parse_json(endpoint.get("policy_document")),
        "security_group_ids": [group["group_id"] for group in endpoint.get("groups") or []],
        # The API's model says PendingAcceptance where the API says pendingAcceptance.
        "state": state[:1].lower() + state[1:],
    }


def alive(endpoint: Values) -> bool:
    """False for one that is gone, which AWS still lists for a while."""
    return endpoint["state"] != "deleted"


def name_of(endpoint: Values) -> str | None:
    """The value of the tag Name."""
    tags = {tag["key"]: tag["value"] for tag in endpoint.get("tags") or []}
    return tags.get("Name")


def as_requested(values: Values) -> Values:
    """Options as members of a request."""
    members = {key: value for key, value in values.items() if key != "policy"}
    if "policy" in values:
        members["policy_document"] = json.dumps(values["policy"])
    return members
