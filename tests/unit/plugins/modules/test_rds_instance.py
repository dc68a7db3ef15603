from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.rds_instance import main

ARN = "arn:aws:rds:us-east-1:123456789012:db:shop"
NAMED = {"DBInstanceIdentifier": "shop"}
PASSWORD = "correcthorsebatterystaple"
OPTIONS = {
    "identifier": "shop",
    "engine_version": "16",
    "instance_class": "db.t4g.micro",
    "allocated_storage": 20,
    "master_user_secret": "shop",
    "security_group_ids": ["sg-a"],
}


def instance(status: str = "available", group: tuple[str, str] = ("shop", "in-sync"), **more: Any):
    shape = {
        **NAMED,
        "DBInstanceArn": ARN,
        "DBInstanceStatus": status,
        "DBInstanceClass": "db.t4g.micro",
        "Engine": "postgres",
        "EngineVersion": "16.9",
        "AllocatedStorage": 25,
        "MasterUsername": "boss",
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-a", "Status": "active"}],
        "DBParameterGroups": [{"DBParameterGroupName": group[0], "ParameterApplyStatus": group[1]}],
        "Endpoint": {"Address": "db.example", "Port": 5432},
        "TagList": [{"Key": "A", "Value": "1"}],
    }
    return {**shape, **more}


@pytest.fixture
def describe(say):
    def script(found: dict[str, Any] | str) -> Any:
        answer = found if isinstance(found, str) else {"DBInstances": [found]}
        return say("rds", "DescribeDBInstances", NAMED, answer)

    return script


@pytest.fixture
def secret(say):
    body = json.dumps({"username": "boss", "password": PASSWORD})
    return say("secretsmanager", "GetSecretValue", {"SecretId": "shop"}, {"SecretString": body})


@pytest.fixture
def modify(say):
    return lambda **changes: say(
        "rds", "ModifyDBInstance", {**NAMED, "ApplyImmediately": True, **changes}
    )


def test_is_created_with_the_password_of_a_secret(run_module, say, describe, secret):
    request = {
        **NAMED,
        "Engine": "postgres",
        "EngineVersion": "16",
        "DBInstanceClass": "db.t4g.micro",
        "AllocatedStorage": 20,
        "MasterUsername": "boss",
        "MasterUserPassword": PASSWORD,
        "VpcSecurityGroupIds": ["sg-a"],
    }
    script = [
        describe("DBInstanceNotFound"),
        secret,
        secret,
        say("rds", "CreateDBInstance", request),
        describe(instance("creating")),
        describe(instance("backing-up")),
        describe(instance()),
    ]
    result = run_module(main, script, **OPTIONS)
    assert result["changed"]
    assert result["instance"]["endpoint"] == {"address": "db.example", "port": 5432}
    assert result["instance"]["tags"] == {"A": "1"}
    assert PASSWORD not in json.dumps(result)


def test_is_not_created_in_check_mode(run_module, say, describe):
    identity = say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"})
    options = {**OPTIONS, "parameter_group": "shop", "subnet_group": "shop"}
    options |= {"performance_insights": True, "port": 5433}
    result = run_module(main, [describe("DBInstanceNotFound"), identity], True, **options)
    assert result["changed"]
    made = result["instance"]
    assert made["db_instance_arn"] == ARN
    assert made["db_parameter_groups"] == [{"db_parameter_group_name": "shop"}]
    assert made["db_subnet_group"] == {"db_subnet_group_name": "shop"}
    assert made["vpc_security_groups"] == [{"vpc_security_group_id": "sg-a"}]
    assert made["performance_insights_enabled"] is True
    assert "port" not in made


def test_that_is_right_is_left_alone(run_module, describe):
    for check in (False, True):
        result = run_module(main, [describe(instance())], check, **OPTIONS)
        assert not result["changed"]
        assert result["diff"]["before"] == result["diff"]["after"]


def test_is_changed_and_waited_for_until_it_has_the_new_settings(run_module, describe, modify):
    changed = instance(DBInstanceClass="db.t4g.small", BackupRetentionPeriod=7)
    script = [
        describe(instance(BackupRetentionPeriod=1)),
        modify(DBInstanceClass="db.t4g.small", BackupRetentionPeriod=7),
        describe(instance(BackupRetentionPeriod=7)),
        describe(changed),
        describe(changed),
    ]
    options = {**OPTIONS, "instance_class": "db.t4g.small", "backup_retention_period": 7}
    result = run_module(main, script, **options)
    assert result["changed"]
    assert result["diff"]["before"]["instance_class"] == "db.t4g.micro"


def test_change_that_waits_for_the_window_counts_as_made(run_module, describe):
    pending = instance(PendingModifiedValues={"DBInstanceClass": "db.t4g.small"})
    options = {**OPTIONS, "instance_class": "db.t4g.small", "apply_immediately": False}
    assert not run_module(main, [describe(pending)], **options)["changed"]


def test_storage_never_shrinks(run_module, describe):
    assert not run_module(main, [describe(instance())], **OPTIONS)["changed"]


def test_port_and_group_are_changed_by_their_other_names(run_module, describe, modify):
    moved = instance(
        group=("other", "pending-reboot"), Endpoint={"Address": "db.example", "Port": 5433}
    )
    script = [
        describe(instance()),
        modify(DBParameterGroupName="other", DBPortNumber=5433),
        describe(moved),
        describe(moved),
    ]
    result = run_module(main, script, **OPTIONS, parameter_group="other", port=5433)
    assert result["changed"]


def test_is_rebooted_when_its_parameters_wait_for_that(run_module, say, describe):
    waiting = instance(group=("shop", "pending-reboot"))
    script = [
        describe(waiting),
        describe(waiting),
        say("rds", "RebootDBInstance", NAMED),
        describe(instance("rebooting", ("shop", "pending-reboot"))),
        describe(instance()),
        describe(instance()),
    ]
    result = run_module(main, script, identifier="shop", reboot=True)
    assert result["changed"]
    assert result["diff"]["before"]["parameters"] == "pending-reboot"
    assert run_module(main, [describe(waiting)], True, identifier="shop", reboot=True)["changed"]
    assert not run_module(main, [describe(instance())], identifier="shop", reboot=True)["changed"]


def test_reboot_is_foretold_for_another_parameter_group(run_module, describe):
    options = {"identifier": "shop", "parameter_group": "other", "reboot": True}
    result = run_module(main, [describe(instance())], True, **options)
    assert result["diff"]["after"]["parameters"] == "in-sync"


def test_reboot_is_decided_after_parameters_are_applied(run_module, describe):
    script = [describe(instance(group=("shop", "applying"))), describe(instance())]
    assert not run_module(main, script, identifier="shop", reboot=True)["changed"]


def test_that_failed_is_told_at_once(run_module, describe):
    script = [describe(instance("creating")), describe(instance("incompatible-parameters"))]
    result = run_module(main, script, identifier="shop")
    assert "DB instance shop: its status is incompatible-parameters" in result["msg"]


def test_needs_a_password_from_aws(run_module, describe):
    options = {
        "identifier": "shop",
        "instance_class": "db.t4g.micro",
        "allocated_storage": 20,
        "master_username": "boss",
    }
    result = run_module(main, [describe("DBInstanceNotFound")], **options)
    assert "manage_master_user_password=true or master_user_secret" in result["msg"]


def test_secret_without_a_user_name_is_refused(run_module, say, describe):
    answer = {"SecretString": "{}"}
    script = [
        describe("DBInstanceNotFound"),
        say("secretsmanager", "GetSecretValue", {"SecretId": "shop"}, answer),
    ]
    assert (
        "must be a JSON object with the key username" in run_module(main, script, **OPTIONS)["msg"]
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"backup_retention_period": 36}, "backup_retention_period is 36: it must be 0 to 35"),
        ({"state": "absent"}, "needs either final_snapshot_identifier or skip_final_snapshot"),
    ],
)
def test_bad_input_is_refused_before_any_call(run_module, options, message):
    assert message in run_module(main, [], identifier="shop", **options)["msg"]


def test_monitoring_needs_a_role_unless_it_has_one(run_module, describe):
    options = {"identifier": "shop", "monitoring_interval": 60}
    result = run_module(main, [describe(instance())], **options)
    assert "monitoring_interval needs monitoring_role_arn" in result["msg"]
    role = "arn:aws:iam::123456789012:role/monitor"
    monitored = instance(MonitoringInterval=60, MonitoringRoleArn=role)
    assert not run_module(main, [describe(monitored)], **options)["changed"]


def test_names_count_in_any_case(run_module, describe):
    options = {"identifier": "Shop", "parameter_group": "SHOP", "subnet_group": "Default"}
    found = instance(DBSubnetGroup={"DBSubnetGroupName": "default"})
    assert not run_module(main, [describe(found)], **options)["changed"]


def test_port_of_one_that_is_being_made_is_no_change(run_module, describe):
    making = instance("creating")
    making.pop("Endpoint")
    result = run_module(main, [describe(making)], identifier="shop", port=5432, wait=False)
    assert not result["changed"]


def test_full_storage_is_mended_by_more(run_module, describe, modify):
    script = [
        describe(instance("storage-full")),
        modify(AllocatedStorage=50),
        describe(instance("storage-full")),
        *[describe(instance(AllocatedStorage=50))] * 2,
    ]
    assert run_module(main, script, identifier="shop", allocated_storage=50)["changed"]
    result = run_module(main, [describe(instance("storage-full"))] * 2, identifier="shop")
    assert "its status is storage-full, which waiting does not mend" in result["msg"]


def test_that_another_is_deleting_is_waited_for(run_module, describe):
    script = [describe(instance("modifying")), describe(instance("deleting"))]
    script.append(describe("DBInstanceNotFound"))
    options = {"identifier": "shop", "state": "absent", "skip_final_snapshot": True}
    assert run_module(main, script, **options)["changed"]


def test_is_deleted_with_a_last_snapshot(run_module, say, describe):
    request = {
        **NAMED,
        "SkipFinalSnapshot": False,
        "FinalDBSnapshotIdentifier": "last",
        "DeleteAutomatedBackups": True,
    }
    script = [
        describe(instance()),
        say("rds", "DeleteDBInstance", request),
        describe(instance("deleting")),
        describe("DBInstanceNotFound"),
    ]
    options = {"state": "absent", "final_snapshot_identifier": "last"}
    assert run_module(main, script, identifier="shop", **options)["changed"]


def test_that_is_protected_is_not_deleted(run_module, describe):
    script = [describe(instance(DeletionProtection=True))]
    options = {"state": "absent", "skip_final_snapshot": True}
    for check in (False, True):
        result = run_module(main, script, check=check, identifier="shop", **options)
        assert "is protected: run once with deletion_protection=false" in result["msg"]


def test_to_be_made_by_an_earlier_task_is_not_waited_for_in_check_mode(run_module, describe, say):
    identity = say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"})
    script = [describe("DBInstanceNotFound"), identity]
    result = run_module(main, script, True, identifier="shop", reboot=True)
    assert not result["changed"]
    assert result["instance"] == {
        "db_instance_identifier": "shop",
        "db_instance_arn": ARN,
        "tags": {},
    }
