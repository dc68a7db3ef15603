# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The DMS task that captures the tables, from the source to the landing bucket."""

from __future__ import annotations

from typing import Any

from ..model import Contract
from ..policies import allow, document, role, service_trust
from ..table_mappings import table_mappings

_LOB_KILOBYTES = 64  # a varchar of Redshift holds no more


def layer(contract: Contract) -> dict[str, Any]:
    """What the role ingestion makes."""
    named, ingestion = contract.names.as_dict(), contract.ingestion
    return {
        "instance": {
            "replication_instance_identifier": named["ingestion_instance"],
            "replication_instance_class": ingestion["instance_class"],
            "engine_version": ingestion["engine_version"],
            "allocated_storage": ingestion["allocated_storage"],
            "multi_az": ingestion["multi_az"],
            "publicly_accessible": False,
            "auto_minor_version_upgrade": False,
            "replication_subnet_group_identifier": named["ingestion_subnet_group"],
        },
        "subnet_group": named["ingestion_subnet_group"],
        "security_group": named["ingestion_security_group"],
        "source_endpoint": _source_endpoint(contract),
        "target_endpoint": _target_endpoint(contract),
        "task": {
            "replication_task_identifier": named["ingestion_task"],
            "migration_type": "full-load-and-cdc",
        },
        "table_mappings": table_mappings(contract.tables),
        "task_settings": _task_settings(),
        "roles": {
            "ingestion": _landing_role(contract),
            "source_secret": _secret_role(contract),
        },
        "account_roles": _account_roles(contract),
        "tags": contract.tags,
    }


def _source_endpoint(contract: Contract) -> dict[str, Any]:
    """https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html"""
    named = contract.names.as_dict()
    return {
        "endpoint_identifier": named["source_endpoint"],
        "endpoint_type": "source",
        "engine_name": "postgres",
        "ssl_mode": "require",
        "database_name": contract.source["database"],
        "postgre_sql_settings": {
            "database_name": contract.source["database"],
            "secrets_manager_secret_id": contract.source["secret"] or named["source_secret"],
            "secrets_manager_access_role_arn": contract.names.role_arn("source-secret"),
            "capture_ddls": True,
            "fail_tasks_on_lob_truncation": True,
            # Without it an idle database keeps its log until the disk is full.
            "heartbeat_enable": True,
            "heartbeat_schema": "public",
            "heartbeat_frequency": 5,
        },
    }


def _target_endpoint(contract: Contract) -> dict[str, Any]:
    """https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.S3.html"""
    names = contract.names
    return {
        "endpoint_identifier": names.as_dict()["landing_endpoint"],
        "endpoint_type": "target",
        "engine_name": "s3",
        "s3_settings": {
            "bucket_name": names.bucket,
            "bucket_folder": "raw",
            "service_access_role_arn": names.role_arn("ingestion"),
            "expected_bucket_owner": names.account_id,
            "data_format": "parquet",
            "compression_type": "gzip",
            "include_op_for_full_load": True,
            "timestamp_column_name": "dms_ts",
            "cdc_inserts_only": False,
            "cdc_inserts_and_updates": False,
            "date_partition_enabled": False,
            "preserve_transactions": False,
            "cdc_max_batch_interval": contract.ingestion["flush_interval"],
        },
    }


def _task_settings() -> dict[str, Any]:
    """DMS's own defaults skip rows and suspend tables: here a fault stops the task instead, and
    what has landed is never deleted by a DROP or TRUNCATE at the source.

    https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.html
    """
    return {
        "TargetMetadata": {
            "SupportLobs": True,
            "FullLobMode": False,
            "LimitedSizeLobMode": True,
            "LobMaxSize": _LOB_KILOBYTES,
            "BatchApplyEnabled": False,
        },
        "FullLoadSettings": {
            "TargetTablePrepMode": "DO_NOTHING",
            "MaxFullLoadSubTasks": 8,
            "TransactionConsistencyTimeout": 600,
            "CommitRate": 10000,
            "StopTaskCachedChangesApplied": False,
            "StopTaskCachedChangesNotApplied": False,
        },
        "ChangeProcessingDdlHandlingPolicy": {
            "HandleSourceTableDropped": False,
            "HandleSourceTableTruncated": False,
            "HandleSourceTableAltered": True,
        },
        "ErrorBehavior": {
            "DataErrorPolicy": "STOP_TASK",
            "DataTruncationErrorPolicy": "STOP_TASK",
            "TableErrorPolicy": "STOP_TASK",
            "FailOnNoTablesCaptured": True,
            "RecoverableErrorCount": -1,
            "RecoverableErrorThrottling": True,
        },
        "Logging": {"EnableLogging": True},
    }


def _landing_role(contract: Contract) -> dict[str, Any]:
    names = contract.names
    return role(
        contract,
        "ingestion",
        "DMS writes the landing bucket",
        service_trust("dms.amazonaws.com"),
        document(
            allow(
                "WriteRaw",
                ["s3:PutObject", "s3:DeleteObject", "s3:PutObjectTagging"],
                [names.s3_arn("raw/*")],
            ),
            allow("ListBucket", ["s3:ListBucket"], [names.s3_arn()]),
        ),
    )


def _secret_role(contract: Contract) -> dict[str, Any]:
    names = contract.names
    return role(
        contract,
        "source-secret",
        "DMS reads the source's credentials",
        # the one DMS role that trusts the service of the region
        service_trust(f"dms.{names.region}.amazonaws.com"),
        document(
            allow(
                "ReadSecret",
                ["secretsmanager:GetSecretValue"],
                [secret_arn(contract)],
            ),
            *_of_secret_key(contract),
        ),
    )


def _of_secret_key(contract: Contract) -> list[dict[str, Any]]:
    """Leave to use the secret's key, if it is no key of AWS's: for this secret alone.

    https://docs.aws.amazon.com/dms/latest/userguide/security_iam_secretsmanager.html
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    """
    key = contract.source["secret_kms_key"]
    if not key:
        return []
    of_secret = {"StringLike": {"kms:EncryptionContext:SecretARN": secret_arn(contract)}}
    return [
        allow("DecryptSecret", ["kms:Decrypt"], [key], of_secret),
        allow("DescribeKey", ["kms:DescribeKey"], [key]),
    ]


def secret_arn(contract: Contract) -> str:
    """The ARN of the source's secret, with wildcards for what nobody knows beforehand."""
    secret = contract.source["secret"] or contract.names.as_dict()["source_secret"]
    if secret.startswith("arn:"):
        return secret
    # Secrets Manager ends an ARN in six characters of its own
    return contract.names.arn("secretsmanager", f"secret:{secret}-??????")


def _account_roles(contract: Contract) -> list[dict[str, Any]]:
    """Roles of fixed name that every DMS user of the account shares: made if absent, never removed."""
    managed = f"arn:{contract.names.partition}:iam::aws:policy/service-role"
    return [
        {
            "name": name,
            "description": "DMS, for every replication instance of the account",
            "assume_role_policy": service_trust("dms.amazonaws.com"),
            "managed_policies": [f"{managed}/{policy}"],
        }
        for name, policy in (
            ("dms-vpc-role", "AmazonDMSVPCManagementRole"),
            ("dms-cloudwatch-logs-role", "AmazonDMSCloudWatchLogsRole"),
        )
    ]
