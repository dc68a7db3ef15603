# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The specification of access.yml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .access.masks import KINDS
from .access.row_filters import parse
from .options import Option, boolean, one_of, parsed, text

_ACCOUNT = r"arn:aws[a-z-]*:iam::\d{12}"
_PATH = r"(?:[\x21-\x7e]+/)?[A-Za-z0-9+=,.@_-]+"

_NAME = text(r"[a-z](?:-?[a-z0-9])*", "allowed: a-z, 0-9 and single hyphens, a letter first")
_PRINCIPAL_ARN = text(
    rf"{_ACCOUNT}:(?:user|role)/{_PATH}", "allowed: the ARN of an IAM user or role"
)
_TRUSTED_ARN = text(
    rf"{_ACCOUNT}:(?:root|(?:user|role)/{_PATH})",
    "allowed: the ARN of an account root, IAM user or role",
)


def _masks(value: Any) -> str | None:
    allowed = f"allowed: a mapping of columns to {', '.join(KINDS)}, in quotes"
    if not isinstance(value, Mapping) or not value:
        return allowed
    sound = all(isinstance(name, str) and kind in KINDS for name, kind in value.items())
    return None if sound else allowed


GRANT = {
    "columns": Option(items=Option(text())),
    "exclude": Option(one_of("personal")),
    "rows": Option(parsed(parse)),
    "mask": Option(_masks),
    "changes": Option(boolean),
}

PRINCIPAL = {
    "name": Option(_NAME),
    "arn": Option(_PRINCIPAL_ARN),
    "trusted": Option(items=Option(_TRUSTED_ARN)),
    "data_location": Option(boolean),
    "tables": Option(required=True),
}

GROUP = {
    "name": Option(_NAME, required=True),
    "members": Option(items=Option(text()), required=True),
    "tables": Option(required=True),
}

DOCUMENT = {
    "admins": Option(items=Option(_PRINCIPAL_ARN), required=True),
    "principals": Option(items=Option(options=PRINCIPAL), required=True),
    "principal_groups": Option(items=Option(options=GROUP)),
    "unmanaged": Option(items=Option(_PRINCIPAL_ARN), required=True),
}
