#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lakeformation_permissions_info
short_description: List permissions of AWS Lake Formation
version_added: 0.1.0
description:
  - Tells what is granted, as far as the caller may see it, in the form in which
    M(modern_data.warehouse.lakeformation_permissions) takes it.
author: modern_data.warehouse contributors (@modern-data)
options:
  principal:
    description:
      - ARN of an IAM role or user, or V(IAM_ALLOWED_PRINCIPALS). Without it, everybody's grants.
      - Without O(resource) all grants of the catalog are read for it, since AWS does not list by
        principal alone.
    type: str
  resource_type:
    description: Only grants on one kind of resource. V(table) stands for columns too.
    type: str
    choices:
      - catalog
      - data_cells_filter
      - data_location
      - database
      - lf_tag
      - lf_tag_expression
      - lf_tag_policy
      - table
  effective:
    description:
      - Whether to tell all that lets O(principal) do something with O(resource), also grants on all
        tables and on LF-tags. Needs both.
      - Otherwise only grants that name the resource are told.
    type: bool
    default: false
  include_related:
    description:
      - Whether to tell the grants on data cells filters of a table too.
      - Goes with the table of O(resource), and not with O(effective=true).
    type: bool
    default: false
  catalog_id:
    description: The catalog, when it is not that of the caller's account.
    type: str
seealso:
  - module: modern_data.warehouse.lakeformation_permissions
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
  - modern_data.warehouse.lakeformation.resource
"""

EXAMPLES = r"""
- name: All that a role may do
  modern_data.warehouse.lakeformation_permissions_info:
    principal: arn:aws:iam::123456789012:role/shop-dev-analyst
  register: held

- name: Give it to another role
  modern_data.warehouse.lakeformation_permissions:
    grants: "{{ held.grants | map('combine', {'principal': 'arn:aws:iam::123456789012:role/shop-dev-auditor'}) }}"

- name: Who may do what with a table
  modern_data.warehouse.lakeformation_permissions_info:
    resource: {table: {database_name: analytics_db, name: orders}}
    include_related: true

- name: Grants on LF-tags
  modern_data.warehouse.lakeformation_permissions_info:
    resource_type: lf_tag_policy
"""

RETURN = r"""
grants:
  description: The grants; an empty list when there is none, or no such resource.
  returned: always
  type: list
  elements: dict
  contains:
    principal: {description: Who holds it., type: str, returned: always, sample: "arn:aws:iam::123456789012:role/shop-dev-analyst"}
    permissions: {description: What it may do., type: list, elements: str, returned: always, sample: [SELECT]}
    permissions_with_grant_option: {description: What of it the principal may grant to others., type: list, elements: str, returned: always, sample: []}
    resource:
      description: What it may do it with; one key, which is the kind of the resource.
      type: dict
      returned: always
      sample: {"table_with_columns": {"database_name": "analytics_db", "name": "orders", "column_names": ["order_id"]}}
    condition: {description: Under which condition., type: str, returned: when there is one, sample: "context.iam.principalTags[\"team\"] == \"sales\""}
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.api import Api
from ansible_collections.modern_data.warehouse.plugins.module_utils.errors import ResourceError
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_grants import (
    Atom,
    options_of,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_listing import (
    Listings,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_options import (
    RESOURCE_OPTIONS,
    wanted_thing,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_resources import (
    ALL_PARTS,
    ALL_TABLES,
    KINDS,
    LF_TAG,
    TABLE,
    Thing,
    Values,
)


def find(module: AnsibleAWSModule) -> Values:
    """The module's result."""
    params = module.params
    asked = params["resource"] and wanted_thing(params["resource"], "resource")
    check(params, asked and asked[0])
    api = Api(module.client("lakeformation"), "the grants of Lake Formation")
    listings = Listings(module, api, params["catalog_id"])
    found = atoms(params, listings, asked)
    if listings.unknown:
        kinds = ", ".join(sorted(listings.unknown))
        module.warn(f"Grants on {kinds} are left out: this module does not know such resources")
    return {"changed": False, "grants": options_of(found)}


def check(params: Values, thing: Thing | None) -> None:
    """Refuse options that do not go together."""
    if params["effective"] and not (params["principal"] and thing):
        raise ResourceError("effective needs principal and resource")
    table = thing is not None and thing.kind == TABLE and thing.names[1] != ALL_TABLES
    if params["include_related"] and (params["effective"] or not table):
        raise ResourceError("include_related goes with resource.table, and not with effective")


def atoms(params: Values, listings: Listings, asked: tuple[Thing, list[str]] | None) -> set[Atom]:
    """What is granted, of what the options ask for."""
    principal, kind = params["principal"], params["resource_type"]
    if asked is None:
        found = listings.on_kind(kind) if kind else listings.on_everything()
    else:
        thing, parts = asked
        if params["effective"]:
            return listings.in_effect(principal, thing, parts)
        if params["include_related"]:
            found = listings.on_table_and_filters(thing)
        else:
            found = listings.on_things([thing])
        if thing.kind == LF_TAG and parts != [ALL_PARTS]:
            found = {atom for atom in found if atom.part in parts}
    return {atom for atom in found if principal in (None, atom.principal)}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "principal": {"type": "str"},
            "resource": {"type": "dict", "options": RESOURCE_OPTIONS},
            "resource_type": {"type": "str", "choices": sorted(KINDS)},
            "effective": {"type": "bool", "default": False},
            "include_related": {"type": "bool", "default": False},
            "catalog_id": {"type": "str"},
        },
        mutually_exclusive=[("resource", "resource_type")],
        supports_check_mode=True,
    )
    try:
        result = find(module)
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
