# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data catalog: what lies in the landing bucket, declared from the contract, kept by a crawler.

The catalog's table is the change log that DMS writes, not the warehouse's current rows.
"""

from __future__ import annotations

import json
from typing import Any

from ..model import Contract, Table
from ..policies import allow, document, role, service_trust

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
            "description": f"Landed changes of {names.prefix}",
            # else IAM alone would open each new table
            "create_table_default_permissions": [],
        },
        "tables": [_table(contract, table) for table in contract.tables],
        "crawler": _crawler(contract),
        "roles": {"crawler": _crawler_role(contract), "lake": _lake_role(contract)},
        "lake_formation": {
            "admins": list(contract.admins),
            "location": {
                "resource_arn": names.s3_arn("raw"),
                "role_arn": names.role_arn("lake"),
                "hybrid_access_enabled": False,
            },
            "grants": _crawler_grants(contract) + _admin_grants(contract),
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


def _table(contract: Contract, table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
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
                    "tables": [table.name for table in contract.tables],
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
                    names.arn("glue", f"table/{database}/*"),
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
        "Lake Formation reads landed files for those it granted them to",
        service_trust("lakeformation.amazonaws.com"),
        document(
            allow("ReadRaw", ["s3:GetObject"], [names.s3_arn("raw/*")]),
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
        *(
            {
                "principal": crawler,
                "resource": {"table": {"database_name": database, "name": table.name}},
                "permissions": ["ALTER", "DESCRIBE"],
            }
            for table in contract.tables
        ),
    ]


def _admin_grants(contract: Contract) -> list[dict[str, Any]]:
    """An administrator may not change or drop what another one made, unless granted.

    https://docs.aws.amazon.com/lake-formation/latest/dg/implicit-permissions.html
    """
    database = contract.names.as_dict()["catalog_database"]
    resources = [
        {"database": {"name": database}},
        *({"table": {"database_name": database, "name": table.name}} for table in contract.tables),
    ]
    return [
        {"principal": admin, "resource": resource, "permissions": ["ALL"]}
        for admin in contract.admins
        for resource in resources
    ]
