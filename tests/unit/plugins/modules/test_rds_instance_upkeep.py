from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.rds_instance import main

NAMED = {"DBInstanceIdentifier": "shop"}


def instance(status: str = "available", **more: Any) -> dict[str, Any]:
    arn = "arn:aws:rds:us-east-1:123456789012:db:shop"
    return {
        **NAMED,
        "DBInstanceArn": arn,
        "DBInstanceStatus": status,
        "Engine": "postgres",
        "AllocatedStorage": 25,
        **more,
    }


@pytest.fixture
def describe(say):
    return lambda found: say("rds", "DescribeDBInstances", NAMED, {"DBInstances": [found]})


@pytest.fixture
def modify(say):
    return lambda **changes: say(
        "rds", "ModifyDBInstance", {**NAMED, "ApplyImmediately": True, **changes}
    )


UPKEEP = {
    "preferred_backup_window": "03:00-03:30",
    "preferred_maintenance_window": "sun:06:00-Sun:06:30",
    "enabled_cloudwatch_logs_exports": ["upgrade", "postgresql"],
    "iam_database_authentication_enabled": True,
    "iops": 12000,
    "storage_throughput": 500,
}
KEPT = {
    "PreferredBackupWindow": "03:00-03:30",
    "PreferredMaintenanceWindow": "sun:06:00-sun:06:30",
    "EnabledCloudwatchLogsExports": ["postgresql", "upgrade"],
    "IAMDatabaseAuthenticationEnabled": True,
    "Iops": 12000,
    "StorageThroughput": 500,
    "StorageType": "gp3",
    "AllocatedStorage": 400,
}


def test_is_logged_backed_up_and_maintained(run_module, describe, modify):
    before = instance(
        EnabledCloudwatchLogsExports=["iam-db-auth-error", "upgrade"],
        StorageType="gp3",
        AllocatedStorage=400,
    )
    change = modify(
        PreferredBackupWindow="03:00-03:30",
        PreferredMaintenanceWindow="sun:06:00-Sun:06:30",
        CloudwatchLogsExportConfiguration={
            "EnableLogTypes": ["postgresql"],
            "DisableLogTypes": ["iam-db-auth-error"],
        },
        EnableIAMDatabaseAuthentication=True,
        Iops=12000,
        StorageThroughput=500,
    )
    after = describe(instance(**KEPT))
    script = [describe(before), change, after, after]
    assert run_module(main, script, identifier="shop", **UPKEEP)["changed"]
    for check in (False, True):
        assert not run_module(main, [after], check=check, identifier="shop", **UPKEEP)["changed"]


def test_that_is_stopped_says_what_to_do(run_module, describe):
    script = [describe(instance("stopped")), describe(instance("stopped"))]
    result = run_module(main, script, identifier="shop", multi_az=True)
    assert "is stopped: start it in the console or by rds:StartDBInstance" in result["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preferred_backup_window": "3-4"}, "preferred_backup_window is 3-4: it must be"),
        ({"preferred_maintenance_window": "03:00-03:30"}, "must be ddd:hh:mm-ddd:hh:mm"),
    ],
)
def test_windows_that_can_not_be_are_refused_before_any_call(run_module, options, message):
    assert message in run_module(main, [], identifier="shop", **options)["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"iops": 12000}, "iops of gp3 can be chosen from 400 GiB on, not for 25"),
        ({"storage_type": "gp2", "storage_throughput": 500}, "only for storage_type gp3, not gp2"),
        ({"storage_type": "gp2", "iops": 12000}, "iops is only for storage_type gp3, io1 and io2"),
        ({"storage_type": "io2"}, "storage_type io2 needs iops"),
    ],
)
def test_storage_that_can_not_be_changes_nothing(run_module, describe, options, message):
    script = [describe(instance(StorageType="gp3", Iops=3000, StorageThroughput=125))]
    assert message in run_module(main, script, identifier="shop", **options)["msg"]
