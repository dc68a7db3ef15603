# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts of what the modules answered."""

from __future__ import annotations

import json
from typing import Any

Values = dict[str, Any]


def facts_of(answers: Values) -> Values:
    """The facts that the package's docstring tells.

    Answers are caller, grants and filters as in the facts; queries (names) and statements (their
    results); buckets, of s3_bucket_info; roles and policies, the results of loops over
    iam_role_info and iam_policy_info.
    """
    rows = [statement["rows"] for statement in answers["statements"]]
    return {
        "caller": answers["caller"],
        "grants": answers["grants"],
        "filters": answers["filters"],
        "warehouse": dict(zip(answers["queries"], rows, strict=True)),
        "bucket": _bucket_policy(answers["buckets"]),
        "roles": _roles(answers["roles"], answers["policies"]),
    }


def _bucket_policy(buckets: list[Values]) -> Values:
    """A bucket that isn't there, or has no policy, denies nothing."""
    found = [(bucket.get("bucket_policy") or {}).get("Policy") for bucket in buckets]
    return _document(found[0]) if found and found[0] else {}


def _roles(roles: list[Values], policies: list[Values]) -> Values:
    """By name; a role that isn't there is left out, and can do nothing."""
    documents = {
        result["item"]: [_document(one["policy_document"]) for one in result["policies"]]
        for result in policies
    }
    return {
        role["role_name"]: {
            "trust": role["assume_role_policy_document"],
            "policies": documents.get(role["role_name"], []),
            "managed": [one["policy_arn"] for one in role["managed_policies"]],
        }
        for result in roles
        for role in result["iam_roles"]
    }


def _document(value: Any) -> Values:
    found: Values = json.loads(value) if isinstance(value, str) else dict(value)
    return found
