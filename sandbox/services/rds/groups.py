"""DB parameter groups: what may be set in them, and what that does to the instances in them."""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBParameterGroup

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.rds.catalogue import FAMILIES, Parameter, parameter_of, parameters_of
from sandbox.services.rds.instance import Instances
from sandbox.services.rds.listing import page

MOST_CHANGES = 20
SOURCES = ("user", "system", "engine-default")
METHODS = ("immediate", "pending-reboot")


@operation("rds", "CreateDBParameterGroup")
def create_db_parameter_group(
    call: Call, DBParameterGroupName: str, DBParameterGroupFamily: str, **_: Any
) -> dict[str, Any]:
    """Make a group of a family that there is."""
    if DBParameterGroupFamily not in FAMILIES:
        raise AwsError(
            "InvalidParameterValue",
            f"ParameterGroupFamily {DBParameterGroupFamily} is not a valid parameter group family",
        )
    if DBParameterGroupName.lower() in _instances(call).backend.db_parameter_groups:
        raise AwsError(
            "DBParameterGroupAlreadyExists",
            f"Parameter group {DBParameterGroupName} already exists",
        )
    return call.moto()


@operation("rds", "DescribeDBParameterGroups")
def describe_db_parameter_groups(
    call: Call, DBParameterGroupName: str | None = None, **_: Any
) -> dict[str, Any]:
    """All groups, or one; DBParameterGroupNotFound when there is none of that name."""
    if DBParameterGroupName:
        group_named(call, DBParameterGroupName)
    return call.moto()


@operation("rds", "DeleteDBParameterGroup")
def delete_db_parameter_group(call: Call, DBParameterGroupName: str) -> None:
    """Delete a group that no instance is in; a default one never."""
    name = group_named(call, DBParameterGroupName).name
    if name.startswith("default."):
        raise AwsError(
            "InvalidDBParameterGroupState", f"Default DBParameterGroup cannot be deleted: {name}"
        )
    instances = _instances(call)
    if instances.using(name):
        raise AwsError(
            "InvalidDBParameterGroupState",
            "One or more database instances are still members of this parameter group "
            f"{name}, so the group cannot be deleted",
        )
    instances.backend.delete_db_parameter_group(name)


@operation("rds", "DescribeDBParameters")
def describe_db_parameters(
    call: Call,
    DBParameterGroupName: str,
    Source: str | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
    **_: Any,
) -> dict[str, Any]:
    """The parameters of a group with their values, a page at a time."""
    group = group_named(call, DBParameterGroupName)
    if Source and Source not in SOURCES:
        raise AwsError("InvalidParameterValue", f"Invalid value {Source} for parameter Source")
    described = [
        parameter.described(group.parameters.get(name))
        for name, parameter in sorted(parameters_of(str(group.family)).items())
    ]
    selected = [shape for shape in described if Source in (None, shape["Source"])]
    part, more = page(selected, Marker, MaxRecords)
    return {"Parameters": part, **more}


@operation("rds", "ModifyDBParameterGroup")
def modify_db_parameter_group(
    call: Call, DBParameterGroupName: str, Parameters: list[dict[str, Any]]
) -> dict[str, Any]:
    """Set parameters: dynamic ones at once if asked so, the others with the next reboot."""
    group = _changeable(call, DBParameterGroupName)
    if not 1 <= len(Parameters) <= MOST_CHANGES:
        raise AwsError(
            "InvalidParameterValue",
            f"Between 1 and {MOST_CHANGES} parameters can be modified in a single request.",
        )
    for change in Parameters:
        _checked(group, change).check(_required(change, "ParameterValue"))
    changes = [
        {name: change[name] for name in ("ParameterName", "ParameterValue", "ApplyMethod")}
        for change in Parameters
    ]
    group.update_parameters(changes)
    _apply_now(call, group, {c["ParameterName"]: c["ParameterValue"] for c in _immediate(changes)})
    return {"DBParameterGroupName": group.name}


@operation("rds", "ResetDBParameterGroup")
def reset_db_parameter_group(
    call: Call,
    DBParameterGroupName: str,
    ResetAllParameters: bool = True,
    Parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Take all parameters, or some, back to their defaults."""
    group = _changeable(call, DBParameterGroupName)
    if Parameters and not ResetAllParameters:
        for change in Parameters:
            _checked(group, change)
        changes = Parameters
    elif Parameters:
        raise AwsError(
            "InvalidParameterCombination",
            "Parameters cannot be given when all parameters are to be reset.",
        )
    else:
        changes = [
            {"ParameterName": name, "ApplyMethod": _soonest(parameter_of(str(group.family), name))}
            for name in group.parameters
        ]
    for change in changes:
        group.parameters.pop(change["ParameterName"], None)
    _apply_now(call, group, {change["ParameterName"]: None for change in _immediate(changes)})
    return {"DBParameterGroupName": group.name}


def group_named(call: Call, name: str) -> DBParameterGroup:
    """A group, default ones included; DBParameterGroupNotFound when there is none."""
    backend = _instances(call).backend
    family = name.lower().removeprefix("default.")
    if name.lower() not in backend.db_parameter_groups and family in FAMILIES and family != name:
        backend.create_db_parameter_group(
            {
                "db_parameter_group_name": f"default.{family}",
                "db_parameter_group_family": family,
                "description": f"Default parameter group for {family}",
            }
        )
    try:
        return backend.db_parameter_groups[name.lower()]
    except KeyError:
        message = f"DBParameterGroup not found: {name}"
        raise AwsError("DBParameterGroupNotFound", message) from None


def _changeable(call: Call, name: str) -> DBParameterGroup:
    group = group_named(call, name)
    if group.name.startswith("default."):
        raise AwsError("InvalidParameterValue", "Cannot modify a default parameter group.")
    return group


def _checked(group: DBParameterGroup, change: dict[str, Any]) -> Parameter:
    parameter = parameter_of(str(group.family), _required(change, "ParameterName"))
    method = _required(change, "ApplyMethod")
    if method not in METHODS:
        raise AwsError("InvalidParameterValue", f"Invalid value {method} for ApplyMethod")
    if method == "immediate" and parameter.apply_type == "static":
        raise AwsError(
            "InvalidParameterCombination",
            "cannot use immediate apply method for static parameter",
        )
    return parameter


def _required(change: dict[str, Any], member: str) -> str:
    value = change.get(member)
    if not value:
        raise AwsError(
            "InvalidParameterValue",
            f"The parameter {member} must be provided and must not be blank.",
        )
    return str(value)


def _immediate(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [change for change in changes if change["ApplyMethod"] == "immediate"]


def _soonest(parameter: Parameter) -> str:
    return "immediate" if parameter.apply_type == "dynamic" else "pending-reboot"


def _apply_now(call: Call, group: DBParameterGroup, values: dict[str, Any]) -> None:
    for instance in _instances(call).using(group.name):
        if values and not instance.group_replaced:
            instance.apply_now(values)


def _instances(call: Call) -> Instances:
    return call.runtime.state(Instances, call.account, call.region)
