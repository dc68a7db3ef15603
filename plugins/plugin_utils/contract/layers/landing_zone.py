# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The landing bucket, and who may not read it."""

from __future__ import annotations

from typing import Any

from ..model import Contract
from ..policies import document

_READERS = ("lake", "copy", "crawler", "ingestion", "load")


def layer(contract: Contract) -> dict[str, Any]:
    """What the role landing_zone makes."""
    names = contract.names
    return {
        "bucket": names.bucket,
        "bucket_arn": names.s3_arn(),
        "raw_prefix": "raw/",
        "manifest_prefix": "load/manifests/",
        "config_prefix": "load/config/",
        "policy": _policy(contract),
        "encryption": "AES256",
        "object_ownership": "BucketOwnerEnforced",
        "tags": contract.tags,
    }


def _policy(contract: Contract) -> dict[str, Any]:
    """Only TLS; and raw files only for the services that move them, since Lake Formation and
    Redshift grants say nothing about a direct read. Denied by principal: COPY of parquet reads
    through presigned URLs that no VPC condition would match.
    """
    names = contract.names
    return document(
        {
            "Sid": "OnlyTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [names.s3_arn(), names.s3_arn("*")],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "NoDirectReads",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["s3:GetObject", "s3:GetObjectVersion"],
            "Resource": [names.s3_arn("raw/*")],
            "Condition": {
                "ArnNotEquals": {
                    "aws:PrincipalArn": [
                        *(names.role_arn(purpose) for purpose in _READERS),
                        *contract.admins,
                    ]
                }
            },
        },
    )
