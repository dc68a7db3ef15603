#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lakeformation_lf_tag_expression
short_description: Manage a saved LF-tag expression of AWS Lake Formation
version_added: 0.1.0
description:
  - Creates, changes and deletes an expression of LF-tags that has a name.
  - Grants that name it with M(modern_data.warehouse.lakeformation_permissions) follow when it
    changes.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the expression.
    type: str
    required: true
  expression:
    description:
      - The LF-tags. Something has to have all keys, each with one of the values.
      - Required to make it.
    type: list
    elements: dict
    suboptions:
      tag_key:
        description: Key of the LF-tag. Case does not matter.
        type: str
        required: true
      tag_values:
        description: Its values. Neither order nor case matters.
        type: list
        elements: str
        required: true
  description:
    description: What it is for.
    type: str
  state:
    description:
      - V(present) makes the expression, or changes it.
      - V(absent) deletes it, the grants on it, and the grants that name it.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: modern_data.warehouse.lakeformation_lf_tag
  - module: modern_data.warehouse.lakeformation_permissions
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: What everybody in the house may read
  modern_data.warehouse.lakeformation_lf_tag_expression:
    name: open
    description: What everybody in the house may read
    expression:
      - tag_key: sensitivity
        tag_values: [public, internal]

- name: No longer
  modern_data.warehouse.lakeformation_lf_tag_expression:
    name: open
    state: absent
"""

RETURN = r"""
lf_tag_expression:
  description:
    - The expression.
    - In check mode it is what it would be.
  returned: when O(state=present)
  type: dict
  contains:
    catalog_id: {description: Account whose catalog it is in., type: str, returned: when it exists, sample: "123456789012"}
    description: {description: What it is for., type: str, returned: when it has one, sample: What everybody in the house may read}
    expression:
      description: The LF-tags.
      type: list
      elements: dict
      returned: always
      sample: [{"tag_key": "sensitivity", "tag_values": ["internal", "public"]}]
    name: {description: Its name., type: str, returned: always, sample: open}
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_options import (
    TAG_OPTIONS,
    expression_problems,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_resources import (
    normal_expression,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.resource import Resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Setting,
    Values,
)


class LfTagExpression(Resource):
    """https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_CreateLFTagExpression.html"""

    service = "lakeformation"
    kind = "LF-tag expression"
    result = "lf_tag_expression"
    missing_codes = ("EntityNotFoundException",)
    taggable = False
    required_to_create = ("expression",)
    settings = (Setting("expression"), Setting("description"))

    def validate(self) -> None:
        expression = self.params["expression"]
        problems = [] if expression is None else [*expression_problems(expression)]
        if problems:
            raise self.refuse("; ".join(problems))

    def find(self) -> Values | None:
        found = self.api.maybe("GetLFTagExpression", missing=self.missing_codes, name=self.name)
        return found and {**found, "expression": normal_expression(found["expression"])}

    def wanted(self, given: Values, current: Values | None) -> Values:
        if "expression" not in given:
            return given
        return {**given, "expression": normal_expression(given["expression"])}

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call("CreateLFTagExpression", name=self.name, **wanted)

    def update(self, changes: Values, current: Values) -> None:
        # AWS replaces both, so what does not change is sent as it is.
        kept = {option: current.get(option) for option in ("expression", "description")}
        self.api.call("UpdateLFTagExpression", name=self.name, **{**kept, **changes})

    def delete(self, current: Values) -> None:
        self.api.call("DeleteLFTagExpression", name=self.name)

    def returned(self, current: Values) -> Values:
        return {"name": self.name, **current}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "expression": {"type": "list", "elements": "dict", "options": TAG_OPTIONS},
            "description": {"type": "str"},
            **resource_options(tags=False),
        },
        supports_check_mode=True,
    )
    run_resource(module, LfTagExpression)


if __name__ == "__main__":
    main()
