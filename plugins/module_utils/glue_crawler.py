# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A crawler of AWS Glue: what it is, and its runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .compare import json_document, last_part, subset
from .overlay import laid_over
from .resource import Action, Resource
from .role_propagation import once_role_is_known
from .settings import Plan, Setting, Values
from .waiting import wait_until

TARGET_KEYS = {"catalog_targets": "database_name", "s3_targets": "path"}
"""The kinds of targets that the module takes, with the member that tells two of a kind apart."""
POLICIES = ("schema_change_policy", "recrawl_policy", "lake_formation_configuration")


def read_targets(crawler: Values) -> Values:
    """The targets without the kinds that it has none of, which AWS lists as empty."""
    return {kind: found for kind, found in (crawler.get("targets") or {}).items() if found}


def same_targets(wanted: Values, current: Values | None) -> tuple[Values, Values]:
    """Views of two sets of targets: their order has no meaning, unset members are left alone."""
    had = {kind: ordered(kind, targets) for kind, targets in (current or {}).items()}
    pairs = {
        kind: subset(ordered(kind, wanted.get(kind, [])), had.get(kind, []))
        for kind in wanted.keys() | had.keys()
    }
    before = {kind: one for kind, (one, _) in pairs.items() if one}
    return before, {kind: other for kind, (_, other) in pairs.items() if other}


def ordered(kind: str, targets: list[Values]) -> list[Values]:
    """Targets of a kind, and the tables that they name, in a stable order."""
    if kind not in TARGET_KEYS:
        return targets
    stable = [
        {**target, "tables": sorted(target["tables"])} if "tables" in target else target
        for target in targets
    ]
    return sorted(stable, key=lambda target: str(target[TARGET_KEYS[kind]]))


def kept_targets(wanted: Values, current: Values) -> Values:
    """The wanted targets, each with the members that it has and the user did not set."""
    return {
        kind: [
            laid_over(
                next((had for had in current.get(kind, []) if had[key] == target[key]), {}), target
            )
            for target in targets
        ]
        for kind, targets in wanted.items()
        for key in [TARGET_KEYS[kind]]
    }


class Crawler(Resource):
    """https://docs.aws.amazon.com/glue/latest/webapi/API_Crawler.html

    Its state READY or RUNNING is no status of the life cycle: a crawler that runs is there, and
    only changing, deleting or running it has to wait.
    """

    service = "glue"
    kind = "Glue crawler"
    result = "crawler"
    missing_codes = ("EntityNotFoundException",)
    required_to_create = ("role", "targets")
    settings = (
        # AWS answers with the name of the role that was given by its ARN
        Setting("role", compare=last_part),
        Setting("database_name"),
        Setting("description"),
        Setting("targets", read=read_targets, compare=same_targets),
        Setting("table_prefix"),
        Setting(
            "schedule",
            read=lambda crawler: (crawler.get("schedule") or {}).get("schedule_expression") or "",
        ),
        *(Setting(policy, compare=subset) for policy in POLICIES),
        Setting("configuration", compare=json_document),
        Setting("classifiers", read=lambda crawler: crawler.get("classifiers") or []),
        Setting("security_configuration", member="crawler_security_configuration"),
    )

    def validate(self) -> None:
        behaviors = set((self.params["schema_change_policy"] or {}).values()) - {None, "LOG"}
        recrawl = (self.params["recrawl_policy"] or {}).get("recrawl_behavior")
        if recrawl == "CRAWL_NEW_FOLDERS_ONLY" and behaviors:
            raise self.refuse(
                f"schema_change_policy has {', '.join(sorted(behaviors))}: with recrawl_behavior "
                "CRAWL_NEW_FOLDERS_ONLY AWS allows LOG alone"
            )
        targets = self.params["targets"]
        if targets is None:
            return
        if len([kind for kind in TARGET_KEYS if targets[kind]]) != 1:
            raise self.refuse(f"targets must have one of {', '.join(TARGET_KEYS)}, and only one")
        for target in targets["s3_targets"] or []:
            size = target["sample_size"]
            if size is not None and not 1 <= size <= 249:
                raise self.refuse(f"targets.s3_targets.sample_size is {size}: it must be 1 to 249")

    def find(self) -> Values | None:
        answer = self.api.maybe("GetCrawler", missing=self.missing_codes, name=self.name)
        return answer and {**answer["crawler"], "crawler_arn": self.arn({})}

    def wanted(self, given: Values, current: Values | None) -> Values:
        new_from_s3 = current is None and given.get("targets", {}).get("s3_targets")
        if new_from_s3 and "database_name" not in given:
            raise self.refuse("targets.s3_targets needs database_name: where tables are made")
        return given

    def create(self, wanted: Values, tags: Any) -> None:
        members = self.request({option: value for option, value in wanted.items() if value != ""})
        self.with_role(lambda: self.api.call("CreateCrawler", name=self.name, tags=tags, **members))

    def update(self, changes: Values, current: Values) -> None:
        kept = {policy: current.get(policy) for policy in POLICIES if policy in changes}
        members = laid_over(kept, changes)
        if "targets" in changes:
            members["targets"] = kept_targets(changes["targets"], read_targets(current))
        self.rested(
            lambda: self.with_role(
                lambda: self.api.call("UpdateCrawler", name=self.name, **self.request(members))
            )
        )

    def with_role(self, call: Callable[[], object]) -> None:
        """Make a call that names the role, which may have been made a moment ago."""
        once_role_is_known(call, ("unable to assume",), self.what)

    def delete(self, current: Values) -> None:
        self.rested(lambda: self.api.call("DeleteCrawler", name=self.name))

    def rested(self, call: Callable[[], object]) -> None:
        """Make a call that AWS refuses while the crawler runs: a run on its way ends first."""
        self.wait_for("end its run", lambda crawler: crawler["state"] == "READY")
        call()

    def wait_for(self, goal: str, done: Callable[[Values], bool]) -> Values:
        """The crawler, once `done`."""
        return wait_until(
            lambda: self.find() or {"state": "READY"},
            done,
            timeout=self.watch.timeout,
            what=f"{self.what} to {goal}",
            state=lambda crawler: str(crawler["state"]),
        )

    def actions(self, current: Values, plan: Plan) -> list[Action]:
        if self.params["state"] != "crawled":
            return []
        return [Action({}, {"crawl": "started"}, self.crawl)]

    def crawl(self) -> None:
        """Run it; a run that does not succeed is an error."""
        idle = self.wait_for("end its run", lambda crawler: crawler["state"] == "READY")
        self.api.call("StartCrawler", name=self.name)
        if not self.params["wait"]:
            return
        before = last_start(idle)
        ended = self.wait_for(
            "end its run",
            lambda crawler: crawler["state"] == "READY" and last_start(crawler) != before,
        )
        last = ended.get("last_crawl") or {}
        if last.get("status") != "SUCCEEDED":
            reason = last.get("error_message") or "see its log"
            raise self.refuse(f"its run ended as {last.get('status', 'unknown')}: {reason}")

    def arn(self, current: Values) -> str:
        return self.build_arn(f"crawler/{self.name}")


def last_start(crawler: Values) -> Any:
    """When the last run that has ended began; None when there was none."""
    return (crawler.get("last_crawl") or {}).get("start_time")
