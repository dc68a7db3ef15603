"""DescribeEngineDefaultParameters: what a parameter group of a family would have."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.rds.catalogue import FAMILIES, parameters_of
from sandbox.services.rds.listing import page


@operation("rds", "DescribeEngineDefaultParameters")
def describe_engine_default_parameters(
    call: Call,
    DBParameterGroupFamily: str,
    MaxRecords: int | None = None,
    Marker: str | None = None,
    **_: Any,
) -> dict[str, Any]:
    """The parameters of a family, a page at a time."""
    if DBParameterGroupFamily not in FAMILIES:
        raise AwsError(
            "InvalidParameterValue",
            f"ParameterGroupFamily {DBParameterGroupFamily} is not a valid parameter group family",
        )
    parameters = sorted(parameters_of(DBParameterGroupFamily).items())
    part, more = page(parameters, Marker, MaxRecords)
    described = [parameter.described(None) for _, parameter in part]
    found = {"DBParameterGroupFamily": DBParameterGroupFamily, "Parameters": described}
    return {"EngineDefaults": found | more}
