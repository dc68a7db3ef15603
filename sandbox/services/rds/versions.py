"""Engine versions: which PostgreSQL releases can be asked for."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.rds.listing import page

# https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html
# A subset, oldest first; the last of each major version is its default.
VERSIONS = {
    16: ("16.4", "16.6", "16.8", "16.9", "16.10"),
    17: ("17.2", "17.4", "17.5", "17.6"),
    18: ("18.1",),
}
DEFAULT_MAJOR = 17
LOGS = ["postgresql", "upgrade", "iam-db-auth-error"]


def resolve(asked: str | None) -> str:
    """The full version for what was asked: a full one, a major one, or none.

    InvalidParameterCombination when there is no such version.
    """
    if not asked:
        return VERSIONS[DEFAULT_MAJOR][-1]
    for major, versions in VERSIONS.items():
        if asked == str(major):
            return versions[-1]
        if asked in versions:
            return asked
    raise AwsError("InvalidParameterCombination", f"Cannot find version {asked} for postgres")


def major_of(version: str) -> int:
    """The major version of a full one."""
    return int(version.split(".", maxsplit=1)[0])


def family_of(version: str) -> str:
    """The parameter group family of a version."""
    return f"postgres{major_of(version)}"


@operation("rds", "DescribeDBEngineVersions")
def describe_db_engine_versions(
    call: Call,
    Engine: str | None = None,
    EngineVersion: str | None = None,
    DBParameterGroupFamily: str | None = None,
    DefaultOnly: bool = False,
    MaxRecords: int | None = None,
    Marker: str | None = None,
    **_: Any,
) -> dict[str, Any]:
    """The versions of postgres; the sandbox runs no other engine."""
    described = []
    for major, versions in VERSIONS.items():
        for version in versions:
            wanted = (
                Engine in (None, "postgres")
                and EngineVersion in (None, version, str(major))
                and DBParameterGroupFamily in (None, family_of(version))
                and (not DefaultOnly or version == _default(EngineVersion, DBParameterGroupFamily))
            )
            if wanted:
                described.append(_described(version))
    part, more = page(described, Marker, MaxRecords)
    return {"DBEngineVersions": part, **more}


def _default(version: str | None, family: str | None) -> str:
    return resolve(family.removeprefix("postgres") if family and not version else version)


def _described(version: str) -> dict[str, Any]:
    later = [other for versions in VERSIONS.values() for other in versions]
    return {
        "Engine": "postgres",
        "EngineVersion": version,
        "MajorEngineVersion": str(major_of(version)),
        "DBParameterGroupFamily": family_of(version),
        "DBEngineDescription": "PostgreSQL",
        "DBEngineVersionDescription": f"PostgreSQL {version}-R1",
        "ValidUpgradeTarget": [
            {
                "Engine": "postgres",
                "EngineVersion": target,
                "Description": f"PostgreSQL {target}-R1",
                "AutoUpgrade": False,
                "IsMajorVersionUpgrade": major_of(target) != major_of(version),
            }
            for target in later[later.index(version) + 1 :]
        ],
        "ExportableLogFileTypes": LOGS,
        "SupportsLogExportsToCloudwatchLogs": True,
        "SupportsReadReplica": True,
        "SupportedFeatureNames": [],
        "Status": "available",
        "SupportsParallelQuery": False,
        "SupportsGlobalDatabases": False,
        "SupportsBabelfish": False,
    }
