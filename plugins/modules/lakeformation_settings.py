#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lakeformation_settings
short_description: Manage the settings of AWS Lake Formation
version_added: 0.1.0
description:
  - Changes the settings that an account has once in a region.
  - AWS replaces all of them at every change. This module reads them first and sends what is there
    together with what changes, so that administrators and parameters of others stay.
author: modern_data.warehouse contributors (@modern-data)
options:
  admins:
    description:
      - ARNs of the data lake's administrators.
      - They are added to those that there are, unless O(purge_admins=true).
    type: list
    elements: str
    default: []
  include_caller:
    description: Whether the caller becomes an administrator too. Without it grants may be refused.
    type: bool
    default: true
  purge_admins:
    description: Whether administrators that are not listed are removed.
    type: bool
    default: false
  create_database_default_permissions:
    description:
      - What new databases are granted.
      - An empty list closes what is open in a new account - all that IAM allows.
    type: list
    elements: dict
    suboptions: &permissions
      principal:
        description: ARN of a principal, or V(IAM_ALLOWED_PRINCIPALS).
        type: str
        required: true
      permissions:
        description: What is granted.
        type: list
        elements: str
        required: true
  create_table_default_permissions:
    description: What new tables are granted.
    type: list
    elements: dict
    suboptions: *permissions
  parameters:
    description: Parameters by name, such as C(CROSS_ACCOUNT_VERSION); others stay as they are.
    type: dict
notes:
  - There is no C(state) - an account has these settings, always.
seealso:
  - module: modern_data.warehouse.lakeformation_permissions
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: New databases and tables open to nobody by IAM alone
  modern_data.warehouse.lakeformation_settings:
    admins: [arn:aws:iam::123456789012:role/platform]
    create_database_default_permissions: []
    create_table_default_permissions: []
"""

RETURN = r"""
settings:
  description:
    - The settings.
    - In check mode they are what they would be.
  returned: always
  type: dict
  contains:
    admins:
      description: ARNs of the administrators.
      type: list
      elements: str
      returned: always
      sample: ["arn:aws:iam::123456789012:role/platform"]
    create_database_default_permissions:
      description: What new databases are granted.
      type: list
      elements: dict
      returned: always
      sample: []
    create_table_default_permissions:
      description: What new tables are granted.
      type: list
      elements: dict
      returned: always
      sample: []
    parameters:
      description: Parameters by name.
      type: dict
      returned: always
      sample: {"CROSS_ACCOUNT_VERSION": "4"}
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.api import Api
from ansible_collections.modern_data.warehouse.plugins.module_utils.errors import ResourceError
from ansible_collections.modern_data.warehouse.plugins.module_utils.principal import caller_arn
from ansible_collections.modern_data.warehouse.plugins.module_utils.role_propagation import (
    once_role_is_known,
)

Values = dict[str, Any]

DEFAULTS = ("create_database_default_permissions", "create_table_default_permissions")
MOST_ADMINS = 30
GRANT_OPTIONS: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "principal": {"type": "str", "required": True},
        "permissions": {"type": "list", "elements": "str", "required": True},
    },
}


def read(settings: Values) -> Values:
    """Settings of an answer as the options take them, lists in a stable order."""
    found: Values = {
        "admins": sorted(
            admin["data_lake_principal_identifier"]
            for admin in settings.get("data_lake_admins") or []
        ),
        "parameters": settings.get("parameters") or {},
    }
    for name in DEFAULTS:
        found[name] = ordered(
            {
                "principal": grant["principal"]["data_lake_principal_identifier"],
                "permissions": grant["permissions"],
            }
            for grant in settings.get(name) or []
        )
    return found


def texts(parameters: Values) -> Values:
    """Parameters as AWS keeps them."""
    return {name: str(value) for name, value in parameters.items()}


def ordered(grants: Any) -> list[Values]:
    """Default permissions in a stable order."""
    found = [{**grant, "permissions": sorted(grant["permissions"])} for grant in grants]
    return sorted(found, key=lambda grant: str(grant["principal"]))


def write(current: Values, wanted: Values) -> Values:
    """The whole settings to send: what there is, with what is wanted laid over it."""
    members = {
        **current,
        "data_lake_admins": [{"data_lake_principal_identifier": arn} for arn in wanted["admins"]],
        "parameters": wanted["parameters"],
    }
    for name in DEFAULTS:
        members[name] = [
            {
                "principal": {"data_lake_principal_identifier": grant["principal"]},
                "permissions": grant["permissions"],
            }
            for grant in wanted[name]
        ]
    return members


def ensure(module: AnsibleAWSModule) -> Values:
    """Bring the settings to what the options say; returns the module's result.

    https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_DataLakeSettings.html
    """
    params = module.params
    api = Api(module.client("lakeformation"), "the settings of Lake Formation")
    current = api.call("GetDataLakeSettings")["data_lake_settings"]
    before = read(current)
    admins = {*params["admins"], *([caller_arn(module)] if params["include_caller"] else [])}
    after = {
        "admins": sorted(admins if params["purge_admins"] else admins | {*before["admins"]}),
        "parameters": {**before["parameters"], **texts(params["parameters"] or {})},
    }
    for name in DEFAULTS:
        after[name] = before[name] if params[name] is None else ordered(params[name])
    if len(after["admins"]) > MOST_ADMINS:
        raise ResourceError(
            f"admins would be {len(after['admins'])}: AWS allows {MOST_ADMINS}; "
            "list fewer, or remove others with purge_admins"
        )
    changed = before != after
    if changed and not module.check_mode:
        once_role_is_known(
            lambda: api.call("PutDataLakeSettings", data_lake_settings=write(current, after)),
            ("Invalid principal",),
            api.what,
        )
    result: Values = {"changed": changed, "settings": after}
    if module._diff:
        result["diff"] = {"before": before, "after": after}
    return result


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "admins": {"type": "list", "elements": "str", "default": []},
            "include_caller": {"type": "bool", "default": True},
            "purge_admins": {"type": "bool", "default": False},
            "create_database_default_permissions": GRANT_OPTIONS,
            "create_table_default_permissions": GRANT_OPTIONS,
            "parameters": {"type": "dict"},
        },
        supports_check_mode=True,
    )
    try:
        result = ensure(module)
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
