"""An account in which everything is granted as the contract says, in the words of its answers."""

from __future__ import annotations

import json

from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_policies import (
    policy_of,
)


def facts_of(derived):
    governance = derived["governance"]
    lake = governance["lake_formation"]
    layers = ("ingestion", "catalog", "warehouse", "orchestration", "governance")
    roles = [role for layer in layers for role in derived[layer]["roles"].values()]
    return {
        "caller": "arn:aws:iam::123456789012:user/administrator",
        "grants": list(lake["grants"]),
        "filters": [
            {
                "table_name": one["table"],
                "name": one["name"],
                "row_filter": one["row_filter"],
                "column_names": one["column_names"],
            }
            for one in lake["filters"]
        ],
        "warehouse": {
            "user_roles": [
                {"user_name": user["name"], "role_name": role}
                for user in governance["redshift"]["users"]
                for role in user["roles"]
            ],
            "role_roles": [],
            "schemas": list(_schemas(governance["redshift"]["grants"])),
            "relations": [],
            "columns": list(_columns(governance["redshift"]["grants"])),
            "ignoring": [{"identity_name": "warehouse_load", "identity_type": "role"}],
            "iam": [
                {"identity_type": "role", "identity_name": "warehouse_load"},
            ],
            **_policies(governance),
        },
        "bucket": derived["landing_zone"]["policy"],
        "roles": {
            role["name"]: {
                "trust": role["assume_role_policy"],
                "policies": [role["policy"]],
                "managed": [],
            }
            for role in roles
        },
    }


def role(name):
    return {"identity_type": "role", "identity_name": name}


def _schemas(grants):
    for grant in grants:
        if grant["privileges"] == ["USAGE"]:
            yield {
                **role(grant["role"]),
                "namespace_name": grant["schema"],
                "privilege_type": "USAGE",
            }


def _columns(grants):
    for grant in grants:
        for table in grant.get("tables", ()):
            for column in grant["columns"]:
                yield {
                    **role(grant["role"]),
                    "namespace_name": grant["schema"],
                    "relation_name": table,
                    "column_name": column,
                    "privilege_type": "SELECT",
                }


def _policies(governance):
    rows = {one["name"]: policy_of("RLS", one, "columns")[0] for one in _rows(governance)}
    masks = {
        one["name"]: policy_of("MASKING", one, "input")[0]
        for one in governance["masking"]["policies"]
    }
    return {
        "secured": [
            {"relschema": schema, "relname": table}
            for schema, table in {(one["schema"], one["table"]) for one in _rows(governance)}
        ],
        "row_policies": [
            {"polname": one.name, "polqual": f"({one.using})::boolean"} for one in rows.values()
        ],
        "row_attachments": [
            {
                "relschema": one["schema"],
                "relname": one["table"],
                "polname": rows[one["name"]].name,
                "grantee": one["role"],
                "granteekind": "role",
            }
            for one in _rows(governance)
        ],
        "mask_policies": [
            {"policy_name": one.name, "policy_expression": json.dumps([{"expr": one.using}])}
            for one in masks.values()
        ],
        "mask_attachments": [
            {
                "policy_name": masks[one["policy"]].name,
                "schema_name": one["schema"],
                "table_name": one["table"],
                "grantee": one["role"],
                "grantee_type": "role",
                "priority": one["priority"],
                "output_columns": f'["{one["column"]}"]',
            }
            for one in governance["masking"]["attachments"]
        ],
    }


def _rows(governance):
    return governance["row_security"]["policies"]
