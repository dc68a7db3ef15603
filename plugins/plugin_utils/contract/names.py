# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every name and ARN that can be computed, in one place.

What AWS makes up itself (endpoints, secret ARNs, workgroup ids) is looked up by name by the role
that needs it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

# The longest suffixes decide how long <name>-<environment> may be: S3 allows 63 characters for a
# bucket, IAM 64 for a role, of which publish-scheduler is the longest.
MAX_PREFIX = 63 - len("-landing-00000000")

SERVICE_ROLES = (
    "load",
    "scheduler",
    "crawler",
    "ingestion",
    "source-secret",
    "copy",
    "lake",
    "unload",
    "publish",
    "publish-scheduler",
)

READER_TAG = "reader_of"
"""Marks a role that was made for a reader, with the platform's prefix as its value."""


def partition_of(region: str) -> str:
    """Tell the partition that a region is in, such as `aws-cn`."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


@dataclass(frozen=True)
class Names:
    """Names of one platform in one account and region; `prefix` is `<name>-<environment>`."""

    prefix: str
    account_id: str
    region: str
    database: str

    @property
    def partition(self) -> str:
        return partition_of(self.region)

    @property
    def bucket(self) -> str:
        """The landing bucket: bucket names are global, so a stable hash keeps platforms apart."""
        identity = f"{self.account_id},{self.region},{self.prefix}".encode()
        return f"{self.prefix}-landing-{hashlib.sha256(identity).hexdigest()[:8]}"

    @property
    def catalog_database(self) -> str:
        """The catalog's database: one account has one catalog, and Athena wants no hyphens.

        A prefix has single hyphens only, so two underscores tell where it ends: no two platforms
        have the same.
        """
        return f"{self.prefix.replace('-', '_')}__{self.database}"

    def role(self, purpose: str) -> str:
        return f"{self.prefix}-{purpose}"

    def role_arn(self, purpose: str) -> str:
        return self.arn("iam", f"role/{self.role(purpose)}", region="")

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        place = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{place}:{self.account_id}:{resource}"

    def s3_arn(self, key: str = "") -> str:
        path = f"/{key}" if key else ""
        return f"arn:{self.partition}:s3:::{self.bucket}{path}"

    def as_dict(self) -> dict[str, Any]:
        """All names, by what carries them."""
        prefix = self.prefix
        return {
            "prefix": prefix,
            "account_id": self.account_id,
            "region": self.region,
            "partition": self.partition,
            "bucket": self.bucket,
            "vpc": prefix,
            "source_instance": f"{prefix}-source",
            "source_parameter_group": f"{prefix}-source",
            "source_subnet_group": f"{prefix}-source",
            "source_secret": f"{prefix}-source",
            "source_security_group": f"{prefix}-source",
            "ingestion_instance": f"{prefix}-ingestion",
            "ingestion_subnet_group": f"{prefix}-ingestion",
            "ingestion_security_group": f"{prefix}-ingestion",
            "ingestion_task": f"{prefix}-ingestion",
            "source_endpoint": f"{prefix}-source",
            "landing_endpoint": f"{prefix}-landing",
            "catalog_database": self.catalog_database,
            "crawler": f"{prefix}-landing",
            "namespace": prefix,
            "workgroup": prefix,
            "warehouse_security_group": f"{prefix}-warehouse",
            "database": self.database,
            "schema": "analytics",
            "etl_schema": "etl",
            "cursor_table": f"{prefix}-load",
            "state_machine": f"{prefix}-load",
            "schedule": f"{prefix}-load",
            "load_log_group": f"{prefix}-load",
            "publish_machine": f"{prefix}-publish",
            "publish_schedule": f"{prefix}-publish",
            "publish_log_group": f"{prefix}-publish",
            "topic": f"{prefix}-alerts",
            "roles": {purpose.replace("-", "_"): self.role(purpose) for purpose in SERVICE_ROLES},
        }

    def arns(self) -> dict[str, Any]:
        """All ARNs that follow from the names."""
        named = self.as_dict()
        return {
            "bucket": self.s3_arn(),
            "raw": self.s3_arn("raw"),
            "current": self.s3_arn("current"),
            "catalog_database": self.arn("glue", f"database/{named['catalog_database']}"),
            "crawler": self.arn("glue", f"crawler/{named['crawler']}"),
            "cursor_table": self.arn("dynamodb", f"table/{named['cursor_table']}"),
            "state_machine": self.arn("states", f"stateMachine:{named['state_machine']}"),
            "schedule": self.arn("scheduler", f"schedule/default/{named['schedule']}"),
            "load_log_group": self.arn("logs", f"log-group:{named['load_log_group']}"),
            "publish_machine": self.arn("states", f"stateMachine:{named['publish_machine']}"),
            "publish_schedule": self.arn(
                "scheduler", f"schedule/default/{named['publish_schedule']}"
            ),
            "publish_log_group": self.arn("logs", f"log-group:{named['publish_log_group']}"),
            "topic": self.arn("sns", named["topic"]),
            "roles": {
                purpose.replace("-", "_"): self.role_arn(purpose) for purpose in SERVICE_ROLES
            },
        }
