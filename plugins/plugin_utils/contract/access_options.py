# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The specification of access.yml."""

from __future__ import annotations

from typing import Any

from .options import Option, one_of, text

_ACCOUNT = r"arn:aws[a-z-]*:iam::\d{12}"
_PATH = r"(?:[\x21-\x7e]+/)?[A-Za-z0-9+=,.@_-]+"

_PRINCIPAL_ARN = text(
    rf"{_ACCOUNT}:(?:user|role)/{_PATH}", "allowed: the ARN of an IAM user or role"
)
_TRUSTED_ARN = text(
    rf"{_ACCOUNT}:(?:root|(?:user|role)/{_PATH})",
    "allowed: the ARN of an account root, IAM user or role",
)


def _refused(value: Any) -> str | None:
    return "row filters and masks are not supported; leave the column out of columns instead"


GRANT = {
    "columns": Option(items=Option(text())),
    "exclude": Option(one_of("personal")),
    "rows": Option(_refused),
    "mask": Option(_refused),
}

PRINCIPAL = {
    "name": Option(
        text(r"[a-z](?:-?[a-z0-9])*", "allowed: a-z, 0-9 and single hyphens, a letter first")
    ),
    "arn": Option(_PRINCIPAL_ARN),
    "trusted": Option(items=Option(_TRUSTED_ARN)),
    "tables": Option(required=True),
}

DOCUMENT = {
    "admins": Option(items=Option(_PRINCIPAL_ARN), required=True),
    "principals": Option(items=Option(options=PRINCIPAL), required=True),
    "unmanaged": Option(items=Option(_PRINCIPAL_ARN), required=True),
}
