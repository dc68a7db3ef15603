# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A crawler of AWS Glue: what it is, and its runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .compare import json_document, last_part, parse_json, subset, text
from .errors import error_code
from .glue_crawler_targets import (
    for_request,
    from_answer,
    kept_targets,
    makes_tables,
    problem,
    same_targets,
)
from .overlay import laid_over
from .resource import Action, Resource
from .role_propagation import once_role_is_known
from .settings import Plan, Setting, Values
from .waiting import wait_until

BUSY = (
    "CrawlerRunningException",
    "CrawlerStoppingException",
    "SchedulerTransitioningException",
)
"""What AWS answers when a run, or a change of the schedule, is on its way."""
NOT_YET = (
    "unable to assume",
    "verify the role's TrustPolicy",
    "Insufficient Lake Formation permission",
    "the role provided does not have access to it",
)
"""What AWS says of a role, of its policies or of its grants, that it does not know yet."""
POLICIES = ("schema_change_policy", "recrawl_policy", "lake_formation_configuration")


class Crawler(Resource):
    """https://docs.aws.amazon.com/glue/latest/webapi/API_Crawler.html

    Its state READY or RUNNING is no status of the life cycle: a crawler that runs is there, and
    only changing, deleting or running it has to wait.
    """

    service = "glue"
    kind = "Glue crawler"
    result = "crawler"
    name_key = "name"
    missing_codes = ("EntityNotFoundException",)
    required_to_create = ("role", "targets")
    settings = (
        # AWS answers with the name of the role that was given by its ARN
        Setting("role", compare=last_part),
        Setting("database_name", compare=text),
        Setting("description", compare=text),
        Setting("targets", compare=same_targets),
        Setting("table_prefix", compare=text),
        Setting(
            "schedule",
            read=lambda crawler: (crawler.get("schedule") or {}).get("schedule_expression") or "",
        ),
        *(Setting(policy, compare=subset) for policy in POLICIES),
        Setting("configuration", compare=json_document),
        Setting("classifiers", read=lambda crawler: crawler.get("classifiers") or []),
        Setting("security_configuration", member="crawler_security_configuration", compare=text),
    )

    def validate(self) -> None:
        configuration = self.params["configuration"]
        if configuration and not isinstance(parse_json(configuration), dict):
            raise self.refuse("configuration must be a mapping, or the JSON text of one")
        policy = self.params["schema_change_policy"] or {}
        behaviors = set(policy.values()) - {None, "LOG"}
        recrawl = (self.params["recrawl_policy"] or {}).get("recrawl_behavior")
        if recrawl == "CRAWL_NEW_FOLDERS_ONLY" and behaviors:
            raise self.refuse(
                f"schema_change_policy has {', '.join(sorted(behaviors))}: with recrawl_behavior "
                "CRAWL_NEW_FOLDERS_ONLY AWS allows LOG alone"
            )
        targets = self.params["targets"]
        if targets is None:
            return
        wrong = problem(targets, recrawl, policy.get("delete_behavior"))
        if wrong:
            raise self.refuse(wrong)

    def find(self) -> Values | None:
        answer = self.api.maybe("GetCrawler", missing=self.missing_codes, name=self.name)
        if answer is None:
            return None
        found = answer["crawler"]
        targets = from_answer(found.get("targets"))
        return {**found, "targets": targets, "crawler_arn": self.arn({})}

    def wanted(self, given: Values, current: Values | None) -> Values:
        kinds = makes_tables(given.get("targets") or {})
        if kinds and not {**(current or {}), **given}.get("database_name"):
            raise self.refuse(f"targets.{kinds[0]} needs database_name: where tables are made")
        policies = {policy: given[policy] for policy in POLICIES if policy in given}
        had = {policy: (current or {}).get(policy) for policy in policies}
        return {**given, **laid_over(had, policies)}

    def create(self, wanted: Values, tags: Any) -> None:
        given = {option: value for option, value in wanted.items() if value != ""}
        members = self.request({**given, "targets": for_request(wanted["targets"])})
        self.with_role(lambda: self.api.call("CreateCrawler", name=self.name, tags=tags, **members))

    def update(self, changes: Values, current: Values) -> None:
        members = dict(changes)
        if "targets" in changes:
            members["targets"] = for_request(kept_targets(changes["targets"], current["targets"]))
        self.rested(
            lambda: self.with_role(
                lambda: self.api.call("UpdateCrawler", name=self.name, **self.request(members))
            )
        )

    def with_role(self, call: Callable[[], object]) -> None:
        """Make a call that names the role, which may have been made a moment ago."""
        once_role_is_known(call, NOT_YET, self.what)

    def delete(self, current: Values) -> None:
        self.rested(lambda: self.api.call("DeleteCrawler", name=self.name))

    def rested(self, call: Callable[[], object]) -> Values:
        """Make a call that AWS refuses while the crawler runs; returns the crawler before it.

        A run that is on its way ends first, also one that began since we looked.
        """
        seen: Values = {}

        def attempt() -> str:
            seen.update(self.find() or {"state": "READY"})
            if seen["state"] != "READY":
                return str(seen["state"])
            try:
                call()
            except AnsibleAWSError as error:
                if error_code(error) not in BUSY:
                    raise
                return error_code(error)
            return ""

        wait_until(
            attempt,
            lambda busy: not busy,
            timeout=self.watch.timeout,
            what=f"{self.what} to end its run",
            state=str,
        )
        return seen

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
        idle = self.rested(lambda: self.api.call("StartCrawler", name=self.name))
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

    def returned(self, current: Values) -> Values:
        schedule = current.get("schedule")
        if not isinstance(schedule, str):
            return current
        # Check mode foretells the expression alone; it is empty when there is to be none.
        rest = {key: value for key, value in current.items() if key != "schedule"}
        return {**rest, "schedule": {"schedule_expression": schedule}} if schedule else rest

    def arn(self, current: Values) -> str:
        return self.build_arn(f"crawler/{self.name}")


def last_start(crawler: Values) -> Any:
    """When the last run that has ended began; None when there was none."""
    return (crawler.get("last_crawl") or {}).get("start_time")
