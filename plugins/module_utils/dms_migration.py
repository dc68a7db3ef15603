# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What replication tasks and serverless replications share: their work, and how it is started."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from .compare import parse_json
from .dms import DmsResource
from .dms_reload import RELOAD_OPTIONS, plan_reload
from .resource import Action
from .settings import Plan, Values
from .waiting import wait_until

ENDPOINT = ("DescribeEndpoints", "endpoints", "endpoint")
NO_TABLES = "No tables were found"
RUNNING = frozenset({"running"})
STATES = ("present", "started", "stopped", "reloaded", "absent")
MIGRATIONS = ("full-load", "cdc", "full-load-and-cdc")
MIGRATION_OPTIONS: dict[str, dict[str, Any]] = {
    "table_mappings": {"type": "json"},
    "tables_required": {"type": "bool", "default": True},
    **RELOAD_OPTIONS,
}
"""Options of both modules; doc_fragments/dms_migration.py documents them."""


@dataclass(frozen=True)
class Operations:
    """The API's names: of the operations, and of the members that are named differently."""

    arn: str
    start: str
    start_type: str
    stop: str
    reload: str
    statistics: str
    statistics_items: str


class Migration(DmsResource):
    """Something that loads tables and captures their changes, and can be started and stopped."""

    operations: ClassVar[Operations]
    new: ClassVar[str]
    """The status of one that was never started."""
    starting: ClassVar[frozenset[str]]
    """The statuses on the way to running."""
    kind_option: ClassVar[str]
    """The option, and member, that tells whether it loads, captures or both."""
    stats_member: ClassVar[str]
    settings_member: ClassVar[str]
    documents: ClassVar[dict[str, str]]
    """The members of the options that are JSON."""
    references: ClassVar[dict[str, tuple[str, str, str]]]
    """Options that name a resource: how it is described, listed, and how its members begin."""

    # What a subclass tells

    def has_run(self, current: Values) -> bool:
        """Whether it was ever started."""
        raise NotImplementedError

    def failure(self, current: Values) -> str:
        """Why it has failed, as AWS tells it; empty when AWS doesn't."""
        raise NotImplementedError

    def settle(self, current: Values) -> None:
        """Wait until AWS would start or delete it, one that rests."""

    # Input

    def validate(self) -> None:
        super().validate()
        mappings = parse_json(self.params["table_mappings"])
        if mappings is not None and not (isinstance(mappings, dict) and mappings.get("rules")):
            raise self.refuse("table_mappings must be a mapping with a list of rules")
        for option in [option for option in self.documents if option != "table_mappings"]:
            document = parse_json(self.params[option])
            if document is not None and not isinstance(document, dict):
                raise self.refuse(f"{option} must be a mapping, or the JSON text of one")
        state = self.params["state"]
        if self.params["reload_tables"] and state not in ("present", "started"):
            raise self.refuse(
                f"reload_tables needs it running, so state can't be {state}: "
                "it must be present or started"
            )
        if self.params["wait_for_reload"] and self.params["reload_option"] == "validate-only":
            raise self.refuse("wait_for_reload needs reload_option data-reload, not validate-only")

    # Names and documents

    def wanted(self, given: Values, current: Values | None) -> Values:
        if current is None and self.params["reload_tables"] and self.params["state"] != "started":
            raise self.refuse("doesn't exist, so reload_tables can't load tables again")
        wanted = dict(given)
        for option in [option for option in self.documents if option in given]:
            wanted[option] = parse_json(given[option])
        if current is not None:
            # AWS tells ARNs; they are looked up only here, since it is read often.
            for option in [option for option in self.references if option in given]:
                current[option] = self.name_of(option, current[f"{option}_arn"])
        return wanted

    def returned(self, current: Values) -> Values:
        told = super().returned(current)
        return {key: value for key, value in told.items() if key not in self.references}

    def name_of(self, option: str, arn: str) -> str:
        """Name of the resource with this ARN; the ARN when it is gone."""
        operation, items, member = self.references[option]
        found = self.lookup(operation, items, f"{member.replace('_', '-')}-arn", arn)
        return str(found[f"{member}_identifier"]) if found else arn

    def arn_of(self, option: str, name: str) -> str:
        """ARN of the resource of this name; ResourceError when there is none."""
        operation, items, member = self.references[option]
        found = self.lookup(operation, items, f"{member.replace('_', '-')}-id", name.lower())
        if found is None:
            raise self.refuse(f"{option} {name} doesn't exist: make it first")
        return str(found[f"{member}_arn"])

    def texts(self, values: Values) -> Values:
        """The options that are JSON, as the API takes them."""
        return {
            member: json.dumps(values[option])
            for option, member in self.documents.items()
            if option in values
        }

    def arn(self, current: Values) -> str:
        # It ends in letters that AWS makes up, so it can't be told before it is there.
        return str(current.get(self.operations.arn) or "")

    def named(self, current: Values) -> Values:
        """The member of a request that says which one."""
        return {self.operations.arn: self.arn(current)}

    # Life

    def prospect(self, current: Values) -> str:
        """The status that it has now, or comes to without a further request."""
        status = self.status(current) or self.new
        if status in self.starting:
            return "running"
        return {"creating": self.new, "stopping": "stopped", "modifying": "stopped"}.get(
            status, status
        )

    def loaded(self, current: Values) -> bool:
        """Whether it has finished its full load."""
        return bool((current.get(self.stats_member) or {}).get("full_load_finish_date"))

    def is_done(self, current: Values) -> bool:
        """Whether nothing is left to do: a full load alone, which is finished."""
        only_loads = current.get(self.kind_option) == "full-load"
        return only_loads and self.status(current) == "stopped" and self.loaded(current)

    def actions(self, current: Values, plan: Plan) -> list[Action]:
        state, prospect = self.params["state"], self.prospect(current)
        status = {"status": self.status(current) or self.new}
        running, stopped = {"status": "running"}, {"status": "stopped"}
        actions = []
        if state == "started" and prospect != "running" and not self.is_done(current):
            actions.append(Action(status, running, lambda: self.start(current)))
        elif state == "stopped" and prospect == "running":
            actions.append(Action(status, stopped, lambda: self.stop(current)))
        elif state == "reloaded":
            if current.get(self.kind_option) == "cdc":
                raise self.refuse("it captures changes alone (cdc): there is no load to repeat")
            before = {**status, "full_load": "done" if self.loaded(current) else "not done"}
            after = {**running, "full_load": "from the beginning"}
            actions.append(Action(before, after, lambda: self.load_anew(current)))
        if self.params["reload_tables"]:
            actions.append(plan_reload(self, current, starts=bool(actions)))
        return actions

    def at_rest(self, current: Values) -> Values:
        """It, once what is under way has ended."""
        return current if self.watch.ready(current) else self.watch.wait_ready()

    def load_anew(self, current: Values) -> None:
        """Begin with the full load, whatever was loaded before."""
        current = self.at_rest(current)
        if current["status"] == "running":
            self.stop(current)
        self.start(current, "reload-target")

    def start(self, current: Values, again: str = "") -> None:
        """Start it in the way that fits what it has done; wait until it runs if asked to.

        `again` is the way for one that has been started before.
        """
        current = self.at_rest(current)
        self.settle(current)
        begun = self.has_run(current)
        how = start_type(begun, current[self.kind_option], self.loaded(current))
        self.api.call(
            self.operations.start,
            **self.named(current),
            **{self.operations.start_type: again if again and begun else how},
        )
        if not self.params["wait"]:
            return
        started = self.watch.wait_ready()
        if started["status"] != "failed":
            return
        reason = self.failure(started)
        if NO_TABLES in reason and not self.params["tables_required"]:
            self.module.warn(
                f"{self.what} found no table to capture: once the source has the tables of the "
                "mappings, run this again"
            )
            return
        raise self.refuse(f"it started and failed: {reason or 'see its log'}")

    def stop(self, current: Values) -> None:
        """Stop it, and wait until it has stopped."""
        current = self.at_rest(current)
        if current["status"] != "running":
            return
        self.api.call(self.operations.stop, **self.named(current))
        wait_until(
            self.find,
            lambda found: found is not None and found["status"] in self.ready_statuses - RUNNING,
            timeout=self.watch.timeout,
            what=f"{self.what} to stop",
            state=lambda found: str((found or {}).get("status")),
        )

    def changed_at_rest(self, current: Values, change: Callable[[], object]) -> None:
        """Make a change, for which one that runs is stopped, and then started where it was."""
        was_running = current["status"] == "running"
        if was_running:
            self.stop(current)
        change()
        changed = self.watch.wait_ready()
        if was_running and self.params["state"] not in ("stopped", "reloaded"):
            self.start(changed)


def start_type(begun: bool, kind: str, loaded: bool) -> str:
    """How to start: for the first time, where it was, or with the full load once more.

    https://docs.aws.amazon.com/dms/latest/APIReference/API_StartReplicationTask.html
    """
    if not begun:
        return "start-replication"
    return "resume-processing" if kind == "cdc" or loaded else "reload-target"


def same_mappings(wanted: Any, current: Any) -> tuple[Any, Any]:
    """Views of table mappings: the rules in their order, an id the same as a number and as text."""
    return _mappings(current), _mappings(wanted)


def _mappings(value: Any) -> Any:
    found = parse_json(value)
    if not isinstance(found, dict) or not isinstance(found.get("rules"), list):
        return found
    return {**found, "rules": [_rule(rule) for rule in found["rules"]]}


def _rule(rule: Any) -> Any:
    if not isinstance(rule, dict):
        return rule
    said = {key: value for key, value in rule.items() if (key, value) != ("filters", [])}
    return {**said, "rule-id": str(said["rule-id"])} if "rule-id" in said else said
