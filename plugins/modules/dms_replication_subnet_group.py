#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_replication_subnet_group
short_description: Manage a replication subnet group of AWS Database Migration Service
version_added: 0.1.0
description:
  - Creates, changes and deletes a replication subnet group.
  - AWS needs the role C(dms-vpc-role) in the account to make one.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Name of the group; AWS keeps it in lower case.
    type: str
    required: true
    aliases: [name, replication_subnet_group_identifier]
  state:
    description:
      - V(present) makes the group, or changes it to what the options say.
      - V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  description:
    description: What the group is for. Required to make it.
    type: str
  subnet_ids:
    description:
      - IDs of its subnets, in at least two availability zones.
      - The list replaces the one that the group has. Required to make it.
    type: list
    elements: str
seealso:
  - module: modern_data.warehouse.dms_replication_instance
  - module: modern_data.warehouse.dms_replication_subnet_group_info
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Find the private subnets
  amazon.aws.ec2_vpc_subnet_info:
    filters:
      "tag:Tier": private
  register: found

- name: A group of them
  modern_data.warehouse.dms_replication_subnet_group:
    identifier: shop-dev-private
    description: Private subnets of the shop
    subnet_ids: "{{ found.subnets | map(attribute='subnet_id') }}"

- name: Delete it
  modern_data.warehouse.dms_replication_subnet_group:
    identifier: shop-dev-private
    state: absent
"""

RETURN = r"""
replication_subnet_group:
  description:
    - The group.
    - In check mode it is what it would be.
  returned: when O(state=present)
  type: dict
  contains:
    is_read_only: {description: Whether it is another service's and can't be changed., type: bool, returned: when AWS tells it, sample: false}
    replication_subnet_group_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: arn:aws:dms:us-east-1:123456789012:subgrp:shop-dev-ingestion
    replication_subnet_group_description:
      description: What it is for.
      type: str
      returned: when known
      sample: Private subnets of the shop
    replication_subnet_group_identifier:
      description: Its name.
      type: str
      returned: always
      sample: shop-dev-ingestion
    subnet_group_status: {description: Its status., type: str, returned: when it exists, sample: Complete}
    subnets:
      description: Its subnets.
      type: list
      elements: dict
      returned: when it exists
      sample: [{"subnet_identifier": "subnet-0123456789abcdef0", "subnet_status": "Active"}]
    supported_network_types: {description: Internet protocols of its subnets., type: list, elements: str, returned: when AWS tells them, sample: [IPV4]}
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Environment": "dev"}
    vpc_id:
      description: VPC of its subnets.
      type: str
      returned: when it exists
      sample: vpc-0123456789abcdef0
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import unordered
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms import DmsResource
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.role_propagation import (
    once_role_is_known,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Setting,
    Values,
)

LEAST_SUBNETS = 2


class SubnetGroup(DmsResource):
    """https://docs.aws.amazon.com/dms/latest/APIReference/API_ReplicationSubnetGroup.html"""

    kind = "DMS replication subnet group"
    result = "replication_subnet_group"
    required_to_create = ("description", "subnet_ids")
    identifier_pattern = r"(?!default$)[a-z0-9._-]{1,255}"
    identifier_rule = "1 to 255 letters, digits, periods, underscores and hyphens, and not default"
    settings = (
        Setting("description", member="replication_subnet_group_description"),
        Setting(
            "subnet_ids",
            read=lambda group: [s["subnet_identifier"] for s in group.get("subnets") or []],
            compare=unordered,
        ),
    )

    def validate(self) -> None:
        super().validate()
        subnets = self.params["subnet_ids"]
        if subnets is not None and len(set(subnets)) < LEAST_SUBNETS:
            raise self.refuse(
                f"subnet_ids names {len(set(subnets))}: it must name at least {LEAST_SUBNETS}, in "
                "different availability zones"
            )

    def find(self) -> Values | None:
        found = self.described(
            "DescribeReplicationSubnetGroups",
            "replication_subnet_groups",
            "replication-subnet-group-id",
        )
        return found and {**found, "replication_subnet_group_arn": self.arn({})}

    def create(self, wanted: Values, tags: Any) -> None:
        def call() -> None:
            self.api.call(
                "CreateReplicationSubnetGroup",
                replication_subnet_group_identifier=self.name,
                tags=tags,
                **self.request(wanted),
            )

        once_role_is_known(call, ("dms-vpc-role",), self.what)

    def update(self, changes: Values, current: Values) -> None:
        # AWS wants the subnets at every change.
        members = self.request(changes)
        members.setdefault(
            "subnet_ids", [subnet["subnet_identifier"] for subnet in current["subnets"]]
        )
        self.api.call(
            "ModifyReplicationSubnetGroup",
            replication_subnet_group_identifier=self.name,
            **members,
        )

    def returned(self, current: Values) -> Values:
        # Check mode foretells what the request says; the answer says it otherwise.
        shown = super().returned(current)
        if ids := shown.pop("subnet_ids", None):
            shown["subnets"] = [{"subnet_identifier": each} for each in ids]
        return shown

    def delete(self, current: Values) -> None:
        self.api.call("DeleteReplicationSubnetGroup", replication_subnet_group_identifier=self.name)

    def arn(self, current: Values) -> str:
        return self.build_arn(f"subgrp:{self.name}")


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "identifier": {
                "type": "str",
                "required": True,
                "aliases": ["name", "replication_subnet_group_identifier"],
            },
            "description": {"type": "str"},
            "subnet_ids": {"type": "list", "elements": "str"},
            **resource_options(),
        },
        supports_check_mode=True,
    )
    run_resource(module, SubnetGroup)


if __name__ == "__main__":
    main()
