"""What Glue demands of a crawler before it takes it."""

from __future__ import annotations

import datetime
import json
from typing import Any

from botocore.exceptions import ClientError
from moto.iam.models import iam_backends

from sandbox.authorization.trust import service_is_trusted
from sandbox.call import Call
from sandbox.engines.timetable import Cron, parse
from sandbox.errors import AwsError
from sandbox.identity import is_known

GLUE = "glue.amazonaws.com"
CRAWLED = ("S3Targets", "CatalogTargets")
# https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html
MOST_OFTEN = datetime.timedelta(minutes=5)


def invalid(message: str) -> AwsError:
    """Glue's answer to what it does not take."""
    return AwsError("InvalidInputException", message)


def role_of(call: Call, given: str, crawler: str) -> str:
    """The ARN of a role given as ARN, as name, or as path and name.

    InvalidInputException when it is missing or does not trust Glue for the crawler.
    """
    source_arn = crawler_arn(call.account, call.region, crawler)
    for role in iam_backends[call.account]["aws"].roles.values():
        named = {role.arn, role.name, shown_role(role.arn)}
        if given.lstrip("/") not in named or not is_known(role):
            continue
        if service_is_trusted(role.arn, GLUE, call.account, source_arn):
            return str(role.arn)
    raise invalid("Service is unable to assume provided role. Please verify role's TrustPolicy")


def crawler_arn(account: str, region: str, name: str) -> str:
    """The ARN of a crawler, for which Glue is its role: the guide says it of no resource by name.

    https://docs.aws.amazon.com/glue/latest/dg/cross-service-confused-deputy-prevention.html
    """
    return f"arn:aws:glue:{region}:{account}:crawler/{name}"


def shown_role(arn: str) -> str:
    """How Glue answers a role: its path and name."""
    return arn.split(":role/", maxsplit=1)[-1]


def check(call: Call, settings: dict[str, Any], role_arn: str) -> None:
    """InvalidInputException unless a crawler of these settings could be crawled."""
    targets = {name: given for name, given in settings["Targets"].items() if given}
    if not targets:
        raise invalid("Crawler must have at least one target.")
    other = sorted(set(targets) - set(CRAWLED))
    if other:
        raise AwsError("NotImplemented", f"The sandbox does not crawl {', '.join(other)}")
    if any(target.get("ConnectionName") for given in targets.values() for target in given):
        raise AwsError("NotImplemented", "The sandbox crawls through no connection")
    if "CatalogTargets" in targets and len(targets) > 1:
        raise invalid("Catalog targets cannot be mixed with other target types.")
    configuration_of(settings)
    _check_policies(settings, targets)
    if "CatalogTargets" in targets:
        _check_catalog(call, settings, role_arn)
    else:
        _check_s3(call, settings, role_arn)


def configuration_of(settings: dict[str, Any]) -> dict[str, Any]:
    """The Configuration document; InvalidInputException when it is not one."""
    text = settings.get("Configuration")
    if not text:
        return {}
    try:
        document = json.loads(text)
    except ValueError:
        raise invalid("Crawler configuration is not valid JSON.") from None
    if not isinstance(document, dict) or document.get("Version") not in (1, 1.0, "1.0"):
        raise invalid("Crawler configuration must be an object with Version 1.0.")
    return document


def check_schedule(expression: str) -> Cron:
    """A crawler's schedule; InvalidInputException unless it is a cron expression, not too often."""
    try:
        timetable = parse(expression, datetime.UTC, datetime.datetime.now(datetime.UTC))
    except ValueError as error:
        raise invalid(f"Invalid schedule expression {expression}: {error}") from None
    if not isinstance(timetable, Cron):
        raise invalid(f"Invalid schedule expression {expression}: it must be cron(...)")
    if timetable.shortest < MOST_OFTEN:
        raise invalid(
            f"Invalid schedule expression {expression}: it must be at most every 5 minutes"
        )
    return timetable


def _check_policies(settings: dict[str, Any], targets: dict[str, Any]) -> None:
    recrawl = settings["RecrawlPolicy"].get("RecrawlBehavior", "CRAWL_EVERYTHING")
    policy = settings["SchemaChangePolicy"]
    behaviours = (policy.get("UpdateBehavior"), policy.get("DeleteBehavior"))
    if recrawl == "CRAWL_EVENT_MODE":
        raise AwsError("NotImplemented", "The sandbox does not crawl by S3 events")
    if recrawl == "CRAWL_NEW_FOLDERS_ONLY" and behaviours != ("LOG", "LOG"):
        raise invalid(
            "The SchemaChangePolicy for 'Update' and 'Delete' must be LOG "
            "when the RecrawlBehavior is CRAWL_NEW_FOLDERS_ONLY."
        )
    if "CatalogTargets" in targets and behaviours[1] != "LOG":
        raise invalid(
            f"The SchemaChangePolicy DeleteBehavior {behaviours[1]} is not supported for catalog "
            "targets: it must be LOG."
        )
    for target in targets.get("S3Targets", []):
        if not str(target.get("Path", "")).startswith("s3://"):
            raise invalid(f"S3 target path is not valid: {target.get('Path')}")
        sample = target.get("SampleSize")
        if sample is not None and not 1 <= sample <= 249:
            raise invalid("SampleSize must be from 1 to 249.")


def _check_catalog(call: Call, settings: dict[str, Any], role_arn: str) -> None:
    """The crawler's role must see each table: Glue asks the catalog as that role."""
    targets = settings["Targets"]["CatalogTargets"]
    names = [(target["DatabaseName"], name) for target in targets for name in target["Tables"]]
    if not all(target["Tables"] for target in targets):
        raise invalid("A catalog target needs at least one table.")
    if settings["LakeFormationConfiguration"].get("UseLakeFormationCredentials") and len(names) > 1:
        raise invalid(
            "With Lake Formation credentials only one catalog target with one table is allowed."
        )
    glue = _as_role(call, "glue", settings, role_arn)
    for database, name in names:
        try:
            glue.get_table(DatabaseName=database, Name=name)
        except ClientError as error:
            answer = error.response
            raise invalid(
                f"{answer['Error']['Message']} (Service: AmazonDataCatalog; Status Code: 400; "
                f"Error Code: {answer['Error']['Code']}; "
                f"Request ID: {answer['ResponseMetadata'].get('RequestId', '')}; Proxy: null)"
            ) from None


def _check_s3(call: Call, settings: dict[str, Any], role_arn: str) -> None:
    if not settings.get("DatabaseName"):
        raise invalid("A crawler with S3 targets needs a DatabaseName.")
    try:
        call.runtime.client("glue", region=call.region).get_database(Name=settings["DatabaseName"])
    except ClientError as error:
        raise invalid(error.response["Error"]["Message"]) from None
    s3 = _as_role(call, "s3", settings, role_arn)
    for target in settings["Targets"]["S3Targets"]:
        bucket = target["Path"].removeprefix("s3://").split("/", maxsplit=1)[0]
        try:
            s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise invalid(f"S3 bucket {bucket} does not exist.") from None


def _as_role(call: Call, service: str, settings: dict[str, Any], role_arn: str) -> Any:
    source_arn = crawler_arn(call.account, call.region, settings["Name"])
    return call.runtime.client(service, role_arn, call.region, GLUE, source_arn)
