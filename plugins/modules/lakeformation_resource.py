#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lakeformation_resource
short_description: Register a location with AWS Lake Formation
version_added: 0.1.0
description:
  - Registers a path of S3, changes its registration, and takes it back.
author: modern_data.warehouse contributors (@modern-data)
options:
  resource_arn:
    description: ARN of the location, such as V(arn:aws:s3:::bucket/raw).
    type: str
    required: true
  state:
    description:
      - V(present) registers the location, or changes its registration.
      - V(absent) takes the registration back; the data stay.
    type: str
    choices: [present, absent]
    default: present
  role_arn:
    description:
      - ARN of the role with which Lake Formation reads the location.
      - Without it, its service-linked role is used.
    type: str
  hybrid_access_enabled:
    description: Whether principals that did not opt in still come by IAM alone.
    type: bool
seealso:
  - module: modern_data.warehouse.lakeformation_permissions
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Register the landed files, read with a role of their own
  modern_data.warehouse.lakeformation_resource:
    resource_arn: arn:aws:s3:::shop-dev-landing/raw
    role_arn: arn:aws:iam::123456789012:role/shop-dev-lake
    hybrid_access_enabled: false

- name: Take the registration back; the files stay
  modern_data.warehouse.lakeformation_resource:
    resource_arn: arn:aws:s3:::shop-dev-landing/raw
    state: absent
"""

RETURN = r"""
resource:
  description:
    - The registration.
    - In check mode it is what it would be.
  returned: when O(state=present)
  type: dict
  contains:
    expected_resource_owner_account: {description: Account of the tables that lie there., type: str, returned: when it is set, sample: "123456789012"}
    hybrid_access_enabled:
      description: Whether IAM alone still opens it.
      type: bool
      returned: when known
      sample: false
    last_modified: {description: When it was changed last., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    resource_arn:
      description: ARN of the location.
      type: str
      returned: always
      sample: arn:aws:s3:::shop-dev-landing/raw
    role_arn:
      description: Role with which it is read.
      type: str
      returned: when known
      sample: arn:aws:iam::123456789012:role/shop-dev-lake
    verification_status: {description: Whether its role reaches it., type: str, returned: when AWS tells it, sample: VERIFIED}
    with_federation: {description: Whether it is a federated one., type: bool, returned: when AWS tells it, sample: false}
    with_privileged_access: {description: Whether who registered it may do everything there., type: bool, returned: when AWS tells it, sample: false}
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

KEPT = (
    "role_arn",
    "hybrid_access_enabled",
    "with_federation",
    "expected_resource_owner_account",
)


class Location(Resource):
    """https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_RegisterResource.html"""

    service = "lakeformation"
    kind = "Lake Formation location"
    result = "resource"
    name_option = "resource_arn"
    missing_codes = ("EntityNotFoundException",)
    taggable = False
    settings = (
        Setting("role_arn"),
        Setting("hybrid_access_enabled", read=lambda r: bool(r.get("hybrid_access_enabled"))),
    )

    def validate(self) -> None:
        if not self.name.startswith("arn:") or ":s3:::" not in self.name:
            raise self.refuse("resource_arn must be the ARN of a bucket or of a path in one")

    def find(self) -> Values | None:
        answer = self.api.maybe(
            "DescribeResource", missing=self.missing_codes, resource_arn=self.name
        )
        return answer and answer["resource_info"]

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call(
            "RegisterResource",
            resource_arn=self.name,
            use_service_linked_role="role_arn" not in wanted,
            **wanted,
        )

    def update(self, changes: Values, current: Values) -> None:
        # AWS wants the role at every change, and resets what is not sent. An older botocore lacks the last.
        kept = {member: current[member] for member in KEPT if member in current}
        self.api.call("UpdateResource", resource_arn=self.name, **{**kept, **changes})

    def delete(self, current: Values) -> None:
        self.api.call("DeregisterResource", resource_arn=self.name)

    def arn(self, current: Values) -> str:
        return self.name


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "resource_arn": {"type": "str", "required": True},
            "role_arn": {"type": "str"},
            "hybrid_access_enabled": {"type": "bool"},
            **resource_options(tags=False),
        },
        supports_check_mode=True,
    )
    run_resource(module, Location)


if __name__ == "__main__":
    main()
