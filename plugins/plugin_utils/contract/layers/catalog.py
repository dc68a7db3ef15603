# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data catalog: what lies in the bucket, declared from the contract.

Of each table there are two: the rows as the warehouse has them, as they were published last, and
the change log as DMS lands it, which a crawler keeps.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from ..identifiers import CHANGES
from ..model import Contract, Table
from ..policies import allow, document, role, service_trust
from ..published import UNPUBLISHED, published_columns

# Columns change rarely, and a crawl reads every file; the load doesn't wait for the catalog.
_DAILY = "cron(15 3 * * ? *)"

_PARQUET = {
    "input_format": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "output_format": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "serde_info": {
        "serialization_library": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "parameters": {"serialization.format": "1"},
    },
}


def layer(contract: Contract) -> dict[str, Any]:
    """What the role catalog makes, with Lake Formation's settings and location."""
    names = contract.names
    named = names.as_dict()
    return {
        "database": {
            "name": named["catalog_database"],
            "description": f"Current rows and landed changes of {names.prefix}",
            # else IAM alone would open each new table
            "create_table_default_permissions": [],
        },
        "tables": [
            declared(contract, table)
            for table in contract.tables
            for declared in (current_table, _changes_table)
        ],
        "crawler": _crawler(contract),
        "roles": {"crawler": _crawler_role(contract), "lake": _lake_role(contract)},
        "lake_formation": {
            "admins": list(contract.admins),
            "locations": [
                {
                    "resource_arn": names.s3_arn(prefix),
                    "role_arn": names.role_arn("lake"),
                    "hybrid_access_enabled": False,
                }
                for prefix in ("raw", "current")
            ],
            "grants": _crawler_grants(contract) + _admin_grants(contract),
            # the crawler kept them while they were the change log
            "revoked": _crawler_permissions(contract, [table.name for table in contract.tables]),
        },
        "tags": contract.tags,
    }


def captured_columns(table: Table) -> list[dict[str, str]]:
    """The columns of a landed file, in its order, as the catalog names and types them."""
    text = "string"
    return [
        {"name": "op", "type": text},
        {"name": "dms_ts", "type": text},
        *({"name": column.name, "type": column.type.glue} for column in table.columns),
        {"name": "dms_seq", "type": text},
        *({"name": f"bi_{column.name}", "type": column.type.glue} for column in table.key),
    ]


def changes_columns(table: Table, columns: Collection[str]) -> list[str]:
    """Those of the columns of changes that tell of some of the table's own, and no other."""
    seen = {"op", "dms_ts", "dms_seq", *columns, *(f"bi_{name}" for name in columns)}
    return [one["name"] for one in captured_columns(table) if one["name"] in seen]


def current_table(contract: Contract, table: Table) -> dict[str, Any]:
    """The rows as they were published last, at first none: publications move the location on."""
    folder = f"s3://{contract.names.bucket}/{table.current_prefix}"
    return {
        "name": table.name,
        "description": f"Current rows of {table.source}",
        "table_type": "EXTERNAL_TABLE",
        "parameters": {"classification": "parquet", "EXTERNAL": "TRUE"},
        "storage_descriptor": {
            "columns": [
                {"name": column.name, "type": column.type} for column in published_columns(table)
            ],
            "location": f"{folder}{UNPUBLISHED}/",
            **_PARQUET,
        },
        "keep_location_below": folder,
        # before there were current rows the change log had this name
        "purge_columns": True,
    }


def _changes_table(contract: Contract, table: Table) -> dict[str, Any]:
    return {
        "name": table.changes_name,
        "description": f"Changes of {table.source}",
        "table_type": "EXTERNAL_TABLE",
        "parameters": {"classification": "parquet", "EXTERNAL": "TRUE"},
        "storage_descriptor": {
            "columns": captured_columns(table),
            "location": f"s3://{contract.names.bucket}/{table.prefix}",
            **_PARQUET,
        },
    }


def _crawler(contract: Contract) -> dict[str, Any]:
    named = contract.names.as_dict()
    return {
        "name": named["crawler"],
        "role": named["roles"]["crawler"],
        "targets": {
            "catalog_targets": [
                {
                    "database_name": named["catalog_database"],
                    "tables": [table.changes_name for table in contract.tables],
                }
            ]
        },
        # A deleted table would take its grants along.
        "schema_change_policy": {
            "update_behavior": "UPDATE_IN_DATABASE",
            "delete_behavior": "LOG",
        },
        "recrawl_policy": {"recrawl_behavior": "CRAWL_EVERYTHING"},
        "schedule": _DAILY,
        "lake_formation_configuration": {"use_lake_formation_credentials": False},
        "configuration": json.dumps(
            {
                "Version": 1.0,
                "CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}},
                "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"},
            }
        ),
    }


def _crawler_role(contract: Contract) -> dict[str, Any]:
    names = contract.names
    database = names.as_dict()["catalog_database"]
    return role(
        contract,
        "crawler",
        "The crawler reads landed files and keeps the catalog's tables",
        service_trust("glue.amazonaws.com"),
        document(
            allow("ReadRaw", ["s3:GetObject"], [names.s3_arn("raw/*")]),
            allow("ListBucket", ["s3:ListBucket", "s3:GetBucketLocation"], [names.s3_arn()]),
            allow(
                "KeepTables",
                [
                    "glue:GetDatabase",
                    "glue:GetTable",
                    "glue:GetTables",
                    "glue:UpdateTable",
                    "glue:GetPartition",
                    "glue:GetPartitions",
                    "glue:BatchGetPartition",
                ],
                [
                    names.arn("glue", "catalog"),
                    names.arn("glue", f"database/{database}"),
                    names.arn("glue", f"table/{database}/*{CHANGES}"),
                ],
            ),
            allow("UseLakeFormation", ["lakeformation:GetDataAccess"], ["*"]),
            allow(
                "WriteLogs",
                ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                [names.arn("logs", "log-group:/aws-glue/crawlers*")],
            ),
        ),
    )


def _lake_role(contract: Contract) -> dict[str, Any]:
    names = contract.names
    return role(
        contract,
        "lake",
        "Lake Formation reads the bucket's tables for those it granted them to",
        service_trust("lakeformation.amazonaws.com"),
        document(
            allow(
                "ReadTables", ["s3:GetObject"], [names.s3_arn("raw/*"), names.s3_arn("current/*")]
            ),
            allow("ListBucket", ["s3:ListBucket"], [names.s3_arn()]),
        ),
    )


def _crawler_grants(contract: Contract) -> list[dict[str, Any]]:
    names = contract.names
    crawler, database = names.role_arn("crawler"), names.as_dict()["catalog_database"]
    return [
        {
            "principal": crawler,
            "resource": {"data_location": {"resource_arn": names.s3_arn("raw")}},
            "permissions": ["DATA_LOCATION_ACCESS"],
        },
        {
            "principal": crawler,
            "resource": {"database": {"name": database}},
            "permissions": ["DESCRIBE"],
        },
        *_crawler_permissions(contract, [table.changes_name for table in contract.tables]),
    ]


def _crawler_permissions(contract: Contract, tables: list[str]) -> list[dict[str, Any]]:
    names = contract.names
    database = names.as_dict()["catalog_database"]
    return [
        {
            "principal": names.role_arn("crawler"),
            "resource": {"table": {"database_name": database, "name": table}},
            "permissions": ["ALTER", "DESCRIBE"],
        }
        for table in tables
    ]


def _admin_grants(contract: Contract) -> list[dict[str, Any]]:
    """An administrator may not change or drop what another one made, unless granted.

    https://docs.aws.amazon.com/lake-formation/latest/dg/implicit-permissions.html
    """
    database = contract.names.as_dict()["catalog_database"]
    resources = [
        {"database": {"name": database}},
        *({"table": {"database_name": database, "name": name}} for name in contract.catalog_tables),
    ]
    return [
        {"principal": admin, "resource": resource, "permissions": ["ALL"]}
        for admin in contract.admins
        for resource in resources
    ]
