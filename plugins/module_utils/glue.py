# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the resources of the AWS Glue Data Catalog have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

NAME_RULE = "1 to 255 lower-case letters, digits, _ and -"
CONFLICT = ("ConcurrentModificationException",)


def wrong_names(names: Iterable[str]) -> list[str]:
    """The names that the catalog would not keep as they are: it folds them to lower case."""
    return [name for name in names if not re.fullmatch(r"[a-z0-9_-]{1,255}", name)]


def texts(parameters: dict[str, Any]) -> dict[str, str]:
    """Properties as the catalog keeps them: texts, truth values as Hive writes them."""
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in parameters.items()
    }
