"""Two policies of access.yml, and what the engines hold once one of them is in force."""

from __future__ import annotations

import yaml

from demo.aws import client
from tests.site import endpoint
from tests.site.playbooks import ROOT

ACCESS = ROOT / "inventories/sandbox/group_vars/all/access.yml"
SHIPPED = yaml.safe_load(ACCESS.read_text())["principals"]
TRUSTED = ["arn:aws:iam::123456789012:root"]
WIDER = [
    {
        "name": "analyst",
        "trusted": TRUSTED,
        "tables": {"orders": {"columns": ["order_id", "status"], "changes": True}},
    },
    {
        "name": "support",
        "trusted": TRUSTED,
        "tables": {"customers": {"columns": ["customer_id"], "mask": {"email": "hash"}}},
    },
    {
        "name": "writer",
        "trusted": TRUSTED,
        "data_location": True,
        "tables": {"order_items": {}},
    },
]
"""Other columns and masks, no filter, a principal more and one less."""

STATE = (
    "SELECT identity_name, relation_name, privilege_type FROM svv_relation_privileges"
    " WHERE namespace_name = 'analytics'",
    "SELECT identity_name, relation_name, column_name, privilege_type FROM svv_column_privileges"
    " WHERE namespace_name = 'analytics'",
    # a role without privileges opens nothing to who still has it
    "SELECT user_name, role_name FROM svv_user_grants WHERE role_name IN"
    " (SELECT identity_name FROM svv_column_privileges WHERE namespace_name = 'analytics')",
    "SELECT relname, polname, grantee FROM svv_rls_attached_policy",
    "SELECT polname, polqual FROM svv_rls_policy",
    "SELECT policy_name, table_name, input_columns, grantee, priority"
    " FROM svv_attached_masking_policy",
    "SELECT policy_name, policy_expression FROM svv_masking_policy",
)


def opened() -> list[list[str]]:
    """What both engines hold of grants, filters, policies and masks."""
    lake = client("lakeformation")
    # it has no paginator in botocore
    page = lake.list_permissions(MaxResults=1000)
    assert "NextToken" not in page
    grants = [
        str((one["Principal"], resource, permission))
        for one in page["PrincipalResourcePermissions"]
        for resource in _single_columns(one["Resource"])
        for permission in one["Permissions"]
    ]
    filters = [
        str((one["TableName"], one["Name"], one["RowFilter"], one.get("ColumnNames")))
        for page in lake.get_paginator("list_data_cells_filter").paginate()
        for one in page["DataCellsFilters"]
    ]
    warehouse = [[str(row) for row in endpoint.query(sql)] for sql in STATE]
    return [sorted(each) for each in (grants, filters, *warehouse)]


def _single_columns(resource: dict) -> list[dict]:
    """A resource of Lake Formation; one for each column where it has a list of them."""
    table = resource.get("TableWithColumns", {})
    if "ColumnNames" not in table:
        return [resource]
    names = table["ColumnNames"]
    return [{"TableWithColumns": {**table, "ColumnNames": [name]}} for name in names]
