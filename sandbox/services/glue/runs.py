"""Crawls: started, stopped, listed; each one really reads S3 as the crawler's role.

https://docs.aws.amazon.com/glue/latest/webapi/API_StartCrawler.html
"""

from __future__ import annotations

import contextlib
import json
import traceback
import uuid
from typing import Any

from botocore.exceptions import ClientError

from sandbox.call import Call
from sandbox.engines.crawler import (
    Access,
    CatalogTarget,
    CrawlError,
    CrawlStoppedError,
    Plan,
    S3Target,
    Summary,
    crawl,
)
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.runtime import Runtime
from sandbox.services.glue import events
from sandbox.services.glue.checks import GLUE, configuration_of, crawler_arn, invalid
from sandbox.services.glue.store import LOG_GROUP, Crawl, Crawler, Crawlers, crawlers_of
from sandbox.services.lakeformation import authority
from sandbox.services.lakeformation.lake import Lake
from sandbox.services.lakeformation.targets import of_database, of_table

# how long a small crawl takes on AWS, and its winding up
STARTING_SECONDS = 60
STOPPING_SECONDS = 20
PAGE = 20


@operation("glue", "StartCrawler")
def start_crawler(call: Call, Name: str) -> None:
    """Start a crawl in the background; CrawlerRunningException while there is one."""
    start(call.runtime, call.account, call.region, Name)


@operation("glue", "StopCrawler")
def stop_crawler(call: Call, Name: str) -> None:
    """Ask a running crawl to end; what it has written stays."""
    store = crawlers_of(call)
    with store.lock:
        crawler = store.named(Name)
        if crawler.state == "READY":
            message = f"Crawler with name {Name} isn't running"
            raise AwsError("CrawlerNotRunningException", message)
        if crawler.state == "STOPPING":
            message = f"Crawler with name {Name} is already stopping"
            raise AwsError("CrawlerStoppingException", message)
        crawler.state = "STOPPING"
        crawler.crawls[-1].stopped.set()


@operation("glue", "ListCrawls")
def list_crawls(
    call: Call,
    CrawlerName: str,
    MaxResults: int | None = None,
    Filters: list[dict[str, str]] | None = None,
    NextToken: str | None = None,
) -> dict[str, Any]:
    """The runs of a crawler, the latest first."""
    crawler = crawlers_of(call).named(CrawlerName)
    found = [
        one for one in reversed(crawler.crawls) if all(_meets(one, test) for test in Filters or [])
    ]
    part, following = page(found, NextToken, MaxResults or PAGE, "InvalidInputException")
    return {"Crawls": [_history(crawler, one) for one in part], "NextToken": following}


def start(runtime: Runtime, account: str, region: str, name: str) -> None:
    """Start a crawl, on request or by schedule."""
    store = runtime.state(Crawlers, account, region)
    with store.lock:
        crawler = store.named(name)
        if crawler.state != "READY":
            message = f"Crawler with name {name} has already started"
            raise AwsError("CrawlerRunningException", message)
        crawler.state = "RUNNING"
        run = Crawl(str(uuid.uuid4()), runtime.clock.now())
        crawler.crawls.append(run)
    events.crawl_started(runtime, account, region, crawler, run)
    runtime.clock.after(0, lambda: _run(runtime, account, region, crawler, run))


def _run(runtime: Runtime, account: str, region: str, crawler: Crawler, run: Crawl) -> None:
    summary = Summary()
    state, error = "COMPLETED", ""
    try:
        if run.stopped.wait(runtime.clock.delay(STARTING_SECONDS)):
            raise CrawlStoppedError
        lake = runtime.state(Lake, account, region)
        plan = _plan(crawler)
        _require_permissions(lake, crawler, plan)
        summary = crawl(plan, _access(runtime, lake, crawler, run))
    except CrawlStoppedError:
        state = "STOPPED"
    except (CrawlError, AwsError) as failure:
        state, error = "FAILED", str(getattr(failure, "message", failure))
    except Exception as failure:  # whatever it was, the crawler must be READY again
        traceback.print_exc()
        state, error = "FAILED", f"Internal Service Exception: {failure!r}"
    crawler.state = "STOPPING"
    _log(runtime, region, crawler, run, summary, error)

    def finish() -> None:
        _finish(runtime, crawler, run, summary, state, error)
        events.crawl_ended(runtime, account, region, crawler, run)

    runtime.clock.later(STOPPING_SECONDS, finish)


def _finish(
    runtime: Runtime, crawler: Crawler, run: Crawl, summary: Summary, state: str, error: str
) -> None:
    run.seconds = run.elapsed
    run.ended = runtime.clock.now()
    run.state, run.error = state, error[:2048]
    run.summary = {
        "TablesCreated": len(summary.created),
        "TablesUpdated": len(summary.updated),
        "TablesDeleted": len(summary.deleted),
    }
    if state == "COMPLETED":
        crawler.seen |= summary.folders
    crawler.state = "READY"


def _plan(crawler: Crawler) -> Plan:
    settings = crawler.settings
    targets, policy = settings["Targets"], settings["SchemaChangePolicy"]
    document = configuration_of(settings)
    output, grouping = document.get("CrawlerOutput", {}), document.get("Grouping", {})
    tables, partitions = output.get("Tables", {}), output.get("Partitions", {})
    only_new = settings["RecrawlPolicy"].get("RecrawlBehavior") == "CRAWL_NEW_FOLDERS_ONLY"
    level = grouping.get("TableLevelConfiguration")
    return Plan(
        crawler=crawler.name,
        database=settings.get("DatabaseName", ""),
        table_prefix=settings.get("TablePrefix", ""),
        s3_targets=tuple(_s3_target(target) for target in targets.get("S3Targets") or []),
        catalog_targets=tuple(
            CatalogTarget(target["DatabaseName"], name)
            for target in targets.get("CatalogTargets") or []
            for name in target["Tables"]
        ),
        update=policy.get("UpdateBehavior") != "LOG",
        delete=policy.get("DeleteBehavior", "DEPRECATE_IN_DATABASE"),
        merge_columns=tables.get("AddOrUpdateBehavior") == "MergeNewColumns",
        inherit=partitions.get("AddOrUpdateBehavior") == "InheritFromTable",
        level=int(level) if level else None,
        combine=grouping.get("TableGroupingPolicy") == "CombineCompatibleSchemas",
        seen=crawler.seen if only_new else None,
    )


def _s3_target(target: dict[str, Any]) -> S3Target:
    bucket, _, prefix = target["Path"].removeprefix("s3://").partition("/")
    folder = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
    return S3Target(bucket, folder, tuple(target.get("Exclusions") or ()), target.get("SampleSize"))


def _require_permissions(lake: Lake, crawler: Crawler, plan: Plan) -> None:
    """The permissions that a crawl needs, whether or not it will find a change to write."""
    for target in plan.catalog_targets:
        table = of_table(target.database, target.table)
        for permission in ("DESCRIBE", "ALTER"):
            authority.require(lake, crawler.role_arn, permission, table)
    if plan.s3_targets:
        for permission in ("DESCRIBE", "CREATE_TABLE"):
            authority.require(lake, crawler.role_arn, permission, of_database(plan.database))
    if not _uses_lake_credentials(crawler):
        return
    for target in plan.catalog_targets:
        table = of_table(target.database, target.table)
        authority.require(lake, crawler.role_arn, "SELECT", table)
    for location in plan.s3_targets:
        arn = f"arn:aws:s3:::{location.bucket}/{location.prefix}".rstrip("/")
        authority.require_location(lake, crawler.role_arn, arn)


def _access(runtime: Runtime, lake: Lake, crawler: Crawler, run: Crawl) -> Access:
    source_arn = crawler_arn(lake.account, lake.region, crawler.name)

    def s3(location: str) -> Any:
        role, service, source = crawler.role_arn, GLUE, source_arn
        if _uses_lake_credentials(crawler):
            registered = lake.registered("arn:aws:s3:::" + location.removeprefix("s3://"))
            if registered is None:
                raise CrawlError(f"The S3 location: {location} is not registered")
            role, service, source = registered["RoleArn"], "lakeformation.amazonaws.com", ""
        return runtime.client("s3", role, lake.region, service, source)

    glue = runtime.client("glue", crawler.role_arn, lake.region, GLUE, source_arn)
    return Access(s3, glue, run.stopped)


def _uses_lake_credentials(crawler: Crawler) -> bool:
    return bool(crawler.settings["LakeFormationConfiguration"].get("UseLakeFormationCredentials"))


def _log(
    runtime: Runtime, region: str, crawler: Crawler, run: Crawl, summary: Summary, error: str
) -> None:
    """Write the crawl's log where its LastCrawl says that it is."""
    logs = runtime.client("logs", region=region)
    place = {"logGroupName": LOG_GROUP, "logStreamName": crawler.name}
    lines = [
        f"BENCHMARK : Running Start Crawl for Crawler {crawler.name}",
        *(f"INFO : Created table {name}" for name in summary.created),
        *(f"INFO : Updated table {name}" for name in summary.updated),
        *(f"INFO : Deleted table {name}" for name in summary.deleted),
        *(f"INFO : {message}" for message in summary.messages),
        *([f"ERROR : {error}"] if error else []),
        "BENCHMARK : Crawler has finished running and is in state READY",
    ]
    with contextlib.suppress(ClientError):
        logs.create_log_group(logGroupName=LOG_GROUP)
    with contextlib.suppress(ClientError):
        logs.create_log_stream(**place)
    now = int(runtime.clock.now().timestamp() * 1000)
    events = [{"timestamp": now, "message": f"[{run.id}] {line}"} for line in lines]
    with contextlib.suppress(ClientError):
        logs.put_log_events(**place, logEvents=events)


def _history(crawler: Crawler, run: Crawl) -> dict[str, Any]:
    shown = {
        "CrawlId": run.id,
        "State": run.state,
        "StartTime": run.started,
        "LogGroup": LOG_GROUP,
        "LogStream": crawler.name,
        "MessagePrefix": run.id,
    }
    if run.ended:
        shown |= {"EndTime": run.ended, "Summary": json.dumps(run.summary), "DPUHour": 0.0}
    return shown | ({"ErrorMessage": run.error} if run.error else {})


def _meets(run: Crawl, test: dict[str, str]) -> bool:
    values = {"CRAWL_ID": run.id, "STATE": run.state}
    field, operator = test.get("FieldName", ""), test.get("FilterOperator")
    if field not in values or operator not in {"EQ", "NE"}:
        raise invalid(f"The sandbox does not filter crawls by {field} {operator}")
    return (values[field] == test.get("FieldValue")) == (operator == "EQ")
