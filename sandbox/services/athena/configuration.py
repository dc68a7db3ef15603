"""The configuration of a workgroup, and what it and a request together say of results.

https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.errors import AwsError
from sandbox.services.athena.refusals import invalid

LOCATION = re.compile(r"s3://[^/]")
ENGINE = "Athena engine version 3"
DEFAULTS: dict[str, Any] = {
    "EnforceWorkGroupConfiguration": True,
    "PublishCloudWatchMetricsEnabled": False,
    "RequesterPaysEnabled": False,
    "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": ENGINE},
}
SERVED = {*DEFAULTS, "ResultConfiguration", "BytesScannedCutoffPerQuery"}
RESULT_MEMBERS = (
    *("OutputLocation", "EncryptionConfiguration"),
    *("ExpectedBucketOwner", "AclConfiguration"),
)


def created(given: dict[str, Any]) -> dict[str, Any]:
    """The configuration that a workgroup is made with."""
    return updated({"ResultConfiguration": {}, **DEFAULTS}, given)


def updated(current: dict[str, Any], updates: dict[str, Any]) -> dict[str, Any]:
    """A configuration with the members of ConfigurationUpdates in it, checked."""
    result = dict(current["ResultConfiguration"])
    result.update(_present(updates.get("ResultConfiguration")))
    changes = _present(updates.get("ResultConfigurationUpdates"))
    for member in RESULT_MEMBERS:
        if changes.pop(f"Remove{member}", False):
            result.pop(member, None)
    result.update(changes)
    check_result(result)
    given = {
        name: value
        for name, value in _present(updates).items()
        if not name.startswith("ResultConfiguration")
    }
    merged = {**current, "ResultConfiguration": result}
    if given.pop("RemoveBytesScannedCutoffPerQuery", False):
        merged.pop("BytesScannedCutoffPerQuery", None)
    unserved = sorted(name for name, value in given.items() if name not in SERVED and value)
    if unserved:
        raise AwsError("NotImplemented", f"The sandbox does not serve {', '.join(unserved)}.")
    if "EngineVersion" in given:
        given["EngineVersion"] = _engine(given["EngineVersion"])
    return merged | {name: value for name, value in given.items() if name in SERVED}


def check_result(result: dict[str, Any]) -> None:
    """InvalidRequestException for a ResultConfiguration that cannot be used."""
    location = result.get("OutputLocation")
    if location is not None and not LOCATION.match(location):
        raise invalid("outputLocation is not a valid S3 path.")
    encryption = result.get("EncryptionConfiguration") or {}
    option, key = encryption.get("EncryptionOption"), encryption.get("KmsKey")
    if option in {"SSE_KMS", "CSE_KMS"} and not key:
        raise invalid(f"KmsKey is required for the encryption option {option}.")
    if option == "CSE_KMS":
        raise AwsError("NotImplemented", "The sandbox does not serve the encryption option CSE_KMS")


def of_results(workgroup: dict[str, Any], requested: dict[str, Any] | None) -> dict[str, Any]:
    """The ResultConfiguration in effect: the workgroup's where it is enforced, or stands alone.

    InvalidRequestException where neither has a location.
    """
    own = workgroup["ResultConfiguration"]
    asked = _present(requested)
    check_result(asked)
    chosen = own if workgroup["EnforceWorkGroupConfiguration"] else {**own, **asked}
    if not chosen.get("OutputLocation"):
        raise invalid(
            "No output location provided. An output location is required either through the "
            "Workgroup result configuration setting or as an API input."
        )
    return dict(chosen)


def _engine(given: dict[str, Any]) -> dict[str, Any]:
    selected = given.get("SelectedEngineVersion") or "AUTO"
    if selected not in {"AUTO", ENGINE}:
        raise invalid(f"The engine version {selected} is not available.")
    return {"SelectedEngineVersion": selected, "EffectiveEngineVersion": ENGINE}


def _present(members: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (members or {}).items() if value is not None}
