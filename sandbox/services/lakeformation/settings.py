"""Data lake settings: administrators and what is granted on everything new.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_PutDataLakeSettings.html
"""

from __future__ import annotations

import copy
from typing import Any

from sandbox.call import Call
from sandbox.registry import operation
from sandbox.services.lakeformation.lake import initial_settings, lake_of
from sandbox.services.lakeformation.principals import require_own_catalog, require_principal
from sandbox.services.lakeformation.targets import invalid

ADMINISTRATORS = 30


@operation("lakeformation", "GetDataLakeSettings")
def get_data_lake_settings(call: Call, CatalogId: str | None = None) -> dict[str, Any]:
    """The settings of the account."""
    require_own_catalog(call, CatalogId)
    return {"DataLakeSettings": copy.deepcopy(lake_of(call).settings)}


@operation("lakeformation", "PutDataLakeSettings")
def put_data_lake_settings(
    call: Call, DataLakeSettings: dict[str, Any], CatalogId: str | None = None
) -> None:
    """Replace all settings: a list that is not given becomes empty.

    IAM alone decides who may, so an IAM administrator can name data lake administrators.
    """
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    admins = DataLakeSettings.get("DataLakeAdmins") or []
    if len(admins) > ADMINISTRATORS:
        raise invalid(f"There can be at most {ADMINISTRATORS} data lake administrators.")
    known = [*lake.settings["DataLakeAdmins"], *lake.settings["ReadOnlyAdmins"]]
    for admin in [*admins, *(DataLakeSettings.get("ReadOnlyAdmins") or [])]:
        if admin not in known:
            require_principal(call, admin["DataLakePrincipalIdentifier"], group=False)
    for name in ("CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions"):
        for granted in DataLakeSettings.get(name) or []:
            require_principal(call, granted["Principal"]["DataLakePrincipalIdentifier"])
    empty = initial_settings() | {
        "CreateDatabaseDefaultPermissions": [],
        "CreateTableDefaultPermissions": [],
    }
    given = {name: value for name, value in DataLakeSettings.items() if value is not None}
    parameters = empty["Parameters"] | given.pop("Parameters", {})
    with lake.lock:
        lake.settings = copy.deepcopy(empty | given | {"Parameters": parameters})


@operation("lakeformation", "GetDataLakePrincipal")
def get_data_lake_principal(call: Call) -> dict[str, Any]:
    """Who the caller is to Lake Formation."""
    return {"Identity": call.principal.arn}
