# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who runs the module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .api import Api
from .errors import error_code

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule


def caller_arn(module: AnsibleAWSModule) -> str:
    """ARN of the caller as grants name it: the IAM user, or the role behind a session.

    The ARN of a session does not tell the path of its role, so IAM is asked, where it may be.
    """
    arn = str(Api(module.client("sts"), "the caller").call("GetCallerIdentity")["arn"])
    session = re.fullmatch(r"arn:([^:]+):sts::(\d+):assumed-role/([^/]+)/.+", arn)
    if session is None:
        return arn
    partition, account, name = session.groups()
    iam = Api(module.client("iam"), f"role {name}")
    found = iam.maybe("GetRole", missing=("AccessDenied", "NoSuchEntity"), role_name=name)
    if found:
        return str(found["role"]["arn"])
    # Most roles have no path, and of who may ask IAM nothing no more is known. A role of IAM
    # Identity Center has one always: whoever runs this as such a role needs one of the two leaves.
    return _listed_arn(iam, name) or f"arn:{partition}:iam::{account}:role/{name}"


def _listed_arn(iam: Api, name: str) -> str | None:
    """ARN of a role by the account's listing, for who may not look at the role itself.

    No two roles of an account share a name, whatever their paths.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    try:
        roles = iam.pages("ListRoles", "roles")
    except AnsibleAWSError as error:
        if error_code(error) != "AccessDenied":
            raise
        return None
    return next((str(role["arn"]) for role in roles if role["role_name"] == name), None)
