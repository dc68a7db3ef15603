"""The master user's password: its rules, and the secret that RDS keeps it in when asked."""

from __future__ import annotations

import json
import secrets
import string
from typing import Any

from moto.rds.models import DBInstance

from sandbox.errors import AwsError

FORBIDDEN = set('/@" ')
LENGTHS = range(8, 129)
GENERATED_LENGTH = 28
RESERVED_USERS = {"admin", "rdsadmin", "rds_superuser", "rds_replication", "rds_password"}


def check_password(password: str) -> None:
    """InvalidParameterValue unless RDS for PostgreSQL would take this password."""
    what = "The parameter MasterUserPassword is not a valid password"
    if len(password) not in LENGTHS:
        side = "shorter than 8" if len(password) < LENGTHS.start else "longer than 128"
        raise AwsError("InvalidParameterValue", f"{what} because it is {side} characters.")
    if set(password) & FORBIDDEN or not (password.isascii() and password.isprintable()):
        raise AwsError(
            "InvalidParameterValue",
            f"{what}. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.",
        )


def check_user(name: str) -> None:
    """InvalidParameterValue unless RDS for PostgreSQL would take this master user name."""
    if name.lower() in RESERVED_USERS or name.lower().startswith("pg_"):
        raise AwsError(
            "InvalidParameterValue",
            f"MasterUsername {name} cannot be used as it is a reserved word used by the engine",
        )
    if not name[:1].isalpha() or not name.replace("_", "a").isalnum() or len(name) > 63:
        raise AwsError(
            "InvalidParameterValue",
            "The parameter MasterUsername is not a valid identifier: it must be 1 to 63 letters, "
            "digits and underscores, and begin with a letter.",
        )


def new_managed_password(record: DBInstance) -> str:
    """A new password for the master user, written to the secret that RDS manages for it.

    The secret holds JSON: {"username", "password"}.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
    """
    letters = string.ascii_letters + string.digits + "!#$%&*+-_~"
    password = "".join(secrets.choice(letters) for _ in range(GENERATED_LENGTH))
    text = json.dumps({"username": record.master_username, "password": password})
    secret: Any = record.master_user_secret.secret
    secret.secret_string = text
    for version in secret.versions.values():
        if "AWSCURRENT" in version["version_stages"]:
            version["secret_string"] = text
    return password
