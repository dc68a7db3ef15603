"""CreateDBInstance: a real PostgreSQL, made in the background."""

from __future__ import annotations

import secrets
import string
from typing import Any

from moto.rds.models import DBInstance, RDSBackend

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.rds import checks, versions
from sandbox.services.rds.catalogue import FAMILIES
from sandbox.services.rds.credentials import check_password, check_user, new_managed_password
from sandbox.services.rds.describe import described, instances_of

DEFAULT_STORAGE_TYPE = "gp2"


@operation("rds", "CreateDBInstance")
def create_db_instance(
    call: Call,
    DBInstanceIdentifier: str,
    Engine: str,
    EngineVersion: str | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Begin to make an instance: creating, then available."""
    if Engine != "postgres" or settings.get("DBClusterIdentifier"):
        raise AwsError("NotImplemented", f"The sandbox runs engine postgres, not {Engine}.")
    version = versions.resolve(EngineVersion)
    instances = instances_of(call)
    _check(call, version, settings)
    if instances.has(DBInstanceIdentifier):
        raise AwsError("DBInstanceAlreadyExists", "DB instance already exists")
    call.moto()
    record = instances.backend.databases[DBInstanceIdentifier]
    _correct(record, instances.backend, version, settings)
    instance = instances.add(record)
    managed = settings.get("ManageMasterUserPassword")
    password = new_managed_password(record) if managed else settings["MasterUserPassword"]
    answer = described(call, instance)
    instance.provision(password)
    return answer


def _check(call: Call, version: str, settings: dict[str, Any]) -> None:
    check_user(checks.required(settings, "MasterUsername"))
    if not settings.get("ManageMasterUserPassword"):
        check_password(checks.required(settings, "MasterUserPassword"))
    elif settings.get("MasterUserPassword"):
        raise AwsError(
            "InvalidParameterCombination",
            "MasterUserPassword cannot be given when ManageMasterUserPassword is enabled.",
        )
    if settings.get("DBName"):
        checks.check_database_name(settings["DBName"])
    storage_type = settings.get("StorageType") or DEFAULT_STORAGE_TYPE
    checks.check_storage(checks.required(settings, "AllocatedStorage"), storage_type)
    checks.check_common(call, version, settings)


def _correct(
    record: DBInstance, backend: RDSBackend, version: str, settings: dict[str, Any]
) -> None:
    """Set right what moto gives every instance alike, or reads from the version as asked."""
    record.engine_version = version
    record.license_model = settings.get("LicenseModel") or "postgresql-license"
    record.publicly_accessible = bool(record.publicly_accessible)
    letters = string.ascii_uppercase + string.digits
    record.dbi_resource_id = "db-" + "".join(secrets.choice(letters) for _ in range(26))
    if not settings.get("OptionGroupName"):
        record.option_group_name = f"default:postgres-{versions.major_of(version)}"
    for name in list(backend.db_parameter_groups):
        if name.startswith("default.") and name.removeprefix("default.") not in FAMILIES:
            del backend.db_parameter_groups[name]
