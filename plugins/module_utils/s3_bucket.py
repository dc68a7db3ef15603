# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bucket of Amazon S3. Each of its settings is a document of its own, read and written alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from .compare import parse_json, policy_document, subset
from .overlay import laid_over
from .resource import Resource
from .role_propagation import once_role_is_known
from .s3_lifecycle_rules import by_id, faults, from_answer, to_request
from .settings import Plan, Setting, Values

# A new bucket may not be known everywhere yet, and takes one change at a time.
BUSY = ("NoSuchBucket", "OperationAborted")
HOME = "us-east-1"
"""The only region whose buckets have no location constraint."""


def bucket_policy(wanted: Any, current: Any) -> tuple[Any, Any]:
    """Views of two policies; an empty one is none."""
    return policy_document(wanted or None, current)


class Bucket(Resource):
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html"""

    service = "s3"
    kind = "S3 bucket"
    result = "bucket"
    missing_codes = ("NoSuchBucket",)
    tags_in_answer = True
    settings = (
        Setting("object_ownership"),
        Setting("public_access_block", compare=subset),
        Setting("encryption", compare=subset),
        Setting("versioning"),
        Setting("policy", compare=bucket_policy),
        Setting("lifecycle_rules", compare=by_id),
    )

    def validate(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", self.name):
            raise self.refuse(
                "name must be 3 to 63 lower-case letters, digits, '-' and '.', and begin and end"
                " with a letter or digit"
            )
        encryption = self.params["encryption"] or {}
        if encryption.get("kms_master_key_id") and encryption["sse_algorithm"] == "AES256":
            raise self.refuse(
                "encryption.kms_master_key_id is for sse_algorithm=aws:kms or aws:kms:dsse"
            )
        for fault in faults(self.params["lifecycle_rules"] or []):
            raise self.refuse(fault)

    # Reading

    def find(self) -> Values | None:
        found = self.api.maybe("GetBucketVersioning", missing=self.missing_codes, bucket=self.name)
        if found is None:
            return None
        ownership = self.read(
            "GetBucketOwnershipControls", "OwnershipControlsNotFoundError", "ownership_controls"
        )
        block = self.read(
            "GetPublicAccessBlock",
            "NoSuchPublicAccessBlockConfiguration",
            "public_access_block_configuration",
        )
        encryption = self.read(
            "GetBucketEncryption",
            "ServerSideEncryptionConfigurationNotFoundError",
            "server_side_encryption_configuration",
        )
        rules = self.read(
            "GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration", "rules"
        )
        return {
            "name": self.name,
            "bucket_arn": self.arn({}),
            "object_ownership": ownership["rules"][0]["object_ownership"] if ownership else None,
            "public_access_block": block,
            "encryption": encryption_of(encryption["rules"][0]) if encryption else None,
            "versioning": found.get("status") == "Enabled",
            "policy": parse_json(self.read("GetBucketPolicy", "NoSuchBucketPolicy", "policy")),
            "lifecycle_rules": [from_answer(rule) for rule in rules or []],
            "tags": self.read("GetBucketTagging", "NoSuchTagSet", "tag_set") or [],
        }

    def read(self, operation: str, none: str, member: str) -> Any:
        """One document of the bucket; None where S3 answers with the code `none`."""
        answer = self.api.maybe(operation, missing=(none, *self.missing_codes), bucket=self.name)
        return answer and answer.get(member)

    # Writing

    def create(self, wanted: Values, tags: Any) -> None:
        region = self.api.client.meta.region_name
        self.api.call(
            "CreateBucket",
            bucket=self.name,
            create_bucket_configuration=None if region == HOME else {"location_constraint": region},
        )
        self.update(wanted, {})
        if tags:
            self.put("PutBucketTagging", tagging={"tag_set": tags})

    def update(self, changes: Values, current: Values) -> None:
        writers: dict[str, Callable[[Any, Any], None]] = {
            "object_ownership": self.write_object_ownership,
            "public_access_block": self.write_public_access_block,
            "encryption": self.write_encryption,
            "versioning": self.write_versioning,
            "policy": self.write_policy,
            "lifecycle_rules": self.write_lifecycle_rules,
        }
        for option, write in writers.items():
            if option in changes:
                write(changes[option], current.get(option))

    def put(self, operation: str, **document: Any) -> None:
        """Write or delete one document of the bucket."""
        self.api.call(operation, retry=BUSY, bucket=self.name, **document)

    def write_object_ownership(self, wanted: str, _current: Any) -> None:
        rules = [{"object_ownership": wanted}]
        self.put("PutBucketOwnershipControls", ownership_controls={"rules": rules})

    def write_public_access_block(self, wanted: Values, current: Values | None) -> None:
        merged = laid_over(current, wanted)
        self.put("PutPublicAccessBlock", public_access_block_configuration=merged)

    def write_encryption(self, wanted: Values, current: Values | None) -> None:
        merged = laid_over(current, wanted)
        # Only KMS has keys: the one of before has no place in AES256.
        key = merged.get("kms_master_key_id") if merged["sse_algorithm"] != "AES256" else None
        rule = {
            "apply_server_side_encryption_by_default": {
                "sse_algorithm": merged["sse_algorithm"],
                "kms_master_key_id": key,
            },
            "bucket_key_enabled": merged.get("bucket_key_enabled"),
        }
        configuration = {"rules": [rule]}
        self.put("PutBucketEncryption", server_side_encryption_configuration=configuration)

    def write_versioning(self, wanted: bool, current: bool | None) -> None:
        if wanted or current is not None:  # a new bucket has none
            status = "Enabled" if wanted else "Suspended"
            self.put("PutBucketVersioning", versioning_configuration={"status": status})

    def write_policy(self, wanted: Values, _current: Any) -> None:
        if not wanted:
            self.put("DeleteBucketPolicy")
            return
        text = json.dumps(wanted)
        once_role_is_known(
            lambda: self.put("PutBucketPolicy", policy=text),
            ("Invalid principal in policy",),
            self.what,
        )

    def write_lifecycle_rules(self, wanted: list[Values], _current: Any) -> None:
        if not wanted:
            self.put("DeleteBucketLifecycle")
            return
        rules = [to_request(rule) for rule in wanted]
        self.put("PutBucketLifecycleConfiguration", lifecycle_configuration={"rules": rules})

    def write_tags(self, plan: Plan, current: Values) -> None:
        tags = [{"key": key, "value": value} for key, value in plan.after["tags"].items()]
        if tags:
            self.put("PutBucketTagging", tagging={"tag_set": tags})
        else:
            self.put("DeleteBucketTagging")

    # Deleting

    def delete(self, current: Values) -> None:
        if self.params["force"]:
            self.empty()
        deleted = self.api.maybe("DeleteBucket", missing=("BucketNotEmpty",), bucket=self.name)
        if deleted is None:
            raise self.refuse("it isn't empty: force=true deletes all of its objects with it")

    def empty(self) -> None:
        """Delete all objects in all of their versions, a thousand at a time."""
        while True:
            page = self.api.call("ListObjectVersions", bucket=self.name)
            listed = [*(page.get("versions") or []), *(page.get("delete_markers") or [])]
            if not listed:
                return
            objects = [{"key": one["key"], "version_id": one["version_id"]} for one in listed]
            answer = self.api.call(
                "DeleteObjects", bucket=self.name, delete={"objects": objects, "quiet": True}
            )
            for error in answer.get("errors") or []:
                raise self.refuse(f"{error['key']} can't be deleted: {error['message']}")

    def returned(self, current: Values) -> Values:
        known = {key: value for key, value in current.items() if value is not None}
        rules = known.get("lifecycle_rules", [])
        if isinstance(rules, dict):  # check mode has them as they are compared, by their IDs
            known["lifecycle_rules"] = list(rules.values())
        return {"name": self.name, **known}

    def arn(self, current: Values) -> str:
        return f"arn:{self.api.client.meta.partition}:s3:::{self.name}"


def encryption_of(rule: Values) -> Values:
    """A rule of encryption, flat."""
    key = rule.get("bucket_key_enabled")
    flat = dict(rule.get("apply_server_side_encryption_by_default") or {})
    return flat if key is None else {**flat, "bucket_key_enabled": key}
