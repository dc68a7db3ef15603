# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between the API's member names and snake_case, led by botocore's own model of the API.

The model knows what a key is: a member of a structure (`BaseCapacity`) is renamed, a key of
a map (a tag, a Glue table parameter) is the user's and stays as it is.
"""

from __future__ import annotations

import datetime
from contextlib import suppress
from typing import TYPE_CHECKING, Any

with suppress(ImportError):  # AnsibleAWSModule reports that botocore is missing
    from botocore import xform_name

if TYPE_CHECKING:
    from botocore.model import Shape


def snake_case(name: str) -> str:
    """Write an API name as boto3 writes it: `DBInstanceClass` -> `db_instance_class`."""
    return xform_name(name)


def to_api(shape: Shape | None, value: Any) -> Any:
    """Rename the keys of a snake_case value to the members of `shape`.

    Members that are None are left out: unset means untouched.
    Raises ValueError for a key that the shape doesn't have.
    """
    if shape is None or value is None:
        return value
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        members = {snake_case(member): member for member in shape.members}
        unknown = sorted(set(value) - set(members))
        if unknown:
            raise ValueError(f"{shape.name} has no member {', '.join(unknown)}")
        return {
            members[key]: to_api(shape.members[members[key]], item)
            for key, item in value.items()
            if item is not None
        }
    if shape.type_name == "list":
        return [to_api(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: to_api(shape.value, item) for key, item in value.items()}
    return value


def from_api(shape: Shape | None, value: Any) -> Any:
    """Rename the members of an answer to snake_case; times become ISO 8601 text."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if shape is None or value is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            snake_case(member): from_api(shape.members.get(member), item)
            for member, item in value.items()
            if member != "ResponseMetadata"
        }
    if shape.type_name == "list":
        return [from_api(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: from_api(shape.value, item) for key, item in value.items()}
    return value
