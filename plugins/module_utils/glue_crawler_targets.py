# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a crawler crawls; doc_fragments/glue_crawler_targets.py documents the options.

https://docs.aws.amazon.com/glue/latest/webapi/API_CrawlerTargets.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .compare import subset
from .overlay import laid_over
from .settings import Values

Options = dict[str, dict[str, Any]]

TEXT: dict[str, Any] = {"type": "str"}
NEEDED_TEXT = {"type": "str", "required": True}
TEXTS = {"type": "list", "elements": "str"}
NEEDED_TEXTS = {**TEXTS, "required": True}
QUEUES = {"event_queue_arn": TEXT, "dlq_event_queue_arn": TEXT}
LAKE_PATHS = {
    "paths": NEEDED_TEXTS,
    "connection_name": TEXT,
    "exclusions": TEXTS,
    "maximum_traversal_depth": {"type": "int"},
}

KINDS: dict[str, Options] = {
    "catalog_targets": {
        "database_name": NEEDED_TEXT,
        "tables": NEEDED_TEXTS,
        "connection_name": TEXT,
        **QUEUES,
    },
    "s3_targets": {
        "path": NEEDED_TEXT,
        "connection_name": TEXT,
        "exclusions": TEXTS,
        "sample_size": {"type": "int"},
        **QUEUES,
    },
    "jdbc_targets": {
        "connection_name": NEEDED_TEXT,
        "path": NEEDED_TEXT,
        "exclusions": TEXTS,
        "enable_additional_metadata": {**TEXTS, "choices": ["COMMENTS", "RAWTYPES"]},
    },
    "dynamodb_targets": {
        "path": NEEDED_TEXT,
        "scan_all": {"type": "bool"},
        "scan_rate": {"type": "float"},
    },
    "mongodb_targets": {
        "connection_name": NEEDED_TEXT,
        "path": NEEDED_TEXT,
        "scan_all": {"type": "bool"},
    },
    "delta_targets": {
        "delta_tables": NEEDED_TEXTS,
        "connection_name": TEXT,
        "write_manifest": {"type": "bool"},
        "create_native_delta_table": {"type": "bool"},
    },
    "iceberg_targets": LAKE_PATHS,
    "hudi_targets": LAKE_PATHS,
}
TARGET_OPTIONS: Options = {
    kind: {"type": "list", "elements": "dict", "options": members}
    for kind, members in KINDS.items()
}
KEYS: dict[str, tuple[str, ...]] = {
    "catalog_targets": ("database_name",),
    "s3_targets": ("path",),
    "jdbc_targets": ("connection_name", "path"),
    "dynamodb_targets": ("path",),
    "mongodb_targets": ("connection_name", "path"),
    "delta_targets": ("delta_tables",),
    "iceberg_targets": ("paths",),
    "hudi_targets": ("paths",),
}
"""The members that tell two targets of a kind apart."""
API_NAMES = {"dynamodb_targets": "dynamo_db_targets", "mongodb_targets": "mongo_db_targets"}
"""boto3's names, where they are other than the options'."""
SETS = ("tables", "delta_tables", "paths", "enable_additional_metadata")
"""Lists whose order has no meaning."""
BY_NETWORK = ("catalog_targets", "s3_targets", "delta_targets", "iceberg_targets", "hudi_targets")
"""Kinds that reach S3, for which connection_name is a connection of the kind NETWORK."""
WITH_FOLDERS = ("catalog_targets", "s3_targets")
"""Kinds of which a run can read a part; others are read as a whole each time."""
RANGES = {"sample_size": (1, 249), "scan_rate": (0.1, 1.5), "maximum_traversal_depth": (1, 20)}


def problem(targets: Values, recrawl: str | None, delete_behavior: str | None) -> str:
    """What AWS would refuse of the targets, from the option on; empty when nothing.

    https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html
    """
    kinds = [kind for kind in KINDS if targets[kind]]
    if not kinds:
        return f"targets must have one of {', '.join(KINDS)}"
    if "catalog_targets" in kinds and len(kinds) > 1:
        return f"targets has {', '.join(kinds)}: AWS takes catalog_targets only by themselves"
    if "catalog_targets" in kinds and delete_behavior not in (None, "LOG"):
        return (
            f"schema_change_policy.delete_behavior is {delete_behavior}: with "
            "targets.catalog_targets AWS allows LOG alone"
        )
    if recrawl not in (None, "CRAWL_EVERYTHING") and not set(kinds) & set(WITH_FOLDERS):
        return f"recrawl_policy is {recrawl}: AWS takes it for {', '.join(WITH_FOLDERS)} alone"
    connections = sorted(
        {
            target["connection_name"]
            for kind, target in each(targets)
            if kind in BY_NETWORK and target["connection_name"]
        }
    )
    if len(connections) > 1:
        return (
            f"targets have the connections {', '.join(connections)}: "
            "a crawler reaches S3 by one connection_name alone"
        )
    for kind, target in each(targets):
        for member, (least, most) in RANGES.items():
            value = target.get(member)
            if value is not None and not least <= value <= most:
                return f"targets.{kind}.{member} is {value}: it must be {least} to {most}"
    return ""


def each(targets: Values) -> Iterator[tuple[str, Values]]:
    """Every target, with its kind."""
    for kind in KINDS:
        for target in targets[kind] or []:
            yield kind, target


def makes_tables(targets: Values) -> list[str]:
    """The kinds among the targets for which it makes tables, so it must know in which database."""
    return [kind for kind in targets if kind != "catalog_targets"]


def from_answer(targets: Values | None) -> Values:
    """Targets by the options' names, without the kinds of which AWS lists none."""
    options = {name: option for option, name in API_NAMES.items()}
    return {options.get(kind, kind): found for kind, found in (targets or {}).items() if found}


def for_request(targets: Values) -> Values:
    """Targets by boto3's names."""
    return {API_NAMES.get(kind, kind): given for kind, given in targets.items()}


def same_targets(wanted: Values, current: Values | None) -> tuple[Values, Values]:
    """Views of two sets of targets: their order has no meaning, unset members are left alone."""
    had = {kind: ordered(kind, targets) for kind, targets in (current or {}).items()}
    pairs = {
        kind: subset(ordered(kind, wanted.get(kind, [])), had.get(kind, []))
        for kind in wanted.keys() | had.keys()
    }
    before = {kind: one for kind, (one, _other) in pairs.items() if one}
    return before, {kind: other for kind, (_one, other) in pairs.items() if other}


def ordered(kind: str, targets: list[Values]) -> list[Values]:
    """Targets of a kind, and their lists without an order, in a stable order."""
    stable = [
        {key: sorted(value) if key in SETS else value for key, value in target.items()}
        for target in targets
    ]
    return sorted(stable, key=lambda target: str(identity(kind, target)))


def identity(kind: str, target: Values) -> Any:
    """What tells it from others of its kind; of kinds that AWS added since, everything."""
    if kind not in KEYS:
        return target
    found = (target.get(key) for key in KEYS[kind])
    return [sorted(value) if isinstance(value, list) else value for value in found]


def kept_targets(wanted: Values, current: Values) -> Values:
    """The wanted targets, each with the members that it has and the user did not set."""
    return {
        kind: [laid_over(counterpart(kind, target, current), target) for target in targets]
        for kind, targets in wanted.items()
    }


def counterpart(kind: str, target: Values, current: Values) -> Values:
    """The same target as it is now; empty when there is none."""
    name = identity(kind, target)
    return next((had for had in current.get(kind, []) if identity(kind, had) == name), {})
