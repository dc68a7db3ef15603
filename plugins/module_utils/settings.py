# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a resource, and what must change so that they are as the user wants them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags

from .compare import Comparison, exact, scrub

Values = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """One option of a module that is a property of the resource.

    option: the option's name, which is also its name in diffs.
    member: the API's name for it (snake_case), where that is another.
    read: takes it out of the resource, where it isn't simply the member of that name.
    compare: what counts as equal (see compare.py).
    partial: keys of it that the user didn't give stay as they are.
    immutable: AWS can't change it: a difference is an error.
    create_only: sent when the resource is made, then never looked at again nor shown.
    """

    option: str
    member: str = ""
    read: Callable[[Values], Any] | None = None
    compare: Comparison = exact
    partial: bool = False
    immutable: bool = False
    create_only: bool = False

    def current(self, resource: Values) -> Any:
        """The value that the resource has now; None when it has none."""
        return self.read(resource) if self.read else resource.get(self.api_name)

    @property
    def api_name(self) -> str:
        return self.member or self.option


@dataclass
class Plan:
    """What differs. `before` and `after` are the diff, `changes` the options to write."""

    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    changes: Values = field(default_factory=dict)
    frozen: list[str] = field(default_factory=list)
    tags_to_set: dict[str, str] = field(default_factory=dict)
    tags_to_unset: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def retagged(self) -> bool:
        return bool(self.tags_to_set or self.tags_to_unset)


def desired(settings: Iterable[Setting], params: Values) -> Values:
    """The settings that the user gave, by option; unset ones are absent at every depth."""
    given = {setting.option: params.get(setting.option) for setting in settings}
    return scrub(given)


def shown(settings: Iterable[Setting], resource: Values) -> Values:
    """The settings of an existing resource, by option, those that it has."""
    found = {s.option: s.current(resource) for s in settings if not s.create_only}
    return {option: value for option, value in found.items() if value is not None}


def plan_creation(settings: Iterable[Setting], wanted: Values, tags: Values | None) -> Plan:
    """All that was given is new."""
    visible = {s.option for s in settings if not s.create_only}
    after = {option: value for option, value in wanted.items() if option in visible}
    if tags:
        after["tags"] = {key: str(value) for key, value in tags.items()}
    return Plan(after=after, changes=dict(wanted))


def plan_update(settings: Iterable[Setting], wanted: Values, resource: Values) -> Plan:
    """Compare what was given with what is there."""
    plan = Plan()
    for setting in settings:
        if setting.option not in wanted or setting.create_only:
            continue
        value = wanted[setting.option]
        before, after = setting.compare(value, setting.current(resource))
        plan.before[setting.option] = before
        plan.after[setting.option] = after
        if before != after:
            plan.changes[setting.option] = value
            if setting.immutable:
                plan.frozen.append(setting.option)
    return plan


def plan_tags(plan: Plan, tags: Values | None, current: dict[str, str], purge: bool) -> None:
    """Add the tags to the plan. Unset tags are left alone; `aws:` tags always are."""
    if tags is None:
        return
    to_set, to_unset = compare_aws_tags(current, tags, purge)
    plan.tags_to_set = {key: str(value) for key, value in to_set.items()}
    plan.tags_to_unset = sorted(to_unset)
    kept = {key: value for key, value in current.items() if key not in to_unset}
    plan.before["tags"] = current
    plan.after["tags"] = {**kept, **plan.tags_to_set}
