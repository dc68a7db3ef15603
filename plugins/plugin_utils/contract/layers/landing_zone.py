# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The landing bucket, and who may not read it."""

from __future__ import annotations

from typing import Any

from ..model import Contract
from ..policies import document

_READERS = ("lake", "copy", "crawler", "unload")
_ENCRYPTION = "AES256"


def layer(contract: Contract) -> dict[str, Any]:
    """What the role landing_zone makes."""
    names = contract.names
    return {
        "bucket": names.bucket,
        "bucket_arn": names.s3_arn(),
        "raw_prefix": "raw/",
        "manifest_prefix": "load/manifests/",
        "config_prefix": "load/config/",
        "current_prefix": "current/",
        "policy": _policy(contract),
        "encryption": _ENCRYPTION,
        "object_ownership": "BucketOwnerEnforced",
        "tags": contract.tags,
    }


def _policy(contract: Contract) -> dict[str, Any]:
    """Only TLS; and the tables' files only for the services that move them, since Lake Formation and
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
            "Resource": [names.s3_arn("raw/*"), names.s3_arn("current/*")],
            "Condition": {
                "ArnNotEquals": {
                    "aws:PrincipalArn": [
                        *(names.role_arn(purpose) for purpose in _READERS),
                        *contract.admins,
                    ]
                }
            },
        },
        *_encrypted(names.s3_arn("*")),
    )


def _encrypted(objects: str) -> list[dict[str, Any]]:
    """No encryption but the bucket's, which an upload that names none gets by default.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingServerSideEncryption.html
    """
    header = "s3:x-amz-server-side-encryption"
    refused = {
        # a header that is absent would not equal anything either
        "NoOtherEncryption": {
            "Null": {header: "false"},
            "StringNotEquals": {header: _ENCRYPTION},
        },
        "NoKeyOfTheCallers": {"Null": {f"{header}-customer-algorithm": "false"}},
    }
    return [
        {
            "Sid": sid,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": [objects],
            "Condition": condition,
        }
        for sid, condition in refused.items()
    ]
