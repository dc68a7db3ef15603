"""Workgroups: their defaults, their place in a VPC, one change at a time."""

from __future__ import annotations

import pytest

from tests.sandbox.redshift_services.tools import refused, serving, workgroup_status


def test_a_workgroup_shows_the_defaults_of_aws(redshift, warehouse):
    parameters = {
        each["parameterKey"]: each["parameterValue"] for each in warehouse["configParameters"]
    }
    assert parameters == {
        "auto_mv": "true",
        "datestyle": "ISO, MDY",
        "enable_case_sensitive_identifier": "false",
        "enable_user_activity_logging": "true",
        "max_query_execution_time": "14400",
        "query_group": "default",
        "require_ssl": "true",
        "search_path": "$user, public",
        "use_fips_ssl": "false",
    }
    assert (warehouse["port"], warehouse["publiclyAccessible"]) == (5439, False)
    assert warehouse["enhancedVpcRouting"] is False
    assert "maxCapacity" not in warehouse


def test_a_workgroup_stands_in_its_subnets(redshift, aws, warehouse):
    (endpoint,) = warehouse["endpoint"]["vpcEndpoints"]
    interfaces = endpoint["networkInterfaces"]
    assert {each["subnetId"] for each in interfaces} == set(warehouse["subnetIds"])
    known = aws("ec2").describe_network_interfaces(
        NetworkInterfaceIds=[each["networkInterfaceId"] for each in interfaces]
    )["NetworkInterfaces"]
    assert {each["VpcId"] for each in known} == {endpoint["vpcId"]}


def test_a_new_workgroup_is_creating_until_it_serves(redshift, fresh, slow):
    redshift.create_namespace(namespaceName=fresh)
    made = redshift.create_workgroup(workgroupName=fresh, namespaceName=fresh)["workgroup"]
    assert (made["status"], made["baseCapacity"]) == ("CREATING", 128)
    with refused("ConflictException"):
        redshift.update_workgroup(workgroupName=fresh, baseCapacity=8)
    with refused("ConflictException"):
        redshift.delete_workgroup(workgroupName=fresh)
    with refused("ConflictException"):
        redshift.update_namespace(namespaceName=fresh, logExports=["userlog"])
    serving(redshift, fresh)


def test_a_namespace_has_one_workgroup(redshift, warehouse):
    with refused("ConflictException", "already has a workgroup"):
        redshift.create_workgroup(workgroupName="second", namespaceName="shared")
    with refused("ConflictException", "already exists"):
        redshift.create_workgroup(workgroupName="shared", namespaceName="shared")


def test_a_workgroup_needs_its_namespace(redshift):
    with refused("ResourceNotFoundException"):
        redshift.create_workgroup(workgroupName="alone", namespaceName="nobody")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"baseCapacity": 5}, "base capacity"),
        ({"baseCapacity": 12}, "base capacity"),
        ({"baseCapacity": 1024}, "base capacity"),
        ({"baseCapacity": 64, "maxCapacity": 32}, "max capacity"),
        ({"port": 5432 + 100}, "port"),
        ({"configParameters": [{"parameterKey": "wrong", "parameterValue": "1"}]}, "wrong"),
        (
            {"configParameters": [{"parameterKey": "require_ssl", "parameterValue": "yes"}]},
            "require_ssl",
        ),
        ({"pricePerformanceTarget": {"status": "ENABLED", "level": 30}}, "level"),
        (
            {"pricePerformanceTarget": {"status": "ENABLED"}, "baseCapacity": 8},
            "pricePerformanceTarget",
        ),
        ({"subnetIds": ["subnet-00000000"]}, "subnet-00000000"),
        ({"trackName": "nightly"}, "track"),
    ],
)
def test_a_wrong_workgroup_is_refused(redshift, warehouse, settings, words):
    with refused("ValidationException", words):
        redshift.create_workgroup(workgroupName="wrong", namespaceName="shared", **settings)
    assert workgroup_status(redshift, "wrong") == "GONE"


def test_subnets_must_lie_in_enough_zones(redshift, aws, fresh):
    redshift.create_namespace(namespaceName=fresh)
    zones = [{"Name": "default-for-az", "Values": ["true"]}]
    subnets = [each["SubnetId"] for each in aws("ec2").describe_subnets(Filters=zones)["Subnets"]]
    place = {"workgroupName": fresh, "namespaceName": fresh}
    with refused("ValidationException", "Availability Zones"):
        redshift.create_workgroup(**place, subnetIds=subnets[:1])
    with refused("ValidationException", "Availability Zones"):
        redshift.create_workgroup(**place, subnetIds=subnets[:2], enhancedVpcRouting=True)
    made = redshift.create_workgroup(**place, subnetIds=subnets[:3], enhancedVpcRouting=True)
    assert made["workgroup"]["subnetIds"] == subnets[:3]


def test_one_change_of_a_workgroup_at_a_time(redshift, warehouse, slow):
    with refused("ValidationException", "Can't update multiple configurations at the same time"):
        redshift.update_workgroup(workgroupName="shared", baseCapacity=16, maxCapacity=64)
    changing = redshift.update_workgroup(workgroupName="shared", baseCapacity=16)["workgroup"]
    assert (changing["status"], changing["baseCapacity"]) == ("MODIFYING", 16)
    with refused("ConflictException"):
        redshift.update_workgroup(workgroupName="shared", baseCapacity=8)
    serving(redshift, "shared")
    redshift.update_workgroup(workgroupName="shared", baseCapacity=8)
    serving(redshift, "shared")


def test_a_maximum_is_set_and_removed_once(redshift, warehouse):
    redshift.update_workgroup(workgroupName="shared", maxCapacity=64)
    serving(redshift, "shared")
    redshift.update_workgroup(workgroupName="shared", maxCapacity=-1)
    serving(redshift, "shared")
    assert "maxCapacity" not in redshift.get_workgroup(workgroupName="shared")["workgroup"]
    with refused("ValidationException"):
        redshift.update_workgroup(workgroupName="shared", maxCapacity=-1)


def test_parameters_that_are_not_named_stay(redshift, warehouse):
    def update(value):
        redshift.update_workgroup(
            workgroupName="shared",
            configParameters=[{"parameterKey": "max_scan_row_count", "parameterValue": value}],
        )
        serving(redshift, "shared")
        found = redshift.get_workgroup(workgroupName="shared")["workgroup"]["configParameters"]
        return {each["parameterKey"]: each["parameterValue"] for each in found}

    changed = update("1000")
    assert (changed["max_scan_row_count"], changed["query_group"]) == ("1000", "default")
    assert "max_scan_row_count" not in update("-1")
