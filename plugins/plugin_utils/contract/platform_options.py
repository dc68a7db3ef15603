# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The specification of platform.yml."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from .names import READER_TAG
from .options import Option, boolean, integer, one_of, parsed, text

_TAG_LIMIT = 256
_MAX_TAGS = 48  # AWS allows 50, of which a resource has at most two of the collection's own
_OWN_TAGS = ("platform", READER_TAG, "Name")
_TAKEN_TAGS = {key.lower() for key in _OWN_TAGS}
_TAG_TEXT = re.compile(r"[\w .:/=+@-]*")
# minutes, hours, day of the month, month, day of the week, year
_CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199))


def _capacity(value: Any) -> str | None:
    allowed = "allowed: 4, or 8 to 512 in steps of 8"
    if not isinstance(value, int) or isinstance(value, bool):
        return allowed
    return None if value == 4 or (8 <= value <= 512 and value % 8 == 0) else allowed


def _tags(value: Any) -> str | None:
    allowed = (
        f"allowed: a mapping of text to text, at most {_MAX_TAGS}, of letters, digits, spaces and"
        f" _.:/=+-@, no key that is {' or '.join(_OWN_TAGS)} or begins with aws:, and no two"
        " keys that are alike but for capitals: to IAM they are the same"
    )
    if not isinstance(value, dict) or len(value) > _MAX_TAGS:
        return allowed
    fine = all(
        isinstance(key, str)
        and isinstance(item, str)
        and 0 < len(key) <= _TAG_LIMIT // 2
        and len(item) <= _TAG_LIMIT
        and _TAG_TEXT.fullmatch(key + item)
        and key.lower() not in _TAKEN_TAGS
        and not key.lower().startswith("aws:")
        for key, item in value.items()
    )
    return None if fine and len({key.lower() for key in value}) == len(value) else allowed


def read_cidr(value: str) -> ipaddress.IPv4Network:
    """Read the range of a VPC: its subnets take a sixteenth each.

    Raises ValueError saying what is allowed.
    """
    allowed = "allowed: a range such as 10.20.0.0/16, /16 to /22"
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        raise ValueError(allowed) from None
    if not 16 <= network.prefixlen <= 22:
        raise ValueError(allowed)
    return network


def _check_cron(fields: list[str]) -> None:
    for field, (least, most) in zip(fields, _CRON_RANGES, strict=True):
        # the number behind a slash or # is a step or a count, not a time
        for number in re.findall(r"(?<![/#\d])\d+", field):
            if not least <= int(number) <= most:
                raise ValueError(f"{number} in {field!r}; allowed: {least} to {most}")


def read_schedule(value: str) -> str:
    """Read a recurring schedule of EventBridge Scheduler, `rate(...)` or `cron(...)`.

    Raises ValueError saying what is allowed.
    """
    allowed = (
        "allowed: rate(15 minutes), or cron(minutes hours day-of-month month day-of-week year)"
    )
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)(s?)\)", value)
    if rate:
        count, plural = int(rate.group(1)), bool(rate.group(3))
        if count > 0 and plural == (count != 1):
            return value
        raise ValueError(f"{allowed}; 1 minute, 2 minutes")
    cron = re.fullmatch(r"cron\(([0-9A-Za-z*?,/#\- ]+)\)", value)
    if cron:
        fields = cron.group(1).split(" ")
        if len(fields) == len(_CRON_RANGES) and all(fields):
            _check_cron(fields)
            if (fields[2] == "?") != (fields[4] == "?"):
                return value
            raise ValueError(f"{allowed}; exactly one of the two days is ?")
    raise ValueError(allowed)


_IDENTITY = text(r"[a-z](?:-?[a-z0-9])*", "allowed: a-z, 0-9 and single hyphens, a letter first")
_HOST_NAME = text(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", "allowed: a host name or address")
# names that RDS or Redshift keeps for itself
_TAKEN = ("template0", "template1", "rdsadmin", "padb_harvest", "awsdatacatalog")
_DATABASE = text(
    rf"(?!(?:{'|'.join(_TAKEN)})$)[a-z][a-z0-9_]{{0,62}}",
    f"allowed: a-z, 0-9 and _, a letter first, at most 63, none of {', '.join(_TAKEN)}",
)

PLATFORM = {
    "name": Option(_IDENTITY, required=True),
    "environment": Option(_IDENTITY, required=True),
    "account_id": Option(text(r"\d{12}", "allowed: 12 digits, in quotes"), required=True),
    "region": Option(
        text(
            r"[a-z]{2}(?:-gov)?-(?:north|south|east|west|central){1,2}-\d",
            "allowed: a region such as eu-west-1",
        ),
        required=True,
    ),
    "tags": Option(_tags, default={}),
}

NETWORK = {
    "create": Option(boolean, default=False),
    "cidr": Option(parsed(read_cidr), default="10.20.0.0/16"),
    "availability_zones": Option(
        items=Option(text(r"[a-f]", "allowed: the letter of a zone, a to f")),
        default=["a", "b", "c"],
    ),
    "vpc_id": Option(
        text(r"vpc-[0-9a-f]{8,17}", "allowed: a VPC id such as vpc-0123456789abcdef0")
    ),
    "subnet_ids": Option(items=Option(text(r"subnet-[0-9a-f]{8,17}", "allowed: a subnet id"))),
}

SOURCE = {
    "create": Option(boolean, default=False),
    "engine_version": Option(
        text(r"1[3-7](\.\d{1,2})?", "allowed: a PostgreSQL version in quotes, 13 to 17"),
        default="16",
    ),
    "instance_class": Option(
        text(r"db\.[a-z0-9]+\.[a-z0-9]+", "allowed: a class such as db.t4g.medium")
    ),
    "allocated_storage": Option(integer(20, 65536), default=20),
    "max_allocated_storage": Option(integer(20, 65536), default=100),
    "multi_az": Option(boolean, default=False),
    "deletion_protection": Option(boolean, default=True),
    "backup_retention_period": Option(integer(0, 35), default=7),
    "database": Option(_DATABASE, required=True),
    "port": Option(integer(1150, 65535), default=5432),
    "host": Option(_HOST_NAME),
    "replica_host": Option(_HOST_NAME),
    "secret": Option(text(r"[A-Za-z0-9/_+=.@:-]+", "allowed: the name or ARN of a secret")),
    # no alias: IAM allows the use of a key by its own ARN alone
    "secret_kms_key": Option(
        text(
            r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/(?:[0-9a-f-]{36}|mrk-[0-9a-f]{32})",
            "allowed: the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>",
        )
    ),
}

INGESTION = {
    "instance_class": Option(
        text(r"dms\.[a-z0-9]+\.[a-z0-9]+", "allowed: a class such as dms.t3.medium"), required=True
    ),
    "engine_version": Option(
        text(r"3\.\d+\.\d+", "allowed: a DMS version such as 3.6.1"), default="3.6.1"
    ),
    "allocated_storage": Option(integer(5, 6144), default=50),
    "multi_az": Option(boolean, default=False),
    "flush_interval": Option(integer(1, 3600), required=True),
}

WAREHOUSE = {
    "database": Option(_DATABASE, required=True),
    "base_capacity": Option(_capacity, required=True),
    "max_rpu_hours_per_day": Option(integer(1, 100000)),
}

LOAD = {
    "schedule": Option(parsed(read_schedule), required=True),
    "enabled": Option(boolean, default=True),
    "concurrency": Option(integer(1, 40), default=5),
    "schema_changes": Option(one_of("contract", "follow_source"), default="contract"),
}

LAKE = {
    "schedule": Option(parsed(read_schedule), default="rate(1 hour)"),
    "enabled": Option(boolean, default=True),
    "keep_hours": Option(integer(1, 168), default=1),
}

DOCUMENT = {
    "platform": Option(options=PLATFORM, required=True),
    "network": Option(options=NETWORK, required=True),
    "source": Option(options=SOURCE, required=True),
    "ingestion": Option(options=INGESTION, required=True),
    "warehouse": Option(options=WAREHOUSE, required=True),
    "load": Option(options=LOAD, required=True),
    "lake": Option(options=LAKE),
}
