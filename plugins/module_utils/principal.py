# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who runs the module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .api import Api

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
    found = Api(module.client("iam"), f"role {name}").maybe(
        "GetRole", missing=("AccessDenied", "NoSuchEntity"), role_name=name
    )
    return str(found["role"]["arn"]) if found else f"arn:{partition}:iam::{account}:role/{name}"
