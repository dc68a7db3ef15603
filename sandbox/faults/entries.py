"""What a fault plan may say: a class for each kind of fault, a member for each option."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Annotated, Literal

import botocore.exceptions
from moto.core.utils import get_service_model
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sandbox.faults.codes import THROTTLING

Number = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, le=3600)]


class Entry(BaseModel):
    """One fault; options that it doesn't have are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Counted(Entry):
    """A fault of some calls: of those after the first `skip`, the `first` ones or each `every`th."""

    skip: Annotated[int, Field(ge=0)] = 0
    first: Number | None = None
    every: Number | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_schedule(cls, given: dict[str, object]) -> dict[str, object]:
        if given.get("first") is not None and given.get("every") is not None:
            raise ValueError("either first or every is allowed, not both")
        return given if given.get("every") is not None else {"first": 1} | given


class OfRequests(Counted):
    """A fault of requests to a service, as boto3 names it, or to any. Patterns have * and ?."""

    service: str
    operation: str = "*"
    caller: str = "*"

    @field_validator("service")
    @classmethod
    def _known(cls, service: str) -> str:
        try:
            return service if service == "*" else get_service_model(service).service_name
        except botocore.exceptions.UnknownServiceError:
            allowed = "* and a service as boto3 names it, such as redshift-data, are allowed"
            raise ValueError(allowed) from None

    @model_validator(mode="after")
    def _known_operation(self) -> OfRequests:
        if self.service == "*":
            return self
        names = get_service_model(self.service).operation_names
        if not any(fnmatchcase(name, self.operation) for name in names):
            raise ValueError(f"operation {self.operation!r} matches no operation of {self.service}")
        return self

    def is_about(self, service: str, operation: str, caller: str) -> bool:
        """Whether a request is one of those that are counted."""
        return (
            self.service in {"*", service}
            and fnmatchcase(operation, self.operation)
            and fnmatchcase(caller, self.caller)
        )


class Throttle(OfRequests):
    """The request is refused as too many: by default with the code that the service uses."""

    kind: Literal["throttle"]
    code: str | None = None

    @field_validator("code")
    @classmethod
    def _throttles(cls, code: str | None) -> str | None:
        if code is not None and code not in THROTTLING:
            raise ValueError(f"allowed are {', '.join(sorted(THROTTLING))}")
        return code


class Error(OfRequests):
    """The service fails: by default with its own internal error."""

    kind: Literal["error"]
    code: str | None = None
    status: Annotated[int, Field(ge=500, le=599)] = 500


class ConnectionReset(OfRequests):
    """The connection is closed without an answer, before the call is done or after it."""

    kind: Literal["connection_reset"]
    when: Literal["before", "after"] = "before"


class ExpiredToken(OfRequests):
    """The caller's session is said to be over."""

    kind: Literal["expired_token"]


class ClockSkew(OfRequests):
    """AWS's clock is off by so many seconds: it refuses what is signed too early or too late."""

    kind: Literal["clock_skew"]
    seconds: Annotated[int, Field(ge=-86400, le=86400)]


class DelayedConsistency(Entry):
    """What is written is seen only later: new roles by other services, grants by ListPermissions."""

    kind: Literal["delayed_consistency"]
    service: Literal["iam", "lakeformation"]
    seconds: Seconds


class Statement(Counted):
    """A statement of the Data API fails, or hangs for some seconds before it runs."""

    kind: Literal["statement"]
    matching: str
    outcome: Literal["fail", "hang"] = "fail"
    message: str = "1023: Serializable isolation violation on table"
    seconds: Seconds = 30

    @field_validator("matching")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"a regular expression is allowed ({error})") from None
        return pattern

    def matches(self, sql: str) -> bool:
        """Whether the text of a statement has the pattern, in either case and over its lines."""
        return re.search(self.matching, sql, re.IGNORECASE | re.DOTALL) is not None


class ReplicationFailure(Counted):
    """A capture of DMS fails, when it starts, after its full load or as it writes changes.

    recoverable is retried by the task as its settings say, when it writes changes; fatal is not.
    """

    kind: Literal["replication_failure"]
    task: str = "*"
    during: Literal["start", "full_load", "changes"] = "start"
    level: Literal["recoverable", "fatal"] = "recoverable"


class DuplicateFile(Counted):
    """DMS writes a file of changes, doesn't know that it has, and writes its rows once more."""

    kind: Literal["duplicate_file"]
    task: str = "*"


AnyEntry = Annotated[
    Throttle
    | Error
    | ConnectionReset
    | ExpiredToken
    | ClockSkew
    | DelayedConsistency
    | Statement
    | ReplicationFailure
    | DuplicateFile,
    Field(discriminator="kind"),
]


class Plan(Entry):
    """The whole document."""

    faults: list[AnyEntry]
