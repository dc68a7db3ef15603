"""The parameters of the families postgres16, postgres17 and postgres18.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.errors import AwsError

FAMILIES = {"postgres16": 16, "postgres17": 17, "postgres18": 18}
RANGE = re.compile(r"(-?[\d.e+]+)-([\d.e+]+)")
FORMULA = re.compile(r".*\{.*DBInstance\w+.*\}.*")

# RDS sets these by itself, they need what the sandbox's PostgreSQL has not got, or they are for
# machines and disks of another size.
NOT_APPLIED = {
    "shared_buffers",
    "shared_preload_libraries",
    "ssl",
    "wal_keep_size",
    "wal_level",
}


@dataclass(frozen=True)
class Parameter:
    """A parameter as DescribeDBParameters tells of it.

    system_value is what RDS sets where the user sets nothing; empty, the engine's default holds.
    """

    name: str
    data_type: str
    apply_type: str
    modifiable: bool
    since: int
    allowed: str
    system_value: str
    description: str

    def check(self, value: str) -> None:
        """InvalidParameterValue unless this value may be set."""
        if not self.modifiable:
            raise AwsError(
                "InvalidParameterValue", f"The parameter {self.name} cannot be modified."
            )
        if not self._allows(value):
            raise AwsError(
                "InvalidParameterValue",
                f"Invalid parameter value: {value} for: {self.name} "
                f"allowed values are: {self.allowed}",
            )

    def described(self, setting: Mapping[str, str] | None) -> dict[str, Any]:
        """Its shape in DescribeDBParameters, given what the user has set."""
        value = setting["ParameterValue"] if setting else self.system_value
        source = "user" if setting else "system" if self.system_value else "engine-default"
        shape: dict[str, Any] = {
            "ParameterName": self.name,
            "Description": self.description,
            "Source": source,
            "ApplyType": self.apply_type,
            "DataType": self.data_type,
            "AllowedValues": self.allowed,
            "IsModifiable": self.modifiable,
            "ApplyMethod": setting["ApplyMethod"] if setting else "pending-reboot",
        }
        return shape | ({"ParameterValue": value} if value else {})

    def _allows(self, value: str) -> bool:
        bounds = RANGE.fullmatch(self.allowed)
        if not bounds:
            choices = self.allowed.lower().split(",")
            values = value.split(",") if self.data_type == "list" else [value]
            return all(part.strip().lower() in choices for part in values)
        if FORMULA.fullmatch(value):
            return True
        try:
            number = float(value) if self.data_type == "float" else int(value)
        except ValueError:
            return False
        return float(bounds[1]) <= number <= float(bounds[2])


def _read() -> tuple[Parameter, ...]:
    with Path(__file__).with_name("parameters.csv").open(newline="") as file:
        return tuple(
            Parameter(
                name=row["name"],
                data_type=row["data_type"],
                apply_type=row["apply_type"],
                modifiable=row["modifiable"] == "yes",
                since=int(row["since"] or 0),
                allowed=row["allowed"],
                system_value=row["system_value"],
                description=row["description"],
            )
            for row in csv.DictReader(file)
        )


_PARAMETERS = _read()


def parameters_of(family: str) -> dict[str, Parameter]:
    """All parameters of a family, by name."""
    major = FAMILIES[family]
    return {parameter.name: parameter for parameter in _PARAMETERS if parameter.since <= major}


def parameter_of(family: str, name: str) -> Parameter:
    """One parameter of a family; InvalidParameterValue when it has none of that name."""
    try:
        return parameters_of(family)[name]
    except KeyError:
        message = f"Could not find parameter with name: {name}"
        raise AwsError("InvalidParameterValue", message) from None


def engine_settings(family: str, values: Mapping[str, str]) -> dict[str, str | int | bool]:
    """PostgreSQL's own settings for the values that a user has set, and RDS's for the others.

    Values that follow the instance class by a formula stay as the engine has them: a laptop is
    no instance class.
    """
    settings: dict[str, str | int | bool] = {}
    known = parameters_of(family)
    for name, parameter in known.items():
        value = values.get(name, parameter.system_value)
        if value and "." not in name and name not in NOT_APPLIED and not FORMULA.fullmatch(value):
            settings[name] = value
    logical = values.get("rds.logical_replication", "0") == "1"
    return settings | {"wal_level": "logical" if logical else "replica"}
