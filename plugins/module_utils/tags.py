# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags of a resource, in the dialect of each service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .api import Api


@dataclass(frozen=True)
class TagDialect:
    """How one service lists, sets and removes tags. All member names in snake_case.

    `pair` names the members of a tag in a list; None when the service takes a map.
    `plural` is for a service whose operations take a list of resources, and of tags to remove.
    """

    arn: str
    tags: str
    keys: str
    list_operation: str = "ListTagsForResource"
    listed: str = "tags"
    set_operation: str = "TagResource"
    unset_operation: str = "UntagResource"
    pair: tuple[str, str] | None = ("key", "value")
    plural: bool = False


DIALECTS = {
    "redshift-serverless": TagDialect("resource_arn", "tags", "tag_keys"),
    "stepfunctions": TagDialect("resource_arn", "tags", "tag_keys"),
    "scheduler": TagDialect("resource_arn", "tags", "tag_keys"),
    "glue": TagDialect("resource_arn", "tags_to_add", "tags_to_remove", "GetTags", pair=None),
    "secretsmanager": TagDialect("secret_id", "tags", "tag_keys", list_operation="DescribeSecret"),
    "ec2": TagDialect(
        "resources",
        "tags",
        "tags",
        set_operation="CreateTags",
        unset_operation="DeleteTags",
        plural=True,
    ),
    # All tags of a bucket are one set: the module writes it.
    "s3": TagDialect("bucket", "tag_set", "", "GetBucketTagging", "tag_set", "PutBucketTagging"),
    "iam": TagDialect(
        "role_name",
        "tags",
        "tag_keys",
        list_operation="ListRoleTags",
        set_operation="TagRole",
        unset_operation="UntagRole",
    ),
    "dms": TagDialect(
        "resource_arn",
        "tags",
        "tag_keys",
        listed="tag_list",
        set_operation="AddTagsToResource",
        unset_operation="RemoveTagsFromResource",
    ),
    "rds": TagDialect(
        "resource_name",
        "tags",
        "tag_keys",
        listed="tag_list",
        set_operation="AddTagsToResource",
        unset_operation="RemoveTagsFromResource",
    ),
}


def tag_request(service: str, tags: dict[str, Any]) -> Any:
    """Tags as the service's create and tag operations take them (snake_case members)."""
    pair = DIALECTS[service].pair
    texts = {key: str(value) for key, value in tags.items()}
    if pair is None:
        return texts
    return [{pair[0]: key, pair[1]: value} for key, value in texts.items()]


def tag_dict(service: str, tags: Any) -> dict[str, str]:
    """Tags of an answer as a dict."""
    pair = DIALECTS[service].pair
    if pair is None or isinstance(tags, dict):
        return dict(tags or {})
    return {tag[pair[0]]: tag[pair[1]] for tag in tags or []}


def read_tags(api: Api, service: str, arn: str) -> dict[str, str]:
    """The tags of the resource with this ARN."""
    dialect = DIALECTS[service]
    answer = api.call(dialect.list_operation, **{dialect.arn: arn})
    return tag_dict(service, answer.get(dialect.listed))


def write_tags(api: Api, service: str, arn: str, add: dict[str, str], remove: list[str]) -> None:
    """Set the tags `add` and take the keys `remove` away."""
    dialect = DIALECTS[service]
    target: dict[str, Any] = {dialect.arn: [arn] if dialect.plural else arn}
    if remove:
        keys: list[Any] = [{"key": key} for key in remove] if dialect.plural else remove
        api.call(dialect.unset_operation, **{**target, dialect.keys: keys})
    if add:
        api.call(dialect.set_operation, **{**target, dialect.tags: tag_request(service, add)})
