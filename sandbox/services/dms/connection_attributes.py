"""Extra connection attributes: the older form of an endpoint's settings, name=value;..."""

from __future__ import annotations

from typing import Any

from moto.core.utils import get_service_model

from sandbox.errors import AwsError

TRUE, FALSE = {"true", "y", "yes", "1"}, {"false", "n", "no", "0"}


def settings_of(attributes: str | None, shape: str) -> dict[str, Any]:
    """The settings that extra connection attributes stand for, by the API's names.

    shape names the settings' structure in the service model. InvalidParameterValueException for
    an attribute that it does not have.
    """
    members = get_service_model("dms").shape_for(shape).members
    known = {name.lower(): name for name in members}
    found: dict[str, Any] = {}
    for part in filter(None, (each.strip() for each in (attributes or "").split(";"))):
        attribute, _, value = part.partition("=")
        name = known.get(attribute.strip().lower())
        if name is None or not value:
            raise AwsError(
                "InvalidParameterValueException",
                f"Unsupported value '{attribute}' for extra connection attributes",
            )
        found[name] = _typed(name, value.strip(), members[name].type_name)
    return found


def _typed(name: str, value: str, kind: str) -> Any:
    if kind == "boolean" and value.lower() in TRUE | FALSE:
        return value.lower() in TRUE
    if kind == "integer" and value.isdecimal():
        return int(value)
    if kind == "string":
        return value
    raise AwsError(
        "InvalidParameterValueException",
        f"The extra connection attribute {name} is {value}: it must be a {kind}",
    )
