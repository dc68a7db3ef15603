#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lakeformation_lf_tag
short_description: Manage an LF-tag of AWS Lake Formation
version_added: 0.1.0
description:
  - Creates, changes and deletes an LF-tag, which is a key with the values that it may have on
    databases, tables and columns.
  - Lake Formation keeps keys and values in lower case.
author: modern_data.warehouse contributors (@modern-data)
options:
  key:
    description: Key of the tag, of at most 128 characters.
    type: str
    required: true
    aliases: [tag_key, name]
  values:
    description:
      - Values that it may have, 1 to 1000, each of at most 256 characters. Required to make it.
      - V(*) stands for all values elsewhere, and is none.
    type: list
    elements: str
    aliases: [tag_values]
  purge_values:
    description:
      - Whether values that aren't listed are removed. AWS refuses it for a value that a database, table
        or column has.
    type: bool
    default: true
  state:
    description:
      - V(present) makes the tag, or changes its values.
      - V(absent) deletes it, and takes it from all that has it.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: modern_data.warehouse.lakeformation_permissions
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: How sensitive data are
  modern_data.warehouse.lakeformation_lf_tag:
    key: sensitivity
    values: [public, internal, personal]

- name: One more value
  modern_data.warehouse.lakeformation_lf_tag:
    key: sensitivity
    values: [secret]
    purge_values: false

- name: No longer
  modern_data.warehouse.lakeformation_lf_tag:
    key: sensitivity
    state: absent
"""

RETURN = r"""
lf_tag:
  description:
    - The tag.
    - In check mode it is what it would be.
  returned: when O(state=present)
  type: dict
  contains:
    catalog_id: {description: Account whose catalog it is in., type: str, returned: when it exists, sample: "123456789012"}
    tag_key: {description: Its key., type: str, returned: always, sample: sensitivity}
    tag_values: {description: Values that it may have., type: list, elements: str, returned: always, sample: [internal, personal, public]}
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import unordered
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.resource import Resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Setting,
    Values,
)

CONFLICTS = ("ConcurrentModificationException",)
MOST_VALUES = 1000
KEY_LENGTH = 128
VALUE_LENGTH = 256
AT_ONCE = 50
"""Values in one request."""


class LfTag(Resource):
    """https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_CreateLFTag.html"""

    service = "lakeformation"
    kind = "LF-tag"
    result = "lf_tag"
    name_option = "key"
    missing_codes = ("EntityNotFoundException",)
    taggable = False
    required_to_create = ("values",)
    settings = (Setting("values", member="tag_values", compare=unordered),)

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self.name = self.name.lower()

    def validate(self) -> None:
        values = self.params["values"]
        if values is not None and not 1 <= len(values) <= MOST_VALUES:
            raise self.refuse(f"values has {len(values)} entries: a tag has 1 to {MOST_VALUES}")
        if not 1 <= len(self.name) <= KEY_LENGTH:
            raise self.refuse(f"key has {len(self.name)} characters: it may have {KEY_LENGTH}")
        for value in values or []:
            if value == "*" or len(value) > VALUE_LENGTH:
                raise self.refuse(
                    f"values has {value!r}: a value has at most {VALUE_LENGTH} characters, and is not *"
                )

    def find(self) -> Values | None:
        return self.api.maybe("GetLFTag", missing=self.missing_codes, tag_key=self.name)

    def wanted(self, given: Values, current: Values | None) -> Values:
        if "values" not in given:
            return given
        values = {value.lower() for value in given["values"]}
        if current is not None and not self.params["purge_values"]:
            values |= set(current["tag_values"])
        return {"values": sorted(values)}

    def create(self, wanted: Values, tags: Any) -> None:
        first, rest = wanted["values"][:AT_ONCE], wanted["values"][AT_ONCE:]
        self.api.call("CreateLFTag", retry=CONFLICTS, tag_key=self.name, tag_values=first)
        self.change("tag_values_to_add", rest)

    def update(self, changes: Values, current: Values) -> None:
        wanted, has = set(changes["values"]), set(current["tag_values"])
        # A tag has one value at least, so what is new comes first.
        self.change("tag_values_to_add", sorted(wanted - has))
        self.change("tag_values_to_delete", sorted(has - wanted))

    def change(self, member: str, values: list[str]) -> None:
        """Add or delete values, as many at once as AWS takes."""
        for first in range(0, len(values), AT_ONCE):
            part = values[first : first + AT_ONCE]
            self.api.call("UpdateLFTag", retry=CONFLICTS, tag_key=self.name, **{member: part})

    def delete(self, current: Values) -> None:
        self.api.call("DeleteLFTag", retry=CONFLICTS, tag_key=self.name)

    def returned(self, current: Values) -> Values:
        return {
            "tag_key": self.name,
            **current,
            "tag_values": sorted(current.get("tag_values", [])),
        }


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "key": {
                "type": "str",
                "required": True,
                "aliases": ["tag_key", "name"],
                "no_log": False,
            },
            "values": {"type": "list", "elements": "str", "aliases": ["tag_values"]},
            "purge_values": {"type": "bool", "default": True},
            **resource_options(tags=False),
        },
        supports_check_mode=True,
    )
    run_resource(module, LfTag)


if __name__ == "__main__":
    main()
