"""Crawlers: made, changed, shown, removed.

https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCrawler.html
"""

from __future__ import annotations

import copy
from typing import Any

from moto.glue.models import glue_backends

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.glue import checks, schedules
from sandbox.services.glue.store import DEFAULTS, Crawler, Crawlers, crawlers_of

PAGE = 100


@operation("glue", "CreateCrawler")
def create_crawler(
    call: Call,
    Name: str,
    Role: str,
    Targets: dict[str, Any],
    Schedule: str | None = None,
    Tags: dict[str, str] | None = None,
    **given: Any,
) -> None:
    """Make a crawler, when its role can be assumed and its targets can be crawled."""
    store = crawlers_of(call)
    if Name in store.by_name:
        raise AwsError("AlreadyExistsException", f"Crawler with name {Name} already exists")
    role_arn = checks.role_of(call, Role, Name)
    if Schedule:
        checks.check_schedule(Schedule)
    settings = _with_defaults(given) | {
        "Name": Name,
        "Role": checks.shown_role(role_arn),
        "Targets": Targets,
    }
    checks.check(call, settings, role_arn)
    now = call.runtime.clock.now()
    crawler = Crawler(copy.deepcopy(settings), role_arn, now, now)
    with store.lock:
        if store.by_name.setdefault(Name, crawler) is not crawler:
            raise AwsError("AlreadyExistsException", f"Crawler with name {Name} already exists")
    glue_backends[call.account][call.region].tag_resource(_arn(call, Name), Tags or {})
    if Schedule:
        schedules.arrange(call, crawler, Schedule)


@operation("glue", "UpdateCrawler")
def update_crawler(
    call: Call, Name: str, Role: str | None = None, Schedule: str | None = None, **given: Any
) -> None:
    """Change what is given; an empty text removes. Not while the crawler runs."""
    store = crawlers_of(call)
    crawler = store.named(Name)
    _require_ready(crawler)
    role_arn = checks.role_of(call, Role, Name) if Role else crawler.role_arn
    if Schedule:
        checks.check_schedule(Schedule)
    settings = crawler.settings | {"Role": checks.shown_role(role_arn)}
    for name, value in given.items():
        if isinstance(value, dict) and name in DEFAULTS:
            settings[name] = {**DEFAULTS[name], **settings[name], **value}
        elif value == "":
            settings.pop(name, None)
        elif value is not None:
            settings[name] = value
    checks.check(call, settings, role_arn)
    with store.lock:
        _require_ready(crawler)
        crawler.settings = copy.deepcopy(settings)
        crawler.role_arn = role_arn
        crawler.version += 1
        crawler.updated = call.runtime.clock.now()
    if Schedule is not None:
        schedules.arrange(call, crawler, Schedule)


@operation("glue", "DeleteCrawler")
def delete_crawler(call: Call, Name: str) -> None:
    """Remove a crawler that does not run; the tables that it made stay."""
    store = crawlers_of(call)
    with store.lock:
        crawler = store.named(Name)
        _require_ready(crawler)
        schedules.cancel(crawler)
        del store.by_name[Name]
    tagger = glue_backends[call.account][call.region].tagger
    tagger.delete_all_tags_for_resource(_arn(call, Name))


@operation("glue", "GetCrawler")
def get_crawler(call: Call, Name: str) -> dict[str, Any]:
    """One crawler."""
    return {"Crawler": crawlers_of(call).named(Name).described()}


@operation("glue", "GetCrawlers")
def get_crawlers(
    call: Call, MaxResults: int | None = None, NextToken: str | None = None
) -> dict[str, Any]:
    """All crawlers."""
    part, following = page(_sorted(crawlers_of(call)), NextToken, MaxResults or PAGE)
    return {"Crawlers": [one.described() for one in part], "NextToken": following}


@operation("glue", "ListCrawlers")
def list_crawlers(
    call: Call,
    MaxResults: int | None = None,
    NextToken: str | None = None,
    Tags: dict[str, str] | None = None,
) -> dict[str, Any]:
    """The names of the crawlers that carry all of the tags."""
    tagger = glue_backends[call.account][call.region].tagger
    wanted = (Tags or {}).items()
    names = [
        one.name
        for one in _sorted(crawlers_of(call))
        if wanted <= tagger.get_tag_dict_for_resource(_arn(call, one.name)).items()
    ]
    part, following = page(names, NextToken, MaxResults or PAGE)
    return {"CrawlerNames": part, "NextToken": following}


@operation("glue", "BatchGetCrawlers")
def batch_get_crawlers(call: Call, CrawlerNames: list[str]) -> dict[str, Any]:
    """The crawlers of these names, and the names that nobody has."""
    known = crawlers_of(call).by_name
    return {
        "Crawlers": [known[name].described() for name in CrawlerNames if name in known],
        "CrawlersNotFound": [name for name in CrawlerNames if name not in known],
    }


def _with_defaults(given: dict[str, Any]) -> dict[str, Any]:
    settings = copy.deepcopy(DEFAULTS)
    for name, value in given.items():
        if isinstance(value, dict) and isinstance(settings.get(name), dict):
            settings[name] |= value
        elif value not in (None, ""):
            settings[name] = value
    return settings


def _require_ready(crawler: Crawler) -> None:
    if crawler.state != "READY":
        raise AwsError(
            "CrawlerRunningException", f"Crawler with name {crawler.name} is currently running"
        )


def _sorted(store: Crawlers) -> list[Crawler]:
    with store.lock:
        return sorted(store.by_name.values(), key=lambda one: one.name)


def _arn(call: Call, name: str) -> str:
    return checks.crawler_arn(call.account, call.region, name)
