"""What resources may be called."""

from __future__ import annotations

import re

from sandbox.errors import AwsError

IDENTIFIER = re.compile(r"[a-z](?:-?[a-z0-9])*", re.IGNORECASE)
GROUP = re.compile(r"[a-z0-9._ -]+", re.IGNORECASE)
SUFFIX = re.compile(r"[a-z](?:-?[a-z0-9])*", re.IGNORECASE)
LONGEST_SUFFIX = 31


def identifier(value: str, member: str, longest: int = 255) -> str:
    """An identifier in lower case, as DMS keeps it.

    InvalidParameterValueException unless it is letters, digits and single hyphens, begins with a
    letter and ends without a hyphen.
    """
    if len(value) > longest or not IDENTIFIER.fullmatch(value):
        raise AwsError(
            "InvalidParameterValueException",
            f"The parameter {member} must be provided and must not be blank. It must be 1 to "
            f"{longest} ASCII letters, digits and hyphens, begin with a letter, and must not end "
            "with a hyphen or contain two consecutive hyphens.",
        )
    return value.lower()


def group_identifier(value: str) -> str:
    """The identifier of a subnet group, in lower case."""
    if len(value) > 255 or not GROUP.fullmatch(value) or value.lower() == "default":
        raise AwsError(
            "InvalidParameterValueException",
            "The parameter ReplicationSubnetGroupIdentifier must contain no more than 255 "
            "alphanumeric characters, periods, underscores, or hyphens, and must not be "
            "'default'.",
        )
    return value.lower()


def resource_identifier(value: str | None) -> str | None:
    """The end of an ARN that the caller chose."""
    if value is not None and (len(value) > LONGEST_SUFFIX or not SUFFIX.fullmatch(value)):
        raise AwsError(
            "InvalidParameterValueException",
            f"The parameter ResourceIdentifier must be at most {LONGEST_SUFFIX} letters, digits "
            "and hyphens, begin with a letter, and must not end with a hyphen or contain two "
            "consecutive hyphens.",
        )
    return value
