# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who reads what: one policy at every door, and the IAM roles of its readers."""

from __future__ import annotations

from typing import Any

from ..model import Contract, Principal
from ..names import READER_TAG
from ..policies import allow, document, on_statements, on_workgroup, role, trust
from .lake_access import lake_formation
from .warehouse_access import masking, privileges, row_security

ATHENA_WORKGROUP = "primary"
_MAX_NAMED_TABLES = 50


def layer(contract: Contract) -> dict[str, Any]:
    """What the role governance makes and grants."""
    return {
        "roles": {
            principal.role_name: _reader_role(contract, principal)
            for principal in contract.principals
            if principal.role_name
        },
        # what tells the roles of all readers that there ever were from others
        "readers": {
            "name_prefix": contract.names.role(""),
            "tags": _reader_tags(contract),
            "current": [principal.arn for principal in contract.principals if principal.role_name],
            "keep": [
                *(principal.arn for principal in contract.principals if not principal.role_name),
                *contract.admins,
                *contract.unmanaged,
            ],
        },
        "lake_formation": lake_formation(contract),
        "redshift": privileges(contract),
        "row_security": row_security(contract),
        "masking": masking(contract),
        "tags": contract.tags,
    }


def _reader_role(contract: Contract, principal: Principal) -> dict[str, Any]:
    """The role may take no session tags: RedshiftDbRoles among them would choose other grants."""
    names = contract.names
    made = role(
        contract,
        principal.name or "",
        f"Reads {_summary(principal)} of {names.prefix}",
        trust({"AWS": list(principal.trusted)}),
        document(
            on_workgroup(names, "ExecuteStatement", "BatchExecuteStatement"),
            on_statements("GetStatementResult", "CancelStatement", own=True),
            # the action knows no resource; Lake Formation decides on which table it is given
            allow("UseLakeFormation", ["lakeformation:GetDataAccess"], ["*"]),
            *_reads_catalog(contract, principal),
            *_queries_lake(contract, principal),
        ),
    )
    return {**made, "tags": {**contract.tags, **_reader_tags(contract)}}


def _reader_tags(contract: Contract) -> dict[str, str]:
    return {"platform": contract.names.prefix, READER_TAG: contract.names.prefix}


def _summary(principal: Principal) -> str:
    """IAM takes 1000 characters of a description, and there may be 1000 tables."""
    tables = list(principal.grants)
    if len(tables) > 5:
        return f"{len(tables)} tables"
    return ", ".join(tables) or "nothing"


def _reads_catalog(contract: Contract, principal: Principal) -> list[dict[str, Any]]:
    names = contract.names
    database = names.as_dict()["catalog_database"]
    place = [names.arn("glue", "catalog"), names.arn("glue", f"database/{database}")]
    opened = [
        name
        for table in contract.tables
        if table.name in principal.grants
        for name in (table.name, table.changes_name)
        if name == table.name or principal.grants[table.name].changes
    ]
    # a policy has room for so many characters, and who makes tables gives them any name; Lake
    # Formation keeps to the grants in any case
    by_name = len(opened) <= _MAX_NAMED_TABLES and not principal.data_location
    tables = opened if by_name else ["*"]
    read = allow(
        "ReadCatalog",
        [
            "glue:GetDatabase",
            "glue:GetDatabases",
            "glue:GetTable",
            "glue:GetTables",
            "glue:GetPartition",
            "glue:GetPartitions",
        ],
        [*place, *(names.arn("glue", f"table/{database}/{table}") for table in tables)],
    )
    if not principal.data_location:
        return [read]
    new = [*place, names.arn("glue", f"table/{database}/*")]
    made = ["glue:CreateTable", "glue:UpdateTable", "glue:DeleteTable"]
    return [read, allow("MakeTables", made, new)]


def _queries_lake(contract: Contract, principal: Principal) -> list[dict[str, Any]]:
    """Athena, whose results are the reader's own: they hold what it has read.

    https://docs.aws.amazon.com/athena/latest/ug/querying.html
    """
    names = contract.names
    folder = f"athena/{principal.name}/"
    return [
        allow(
            "QueryLake",
            [
                "athena:StartQueryExecution",
                "athena:StopQueryExecution",
                "athena:GetQueryExecution",
                "athena:GetQueryResults",
            ],
            [names.arn("athena", f"workgroup/{ATHENA_WORKGROUP}")],
        ),
        allow(
            "KeepResults",
            [
                "s3:GetObject",
                "s3:PutObject",
                "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts",
            ],
            [names.s3_arn(f"{folder}*")],
        ),
        allow("FindBucket", ["s3:GetBucketLocation"], [names.s3_arn()]),
        allow(
            "ListResults",
            ["s3:ListBucket"],
            [names.s3_arn()],
            {"StringLike": {"s3:prefix": [f"{folder}*"]}},
        ),
    ]
