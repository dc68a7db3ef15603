"""What crawlers have done so far.

https://docs.aws.amazon.com/glue/latest/webapi/API_GetCrawlerMetrics.html
"""

from __future__ import annotations

import statistics
from typing import Any

from sandbox.call import Call
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.glue.store import Crawler, crawlers_of

PAGE = 100


@operation("glue", "GetCrawlerMetrics")
def get_crawler_metrics(
    call: Call,
    CrawlerNameList: list[str] | None = None,
    MaxResults: int | None = None,
    NextToken: str | None = None,
) -> dict[str, Any]:
    """Run times and numbers of tables, of all crawlers or of those named."""
    store = crawlers_of(call)
    with store.lock:
        found = [
            one
            for name, one in sorted(store.by_name.items())
            if not CrawlerNameList or name in CrawlerNameList
        ]
    part, following = page(found, NextToken, MaxResults or PAGE)
    return {"CrawlerMetricsList": [_metrics(one) for one in part], "NextToken": following}


def _metrics(crawler: Crawler) -> dict[str, Any]:
    over = [run for run in crawler.crawls if run.ended]
    seconds = [run.seconds for run in over]
    counts = ("TablesCreated", "TablesUpdated", "TablesDeleted")
    return {
        "CrawlerName": crawler.name,
        "TimeLeftSeconds": 0.0,
        "StillEstimating": crawler.state != "READY",
        "LastRuntimeSeconds": seconds[-1] if seconds else 0.0,
        "MedianRuntimeSeconds": statistics.median(seconds) if seconds else 0.0,
        **{name: sum(run.summary[name] for run in over) for name in counts},
    }
