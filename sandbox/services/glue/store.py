"""The crawlers of one account and region, as Glue keeps them."""

from __future__ import annotations

import copy
import datetime
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.runtime import Runtime

LOG_GROUP = "/aws-glue/crawlers"
TARGETS = (
    *("S3Targets", "JdbcTargets", "MongoDBTargets", "DynamoDBTargets"),
    *("CatalogTargets", "DeltaTargets", "IcebergTargets", "HudiTargets"),
)
# what a crawler has when nobody says otherwise
DEFAULTS: dict[str, Any] = {
    "Classifiers": [],
    "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
    "SchemaChangePolicy": {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
    },
    "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
    "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
}


@dataclass
class Crawl:
    """One run of a crawler."""

    id: str
    started: datetime.datetime
    began: float = field(default_factory=time.monotonic)
    stopped: threading.Event = field(default_factory=threading.Event)
    state: str = "RUNNING"
    ended: datetime.datetime | None = None
    seconds: float = 0.0
    error: str = ""
    summary: dict[str, int] = field(default_factory=dict)

    @property
    def elapsed(self) -> float:
        """How many seconds it has run, or ran."""
        return self.seconds if self.ended else time.monotonic() - self.began


@dataclass
class Crawler:
    """A crawler: its settings as the API has them, its state, its runs."""

    settings: dict[str, Any]
    role_arn: str
    created: datetime.datetime
    updated: datetime.datetime
    version: int = 1
    state: str = "READY"
    schedule: dict[str, str] | None = None
    timer: threading.Timer | None = None
    crawls: list[Crawl] = field(default_factory=list)
    seen: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The crawler's name."""
        return str(self.settings["Name"])

    @property
    def last(self) -> Crawl | None:
        """The latest run that is over."""
        return next((one for one in reversed(self.crawls) if one.ended), None)

    def described(self) -> dict[str, Any]:
        """The Crawler structure."""
        shown = copy.deepcopy(self.settings)
        shown["Targets"] = {name: shown["Targets"].get(name, []) for name in TARGETS}
        for target in shown["Targets"]["S3Targets"]:
            target.setdefault("Exclusions", [])
        if self.schedule:
            shown["Schedule"] = dict(self.schedule)
        running = self.crawls[-1] if self.crawls else None
        shown |= {
            "State": self.state,
            "Version": self.version,
            "CreationTime": self.created,
            "LastUpdated": self.updated,
            "CrawlElapsedTime": int(running.elapsed * 1000) if running else 0,
        }
        if self.last:
            shown["LastCrawl"] = self._last_crawl(self.last)
        return shown

    def _last_crawl(self, crawl: Crawl) -> dict[str, Any]:
        statuses = {"COMPLETED": "SUCCEEDED", "STOPPED": "CANCELLED", "FAILED": "FAILED"}
        shown = {
            "Status": statuses[crawl.state],
            "LogGroup": LOG_GROUP,
            "LogStream": self.name,
            "MessagePrefix": crawl.id,
            "StartTime": crawl.started,
        }
        return shown | ({"ErrorMessage": crawl.error} if crawl.error else {})


class Crawlers:
    """All crawlers, by name."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self.lock = threading.RLock()
        self.by_name: dict[str, Crawler] = {}

    def named(self, name: str) -> Crawler:
        """One crawler; EntityNotFoundException when there is none."""
        try:
            return self.by_name[name]
        except KeyError:
            message = f"Crawler with name {name} does not exist"
            raise AwsError("EntityNotFoundException", message) from None


def crawlers_of(call: Call) -> Crawlers:
    """The crawlers that a request is about."""
    return call.runtime.state(Crawlers, call.account, call.region)
