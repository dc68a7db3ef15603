"""Crawlers on a schedule.

https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateCrawlerSchedule.html
"""

from __future__ import annotations

import contextlib

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.runtime import Runtime
from sandbox.services.glue import runs
from sandbox.services.glue.checks import check_schedule
from sandbox.services.glue.store import Crawler, Crawlers, crawlers_of


@operation("glue", "UpdateCrawlerSchedule")
def update_crawler_schedule(call: Call, CrawlerName: str, Schedule: str | None = None) -> None:
    """Give a crawler a schedule, or take it away."""
    crawler = crawlers_of(call).named(CrawlerName)
    if Schedule:
        check_schedule(Schedule)
    arrange(call, crawler, Schedule or "")


@operation("glue", "StartCrawlerSchedule")
def start_crawler_schedule(call: Call, CrawlerName: str) -> None:
    """Let a schedule that was stopped go on."""
    crawler = crawlers_of(call).named(CrawlerName)
    if crawler.schedule is None:
        raise AwsError("NoScheduleException", f"Crawler {CrawlerName} has no schedule")
    if crawler.schedule["State"] == "SCHEDULED":
        message = f"The schedule of crawler {CrawlerName} is already running"
        raise AwsError("SchedulerRunningException", message)
    arrange(call, crawler, crawler.schedule["ScheduleExpression"])


@operation("glue", "StopCrawlerSchedule")
def stop_crawler_schedule(call: Call, CrawlerName: str) -> None:
    """Keep a schedule, but start no crawl by it."""
    crawler = crawlers_of(call).named(CrawlerName)
    if crawler.schedule is None or crawler.schedule["State"] != "SCHEDULED":
        message = f"The schedule of crawler {CrawlerName} is not running"
        raise AwsError("SchedulerNotRunningException", message)
    cancel(crawler)
    crawler.schedule["State"] = "NOT_SCHEDULED"


def arrange(call: Call, crawler: Crawler, expression: str) -> None:
    """Set a crawler's schedule going; an empty expression removes it."""
    cancel(crawler)
    crawler.schedule = None
    if expression:
        crawler.schedule = {"ScheduleExpression": expression, "State": "SCHEDULED"}
        _await_next(call.runtime, call.account, call.region, crawler)


def cancel(crawler: Crawler) -> None:
    """Start no further crawl by the schedule."""
    if crawler.timer:
        crawler.timer.cancel()
        crawler.timer = None


def _await_next(runtime: Runtime, account: str, region: str, crawler: Crawler) -> None:
    assert crawler.schedule is not None
    now = runtime.clock.now()
    due = check_schedule(crawler.schedule["ScheduleExpression"]).after(now)
    if due is None:
        return

    def fire() -> None:
        if runtime.state(Crawlers, account, region).by_name.get(crawler.name) is not crawler:
            return
        with contextlib.suppress(AwsError):  # it is running already: this time is left out
            runs.start(runtime, account, region, crawler.name)
        _await_next(runtime, account, region, crawler)

    # a timer cannot wait for longer than the system's clock counts
    longest = 86400.0
    seconds = (due - now).total_seconds()
    if seconds > longest:
        crawler.timer = runtime.clock.after(
            longest, lambda: _await_next(runtime, account, region, crawler)
        )
    else:
        crawler.timer = runtime.clock.after(seconds, fire)
