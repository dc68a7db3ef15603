#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: s3_bucket
short_description: Manage an Amazon S3 bucket with its policy and its lifecycle rules in one task
version_added: 0.1.0
description:
  - Creates, changes, tags and deletes a bucket, with check mode and a diff.
  - Policies and rules are compared by their meaning.
  - Options that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the bucket, 3 to 63 lower-case letters, digits, C(-) and C(.).
    type: str
    required: true
    aliases: [bucket]
  state:
    description:
      - V(present) makes the bucket, or changes it to what the options say.
      - V(absent) deletes it. One that is not empty is an error without O(force).
    type: str
    choices: [present, absent]
    default: present
  force:
    description: With O(state=absent), delete all objects in all of their versions too.
    type: bool
    default: false
  versioning:
    description: Whether S3 keeps all versions of an object. V(false) suspends it, which removes none.
    type: bool
  encryption:
    description: How S3 encrypts objects that come without a wish of their own.
    type: dict
    suboptions:
      sse_algorithm:
        description: V(AES256) with keys of S3, or with a key of KMS.
        type: str
        required: true
        choices: [AES256, "aws:kms", "aws:kms:dsse"]
      kms_master_key_id:
        description: ID or ARN of the KMS key, which is AWS's own without it.
        type: str
      bucket_key_enabled:
        description: Whether S3 asks KMS for a key of the bucket instead of one for each object.
        type: bool
  public_access_block:
    description: What of public access is blocked. What is not set is left as it is.
    type: dict
    suboptions:
      block_public_acls: {type: bool, description: Refuse ACLs that make public.}
      ignore_public_acls: {type: bool, description: Give those that are there no effect.}
      block_public_policy: {type: bool, description: Refuse policies that make public.}
      restrict_public_buckets: {type: bool, description: Keep a public policy within the account.}
  object_ownership:
    description: Who owns objects. V(BucketOwnerEnforced) switches ACLs off.
    type: str
    choices: [BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter]
  policy:
    description: The bucket policy. V({}) takes it away.
    type: dict
  lifecycle_rules:
    description:
      - The lifecycle rules. They are all that the bucket has afterwards.
      - V([]) takes them away.
    type: list
    elements: dict
    suboptions:
      id:
        description: Name of the rule.
        type: str
        required: true
      enabled:
        description: Whether it acts.
        type: bool
        default: true
      prefix:
        description: Beginning of the keys that it is for. V("") are all.
        type: str
        default: ""
      expiration_days:
        description: Age in days at which an object is deleted.
        type: int
      expired_object_delete_marker:
        description: Whether a delete marker goes when nothing is left below it.
        type: bool
      noncurrent_version_expiration_days:
        description: Days after which a version goes that another has replaced.
        type: int
      abort_incomplete_multipart_upload_days:
        description: Days after which the parts of an unfinished upload go.
        type: int
      transitions:
        description: When objects move to cheaper storage.
        type: list
        elements: dict
        suboptions:
          days: {description: Age in days., type: int, required: true}
          storage_class:
            description: Where they move.
            type: str
            required: true
            choices: [STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE]
      noncurrent_version_transitions:
        description: When replaced versions move to it.
        type: list
        elements: dict
        suboptions:
          days: {description: Days since it was replaced., type: int, required: true}
          storage_class:
            description: Where they move.
            type: str
            required: true
            choices: [STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE]
seealso:
  - module: amazon.aws.s3_bucket
  - module: amazon.aws.s3_bucket_info
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: A private bucket whose manifests expire
  modern_data.warehouse.s3_bucket:
    name: shop-dev-landing
    encryption: {sse_algorithm: AES256}
    object_ownership: BucketOwnerEnforced
    public_access_block:
      block_public_acls: true
      ignore_public_acls: true
      block_public_policy: true
      restrict_public_buckets: true
    policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Deny
          Principal: "*"
          Action: s3:*
          Resource: ["arn:aws:s3:::shop-dev-landing", "arn:aws:s3:::shop-dev-landing/*"]
          Condition: {Bool: {"aws:SecureTransport": "false"}}
    lifecycle_rules:
      - id: manifests
        prefix: load/manifests/
        expiration_days: 90
        abort_incomplete_multipart_upload_days: 7
    tags:
      environment: dev

- name: Remove it with all that is in it
  modern_data.warehouse.s3_bucket:
    name: shop-dev-landing
    state: absent
    force: true
"""

RETURN = r"""
bucket:
  description:
    - The bucket.
    - In check mode it is what it would be; of a new one it has only what the options say.
  returned: when O(state=present)
  type: dict
  contains:
    bucket_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: arn:aws:s3:::shop-dev-landing
    encryption:
      description: How objects are encrypted.
      type: dict
      returned: when known
      sample: {"sse_algorithm": "AES256", "bucket_key_enabled": false}
    lifecycle_rules:
      description:
        - Its lifecycle rules, as O(lifecycle_rules) has them.
        - What a rule has that this module has no option for stands in it under C(other).
      type: list
      elements: dict
      returned: when known
      sample: [{"id": "manifests", "enabled": true, "prefix": "load/manifests/", "expiration_days": 90}]
    name:
      description: Its name.
      type: str
      returned: always
      sample: shop-dev-landing
    object_ownership:
      description: Who owns objects.
      type: str
      returned: when known
      sample: BucketOwnerEnforced
    policy:
      description: The bucket policy.
      type: dict
      returned: when it has one
      sample: {"Version": "2012-10-17", "Statement": []}
    public_access_block:
      description: What of public access is blocked.
      type: dict
      returned: when known
      sample: {"block_public_acls": true, "ignore_public_acls": true}
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"environment": "dev"}
    versioning:
      description: Whether S3 keeps all versions.
      type: bool
      returned: when known
      sample: false
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.s3_bucket import Bucket

ALGORITHMS = ["AES256", "aws:kms", "aws:kms:dsse"]
STORAGE = [
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
]
BLOCKS = (
    "block_public_acls",
    "ignore_public_acls",
    "block_public_policy",
    "restrict_public_buckets",
)
TRANSITIONS = {
    "type": "list",
    "elements": "dict",
    "options": {
        "days": {"type": "int", "required": True},
        "storage_class": {"type": "str", "required": True, "choices": STORAGE},
    },
}
RULE = {
    "id": {"type": "str", "required": True},
    "enabled": {"type": "bool", "default": True},
    "prefix": {"type": "str", "default": ""},
    "expiration_days": {"type": "int"},
    "expired_object_delete_marker": {"type": "bool"},
    "noncurrent_version_expiration_days": {"type": "int"},
    "abort_incomplete_multipart_upload_days": {"type": "int"},
    "transitions": TRANSITIONS,
    "noncurrent_version_transitions": TRANSITIONS,
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True, "aliases": ["bucket"]},
            "force": {"type": "bool", "default": False},
            "versioning": {"type": "bool"},
            "encryption": {
                "type": "dict",
                "options": {
                    "sse_algorithm": {"type": "str", "required": True, "choices": ALGORITHMS},
                    "kms_master_key_id": {"type": "str", "no_log": False},
                    "bucket_key_enabled": {"type": "bool", "no_log": False},
                },
            },
            "public_access_block": {
                "type": "dict",
                "options": {name: {"type": "bool"} for name in BLOCKS},
            },
            "object_ownership": {
                "type": "str",
                "choices": ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"],
            },
            "policy": {"type": "dict"},
            "lifecycle_rules": {"type": "list", "elements": "dict", "options": RULE},
            **resource_options(),
        },
        supports_check_mode=True,
    )
    run_resource(module, Bucket)


if __name__ == "__main__":
    main()
