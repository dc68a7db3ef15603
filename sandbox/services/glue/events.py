"""The events that Glue puts on the default event bus: of crawlers, databases and tables.

https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from sandbox.call import Call
from sandbox.runtime import Runtime
from sandbox.services.events.bus import Event, publish
from sandbox.services.glue.store import LOG_GROUP, Crawl, Crawler

SOURCE = "aws.glue"
CRAWLER = "Glue Crawler State Change"
DATABASE = "Glue Data Catalog Database State Change"
TABLE = "Glue Data Catalog Table State Change"
CONSOLE = "https://console.aws.amazon.com/cloudwatch/home"


def crawl_started(
    runtime: Runtime, account: str, region: str, crawler: Crawler, run: Crawl
) -> None:
    """Tell that a crawl has started."""
    started = {"startTime": _second(run.started)}
    _tell_of_crawl(runtime, account, region, crawler, "Started", started)


def crawl_ended(runtime: Runtime, account: str, region: str, crawler: Crawler, run: Crawl) -> None:
    """Tell how a crawl ended; of one that was stopped Glue has no event."""
    log = f"{CONSOLE}?region={region}#logEventViewer:group={LOG_GROUP};stream={crawler.name}"
    if run.state == "FAILED":
        failed = {"errorMessage": run.error, "cloudWatchLogLink": log}
        _tell_of_crawl(runtime, account, region, crawler, "Failed", failed)
    if run.state == "COMPLETED":
        assert run.ended is not None
        counts = {name[0].lower() + name[1:]: str(count) for name, count in run.summary.items()}
        succeeded = {
            **counts,
            "partitionsCreated": "0",
            "partitionsUpdated": "0",
            "partitionsDeleted": "0",
            "warningMessage": "N/A",
            "runningTime (sec)": str(int(run.seconds)),
            "completionDate": _second(run.ended),
            "cloudWatchLogLink": log,
        }
        _tell_of_crawl(runtime, account, region, crawler, "Succeeded", succeeded)


def _tell_of_crawl(
    runtime: Runtime,
    account: str,
    region: str,
    crawler: Crawler,
    state: str,
    more: dict[str, str],
) -> None:
    detail = {
        "accountId": account,
        "crawlerName": crawler.name,
        "state": state,
        "message": f"Crawler {state}",
    }
    publish(runtime, account, region, Event(SOURCE, CRAWLER, detail | more))


def database_changed(call: Call, database: str, tables: list[str] | None = None) -> None:
    """Tell that a database, or which of its tables, was made or deleted."""
    names = tables or []
    base = f"arn:aws:glue:{call.region}:{call.account}"
    resources = [f"{base}:table/{database}/{name}" for name in names]
    detail: dict[str, Any] = {"databaseName": database, "typeOfChange": call.operation}
    if names:
        detail["changedTables"] = names
    _publish(call, DATABASE, detail, resources or [f"{base}:database/{database}"])


def table_changed(
    call: Call, database: str, table: str, partitions: Sequence[Sequence[str]] = ()
) -> None:
    """Tell that a table was changed, or which of its partitions."""
    detail = {
        "databaseName": database,
        "tableName": table,
        "typeOfChange": call.operation,
        "changedPartitions": [f"[{', '.join(values)}]" for values in partitions],
    }
    arn = f"arn:aws:glue:{call.region}:{call.account}:table/{database}/{table}"
    _publish(call, TABLE, detail, [arn])


def _publish(call: Call, detail_type: str, detail: dict[str, Any], resources: list[str]) -> None:
    event = Event(SOURCE, detail_type, detail, resources)
    publish(call.runtime, call.account, call.region, event)


def _second(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
