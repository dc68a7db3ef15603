# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who reads which columns: one policy, in Lake Formation and in Redshift."""

from __future__ import annotations

from typing import Any

from ..model import LOADER_ROLE, Contract, Principal, Table, database_identity
from ..policies import allow, document, on_statements, on_workgroup, role, trust
from ..sql import render, render_steps

_BOOKKEEPING = ("_seq", "_loaded_at")


def layer(contract: Contract) -> dict[str, Any]:
    """What the role governance makes and grants."""
    return {
        "roles": {
            principal.role_name: _reader_role(contract, principal)
            for principal in contract.principals
            if principal.role_name
        },
        "lake_formation": {
            "database": contract.names.as_dict()["catalog_database"],
            "tables": [table.name for table in contract.tables],
            "grants": _grants(contract),
            # what the crawler may do is the catalog's to say
            "unmanaged": [contract.names.role_arn("crawler"), *contract.unmanaged],
        },
        "redshift": {
            "privileges": _privileges(contract),
            "surplus": _surplus(contract),
            "steps": _steps(contract),
        },
        "tags": contract.tags,
    }


def _grants(contract: Contract) -> list[dict[str, Any]]:
    database = contract.names.as_dict()["catalog_database"]
    grants: list[dict[str, Any]] = []
    for principal in contract.principals:
        if principal.grants:
            grants.append(
                {
                    "principal": principal.arn,
                    "resource": {"database": {"name": database}},
                    "permissions": ["DESCRIBE"],
                }
            )
        grants += [
            {
                "principal": principal.arn,
                "resource": {
                    "table_with_columns": {
                        "database_name": database,
                        "name": table,
                        "column_names": list(columns),
                    }
                },
                "permissions": ["SELECT"],
            }
            for table, columns in principal.grants.items()
        ]
    return grants


def _privileges(contract: Contract) -> list[dict[str, Any]]:
    schema = contract.names.as_dict()["schema"]
    return [
        {
            "role": principal.database_role,
            "user": principal.database_user,
            "schema": schema,
            "tables": [
                {"name": name, "columns": list(columns), "privileges": ["SELECT"]}
                for name, columns in principal.grants.items()
            ],
        }
        for principal in contract.principals
    ]


def _surplus(contract: Contract) -> str:
    """The query whose rows are the REVOKEs for those whom the policy does not know."""
    unmanaged = [database_identity(arn) for arn in contract.unmanaged]
    [query] = render(
        "bootstrap/surplus.sql.j2",
        schema=contract.names.as_dict()["schema"],
        tables=[table.name for table in contract.tables],
        roles=[
            LOADER_ROLE,
            *(principal.database_role for principal in contract.principals),
            *(role for _user, role in unmanaged),
        ],
        users=[user for user, _role in unmanaged],
    )
    return query


def _steps(contract: Contract) -> list[dict[str, str]]:
    schema = contract.names.as_dict()["schema"]
    steps = []
    for principal in contract.principals:
        steps += render_steps(
            "bootstrap/role.sql.j2",
            role=principal.database_role,
            user=principal.database_user,
            schemas=[schema],
        )
        for table in contract.tables:
            steps += _table_steps(schema, principal, table)
    return steps


def _table_steps(schema: str, principal: Principal, table: Table) -> list[dict[str, str]]:
    granted = principal.grants.get(table.name, ())
    every = (*(column.name for column in table.columns), *_BOOKKEEPING)
    return render_steps(
        "bootstrap/reader.sql.j2",
        role=principal.database_role,
        schema=schema,
        table=table.name,
        columns=list(granted),
        hidden=[name for name in every if name not in granted],
    )


def _reader_role(contract: Contract, principal: Principal) -> dict[str, Any]:
    """The role may take no session tags: RedshiftDbRoles among them would choose other grants."""
    names = contract.names
    database = names.as_dict()["catalog_database"]
    purpose = (principal.role_name or "").removeprefix(f"{names.prefix}-")
    return role(
        contract,
        purpose,
        f"Reads {', '.join(principal.grants) or 'nothing'} of {names.prefix}",
        trust({"AWS": list(principal.trusted)}),
        document(
            allow(
                "Query",
                ["redshift-data:ExecuteStatement", "redshift-data:BatchExecuteStatement"],
                [names.arn("redshift-serverless", "workgroup/*")],
            ),
            on_workgroup(names),
            on_statements(own=True),
            allow("UseLakeFormation", ["lakeformation:GetDataAccess"], ["*"]),
            allow(
                "ReadCatalog",
                [
                    "glue:GetDatabase",
                    "glue:GetDatabases",
                    "glue:GetTable",
                    "glue:GetTables",
                    "glue:GetPartitions",
                ],
                [
                    names.arn("glue", "catalog"),
                    names.arn("glue", f"database/{database}"),
                    *(names.arn("glue", f"table/{database}/{table}") for table in principal.grants),
                ],
            ),
        ),
    )
