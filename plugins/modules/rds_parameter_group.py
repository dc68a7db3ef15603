#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_parameter_group
short_description: Manage an Amazon RDS DB parameter group
version_added: 0.1.0
description:
  - Creates, changes and deletes a group of database parameters for DB instances.
  - A parameter that the family doesn't have is an error, and nothing is changed.
  - Dynamic parameters take effect at once, static ones with the next reboot of the instances.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the group.
    type: str
    required: true
  state:
    description:
      - V(present) makes the group, or changes it to what the options say.
      - V(absent) deletes it. No instance may be in it.
    type: str
    choices: [present, absent]
    default: present
  family:
    description:
      - Family of the group, such as V(postgres16). Needed to create it.
      - It can't be changed later.
    type: str
  description:
    description:
      - Description of the group. The name is taken for a new group where it isn't set.
      - It can't be changed later.
    type: str
  parameters:
    description:
      - Values of parameters by name. Parameters that are not named are left as they are, or with
        O(purge_parameters=true) taken back to their defaults.
    type: dict
  purge_parameters:
    description: Take parameters back to their defaults that were set and are not in O(parameters).
    type: bool
    default: false
seealso:
  - module: modern_data.warehouse.rds_instance
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Let the databases of a group be replicated
  modern_data.warehouse.rds_parameter_group:
    name: shop-dev-source
    family: postgres16
    description: Logical replication for change data capture
    parameters:
      rds.logical_replication: 1
      max_slot_wal_keep_size: 10240

- name: Change one parameter, the other stays
  modern_data.warehouse.rds_parameter_group:
    name: shop-dev-source
    parameters:
      max_slot_wal_keep_size: 20480

- name: Delete the group
  modern_data.warehouse.rds_parameter_group:
    name: shop-dev-source
    state: absent
"""

RETURN = r"""
parameter_group:
  description:
    - The parameter group.
    - In check mode it is what it would be.
  returned: when O(state=present)
  type: dict
  contains:
    db_parameter_group_arn:
      description: ARN of the group.
      type: str
      returned: always
      sample: arn:aws:rds:us-east-1:123456789012:pg:shop-dev-source
    db_parameter_group_family: {description: Its family., type: str, returned: when known, sample: postgres16}
    db_parameter_group_name: {description: Its name., type: str, returned: always, sample: shop-dev-source}
    description: {description: Its description., type: str, returned: when known, sample: Logical replication for change data capture}
    parameters:
      description: The parameters that were set by a user, and those of O(parameters).
      type: dict
      returned: always
      sample: {"rds.logical_replication": "1"}
    tags: {description: Its tags., type: dict, returned: always, sample: {Environment: dev}}
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.resource import Resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Setting,
    Values,
)

MOST_CHANGES = 20
"""Parameters that one call may change."""


def parameter_text(value: Any) -> str:
    """A parameter's value as RDS writes it."""
    return str(int(value)) if isinstance(value, bool) else str(value)


class ParameterGroup(Resource):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBParameterGroup.html"""

    service = "rds"
    kind = "DB parameter group"
    result = "parameter_group"
    missing_codes = ("DBParameterGroupNotFound", "DBParameterGroupNotFoundFault")
    required_to_create = ("family",)
    settings = (
        Setting("family", member="db_parameter_group_family", immutable=True),
        Setting("description", immutable=True),
        Setting("parameters"),
    )

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self.name = self.name.lower()  # as RDS keeps it
        self.named: Values = {
            name: parameter_text(value)
            for name, value in (self.params["parameters"] or {}).items()
            if value is not None
        }
        self.catalogue: dict[str, Values] = {}

    def find(self) -> Values | None:
        answer = self.api.maybe(
            "DescribeDBParameterGroups",
            missing=self.missing_codes,
            db_parameter_group_name=self.name,
        )
        if answer is None or not answer["db_parameter_groups"]:
            return None
        group = answer["db_parameter_groups"][0]
        if self.params["state"] == "absent":
            return group
        parameters = self.api.pages(
            "DescribeDBParameters", "parameters", db_parameter_group_name=self.name
        )
        self.catalogue = {parameter["parameter_name"]: parameter for parameter in parameters}
        values = {
            name: parameter["parameter_value"]
            for name, parameter in self.catalogue.items()
            if parameter.get("parameter_value") is not None
            and (parameter.get("source") == "user" or name in self.named)
        }
        return {**group, "parameters": values}

    def wanted(self, given: Values, current: Values | None) -> Values:
        given = {option: value for option, value in given.items() if value != ""}
        if "parameters" not in given:
            return given
        if current is None and "family" in given:
            self.catalogue = self.defaults(given["family"])
        for name in self.named:
            self.check_parameter(name)
        kept = {} if self.params["purge_parameters"] else (current or {}).get("parameters", {})
        return {**given, "parameters": {**kept, **self.named}}

    def check_parameter(self, name: str) -> None:
        """Refuse a parameter that doesn't exist or can't be set."""
        if not self.catalogue:
            return
        if name not in self.catalogue:
            raise self.refuse(f"parameters: its family has no parameter {name}")
        if not self.catalogue[name].get("is_modifiable", True):
            raise self.refuse(f"parameters: {name} can't be changed")

    def defaults(self, family: str) -> dict[str, Values]:
        """The parameters of a family, of which there is no group yet."""
        found: dict[str, Values] = {}
        marker = None
        while True:
            answer = self.api.call(
                "DescribeEngineDefaultParameters", db_parameter_group_family=family, marker=marker
            )["engine_defaults"]
            found |= {
                parameter["parameter_name"]: parameter
                for parameter in answer.get("parameters") or []
            }
            marker = answer.get("marker")
            if not marker:
                return found

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call(
            "CreateDBParameterGroup",
            db_parameter_group_name=self.name,
            db_parameter_group_family=wanted["family"],
            description=wanted.get("description") or self.name,
            tags=tags,
        )
        self.write(wanted.get("parameters", {}))

    def update(self, changes: Values, current: Values) -> None:
        before, after = current["parameters"], changes["parameters"]
        self.write({name: value for name, value in after.items() if before.get(name) != value})
        self.reset([name for name in before if name not in after])

    def write(self, parameters: Values) -> None:
        """Set parameters."""
        requests = [
            {**self.reference(name), "parameter_value": value}
            for name, value in sorted(parameters.items())
        ]
        self.send("ModifyDBParameterGroup", requests)

    def reset(self, names: list[str]) -> None:
        """Take parameters back to their defaults."""
        requests = [self.reference(name) for name in sorted(names)]
        self.send("ResetDBParameterGroup", requests, reset_all_parameters=False)

    def send(self, operation: str, parameters: list[Values], **request: Any) -> None:
        """Send so many parameters at a time as a call takes."""
        for start in range(0, len(parameters), MOST_CHANGES):
            self.api.call(
                operation,
                retry=("InvalidDBParameterGroupState",),
                db_parameter_group_name=self.name,
                parameters=parameters[start : start + MOST_CHANGES],
                **request,
            )

    def reference(self, name: str) -> Values:
        """A parameter, to take effect as soon as it can."""
        dynamic = self.catalogue.get(name, {}).get("apply_type") == "dynamic"
        return {
            "parameter_name": name,
            "apply_method": "immediate" if dynamic else "pending-reboot",
        }

    def delete(self, current: Values) -> None:
        self.api.call("DeleteDBParameterGroup", db_parameter_group_name=self.name)

    def arn(self, current: Values) -> str:
        return current.get("db_parameter_group_arn") or self.build_arn(f"pg:{self.name.lower()}")

    def arn_key(self) -> str:
        return "db_parameter_group_arn"

    def returned(self, current: Values) -> Values:
        return {"db_parameter_group_name": self.name, "parameters": {}, **current}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "family": {"type": "str"},
            "description": {"type": "str"},
            "parameters": {"type": "dict"},
            "purge_parameters": {"type": "bool", "default": False},
            **resource_options(),
        },
        supports_check_mode=True,
    )
    run_resource(module, ParameterGroup)


if __name__ == "__main__":
    main()
