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
    description:
      - Whether the caller becomes an administrator too. Without it grants may be refused.
      - A caller in a session of a role needs C(iam:GetRole) on that role or C(iam:ListRoles), by which
        the role's path is found. Without both, the role is taken to have none.
    type: bool
    default: true
  read_only_admins:
    description:
      - ARNs of those who may see everything in the catalog and all grants, and change nothing.
      - They are added to those that there are, unless O(purge_admins=true).
    type: list
    elements: str
  purge_admins:
    description:
      - Whether administrators that are not listed are removed. Read-only ones stay when
        O(read_only_admins) is not set.
    type: bool
    default: false
  create_database_default_permissions:
    description:
      - What new databases are granted.
      - An empty list closes what is open in a new account - all that IAM allows.
    type: list
    elements: dict
    suboptions:
      principal: &principal
        description: ARN of a principal, or V(IAM_ALLOWED_PRINCIPALS).
        type: str
        required: true
      permissions:
        description: What is granted.
        type: list
        elements: str
        required: true
        choices: [ALL, ALTER, CREATE_TABLE, DESCRIBE, DROP]
  create_table_default_permissions:
    description: What new tables are granted.
    type: list
    elements: dict
    suboptions:
      principal: *principal
      permissions:
        description: What is granted.
        type: list
        elements: str
        required: true
        choices: [ALL, ALTER, DELETE, DESCRIBE, DROP, INSERT, SELECT]
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
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: New databases and tables open to nobody by IAM alone
  modern_data.warehouse.lakeformation_settings:
    admins: [arn:aws:iam::123456789012:role/platform]
    create_database_default_permissions: []
    create_table_default_permissions: []

- name: No administrator but who runs this
  modern_data.warehouse.lakeformation_settings:
    admins: []
    purge_admins: true
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
    read_only_admins:
      description: ARNs of the read-only administrators.
      type: list
      elements: str
      returned: always
      sample: ["arn:aws:iam::123456789012:role/audit"]
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
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_principals import (
    once_principals_are_known,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_resources import (
    DATABASE,
    KINDS,
    TABLE,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.principal import caller_arn

Values = dict[str, Any]

ADMINS = {"admins": "data_lake_admins", "read_only_admins": "read_only_admins"}
"""Options that are lists of principals, and the API's members."""
DEFAULTS = ("create_database_default_permissions", "create_table_default_permissions")
MOST_ADMINS = 30


def grant_options(kind: str) -> Values:
    """The option of what is granted on new resources of a kind."""
    permissions = {
        "type": "list",
        "elements": "str",
        "required": True,
        "choices": sorted(KINDS[kind].permissions),
    }
    return {
        "type": "list",
        "elements": "dict",
        "options": {
            "principal": {"type": "str", "required": True},
            "permissions": permissions,
        },
    }


def read(settings: Values) -> Values:
    """Settings of an answer as the options take them, lists in a stable order."""
    found: Values = {
        option: sorted(
            admin["data_lake_principal_identifier"] for admin in settings.get(name) or []
        )
        for option, name in ADMINS.items()
    }
    found["parameters"] = settings.get("parameters") or {}
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
    members = {**current, "parameters": wanted["parameters"]}
    for option, name in ADMINS.items():
        members[name] = [{"data_lake_principal_identifier": arn} for arn in wanted[option]]
    for name in DEFAULTS:
        members[name] = [
            {
                "principal": {"data_lake_principal_identifier": grant["principal"]},
                "permissions": grant["permissions"],
            }
            for grant in wanted[name]
        ]
    return members


def principals_of(settings: Values) -> list[str]:
    """ARNs that the settings name."""
    granted = (grant["principal"] for name in DEFAULTS for grant in settings[name])
    named = {*granted, *(arn for option in ADMINS for arn in settings[option])}
    return sorted(principal for principal in named if principal.startswith("arn:"))


def ensure(module: AnsibleAWSModule) -> Values:
    """Bring the settings to what the options say; returns the module's result.

    https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_DataLakeSettings.html
    """
    params = module.params
    api = Api(module.client("lakeformation"), "the settings of Lake Formation")
    current = api.call("GetDataLakeSettings")["data_lake_settings"]
    before = read(current)
    caller = [caller_arn(module)] if params["include_caller"] else []
    wanted = {
        "admins": [*params["admins"], *caller],
        "read_only_admins": params["read_only_admins"],
    }
    after: Values = {"parameters": {**before["parameters"], **texts(params["parameters"] or {})}}
    for option, arns in wanted.items():
        stay = [] if params["purge_admins"] and arns is not None else before[option]
        after[option] = sorted({*(arns or []), *stay})
        if len(after[option]) > MOST_ADMINS:
            raise ResourceError(
                f"{option} would be {len(after[option])}: AWS allows {MOST_ADMINS}; "
                "list fewer, or remove others with purge_admins"
            )
    for name in DEFAULTS:
        after[name] = before[name] if params[name] is None else ordered(params[name])
    changed = before != after
    if changed and not module.check_mode:
        once_principals_are_known(
            lambda: api.call("PutDataLakeSettings", data_lake_settings=write(current, after)),
            api.what,
            principals_of(after),
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
            "read_only_admins": {"type": "list", "elements": "str"},
            "purge_admins": {"type": "bool", "default": False},
            "create_database_default_permissions": grant_options(DATABASE),
            "create_table_default_permissions": grant_options(TABLE),
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
