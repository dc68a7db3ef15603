# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life cycle of a resource: find, compare, create or update, tag, wait, delete.

It gives every module the same check mode, diff, `changed`, tags and waiting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .errors import is_there_already
from .overlay import laid_over
from .settings import Plan, Values, desired, plan_creation, plan_tags, plan_update, shown
from .tags import tag_request

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

    from .resource import Resource


def run_resource(module: AnsibleAWSModule, resource_class: type[Resource]) -> None:
    """Bring the resource to the state that the module's options describe, and exit."""
    try:
        result = LifeCycle(module, resource_class(module)).ensure()
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


class LifeCycle:
    """Runs one resource through its life cycle."""

    def __init__(self, module: AnsibleAWSModule, resource: Resource) -> None:
        self.resource = resource
        self.watch = resource.watch
        self.check_mode: bool = module.check_mode
        self.show_diff: bool = module._diff
        self.spec: Values = module.argument_spec
        params = module.params
        self.absent = params.get("state") == "absent"
        self.wait: bool = params.get("wait", True)
        self.tags: Values | None = params.get("tags") if resource.taggable else None
        self.purge_tags: bool = params.get("purge_tags", True)

    def ensure(self) -> Values:
        """Returns the module's result."""
        self.resource.validate()
        current = self.watch.read()
        if self.absent:
            return self._ensure_absent(current)
        if current is not None and self.watch.deleting(current):
            # In check mode it counts as gone: the real run would wait for that.
            if not self.check_mode:
                self.watch.wait_gone()
            current = None
        if current is None:
            return self._nothing_to_wait_for() if self._only_waits() else self._create()
        return self._update(current)

    # Present

    def _only_waits(self) -> bool:
        """True in check mode for options that can't make the resource, only wait for it."""
        resource = self.resource
        given = desired(resource.settings, resource.params)
        defaults = {option: spec.get("default") for option, spec in self.spec.items()}
        named = self.tags or any(value != defaults[option] for option, value in given.items())
        return self.check_mode and bool(resource.required_to_create) and not named

    def _nothing_to_wait_for(self) -> Values:
        """In check mode the task that would make it has made nothing yet; what runs it still would."""
        return self._finish(Plan(), self._predict({}, Plan()))

    def _create(self) -> Values:
        resource = self.resource
        wanted = resource.wanted(desired(resource.settings, resource.params), None)
        lacking = [option for option in resource.required_to_create if option not in wanted]
        if lacking:
            options = ", ".join(lacking)
            raise resource.refuse(f"doesn't exist, and creating it needs the options {options}")
        plan = plan_creation(resource.settings, wanted, self.tags)
        plan.after = {resource.name_option: resource.name, **plan.after}
        if self.check_mode:
            return self._finish(plan, self._predict({}, plan))
        try:
            resource.create(wanted, tag_request(resource.service, self.tags) if self.tags else None)
        except AnsibleAWSError as error:
            # An answer was lost on its way: botocore asks again, and is told what the first made.
            made = self.watch.read() if is_there_already(error) else None
            if made is None or self.watch.deleting(made):
                raise
            self._bring(made)
        current = self.watch.wait_ready() if self.wait else self.watch.read()
        return self._finish(plan, current or {})

    def _update(self, current: Values) -> Values:
        return self._finish(*self._bring(current))

    def _bring(self, current: Values) -> tuple[Plan, Values]:
        """Write what differs; the plan, and the resource that came of it."""
        resource = self.resource
        plan = self._plan(current)
        if not self.check_mode:
            # What is still on its way can't be changed, and its settings may not be final.
            mends = plan.changes and resource.status(current) in resource.mendable_statuses
            if not self.watch.ready(current) and not mends and (self.wait or plan.changed):
                current = self.watch.wait_ready()
                plan = self._plan(current)
            if plan.changes:
                resource.update(plan.changes, current)
            if plan.retagged:
                resource.write_tags(plan, current)
            if plan.changed:
                current = (self.watch.wait_ready() if self.wait else self.watch.read()) or current
        elif plan.changed:
            current = self._predict(current, plan)
        return plan, current

    def _plan(self, current: Values) -> Plan:
        resource = self.resource
        wanted = resource.wanted(desired(resource.settings, resource.params), current)
        plan = plan_update(resource.settings, wanted, current)
        if plan.frozen:
            raise resource.refuse(
                "; ".join(
                    f"{option} can't be changed from {plan.before[option]!r} to"
                    f" {plan.after[option]!r}: delete it first, or keep the old value"
                    for option in plan.frozen
                )
            )
        if self.tags is not None:
            plan_tags(plan, self.tags, current.get("tags") or {}, self.purge_tags)
        return plan

    def _predict(self, current: Values, plan: Plan) -> Values:
        """The resource as it would be: what there is, with the plan laid over it."""
        resource = self.resource
        planned = {
            s.option: laid_over(s.current(current), plan.after[s.option])
            if s.partial
            else plan.after[s.option]
            for s in resource.settings
            if s.option in plan.changes and not s.create_only
        }
        predicted = {**current, **resource.request(planned)}
        if resource.name_key:
            predicted[resource.name_key] = resource.name
        if resource.taggable:
            predicted["tags"] = plan.after.get("tags", current.get("tags", {}))
        arn = resource.arn(current)
        if arn:
            predicted[resource.arn_key()] = arn
        return predicted

    def _finish(self, plan: Plan, current: Values) -> Values:
        """Run the actions that are due, and put the result together."""
        actions = self.resource.actions(current, plan)
        if actions and not self.check_mode:
            for action in actions:
                action.run()
            current = (self.watch.wait_ready() if self.wait else self.watch.read()) or current
        for action in actions:
            plan.before.update(action.before)
            plan.after.update(action.after)
        return self._result(plan, current)

    # Absent

    def _ensure_absent(self, current: Values | None) -> Values:
        resource = self.resource
        if current is None:
            return {"changed": False}
        if self.watch.deleting(current):
            if self.wait and not self.check_mode:
                self.watch.wait_gone()
            return {"changed": False}
        resource.check_deletion(current)
        tags = {"tags": current["tags"]} if current.get("tags") else {}
        before = {resource.name_option: resource.name, **shown(resource.settings, current), **tags}
        if not self.check_mode:
            settled = current if self.watch.ready(current) else self.watch.wait_settled()
            if settled is not None and not self.watch.deleting(settled):
                resource.delete(settled)
            if self.wait:
                self.watch.wait_gone()
        return self._result(Plan(before=before), None)

    # Telling

    def _result(self, plan: Plan, current: Values | None) -> Values:
        result: Values = {"changed": plan.changed}
        if current is not None:
            result[self.resource.result] = self.resource.returned(current)
        if self.show_diff:
            result["diff"] = {"before": plan.before, "after": plan.after}
        return result
