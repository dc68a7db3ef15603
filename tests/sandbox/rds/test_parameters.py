"""DB parameter groups: what they take, and when the server behind an instance obeys."""

from __future__ import annotations

import re
import subprocess

import pytest

from sandbox.engines.postgres import binaries
from tests.sandbox.rds.client import (
    connect,
    create,
    describe,
    eventually,
    parameters,
    refused,
    remove,
    set_parameter,
    show,
    wait,
)

STATIC, DYNAMIC = "pending-reboot", "immediate"


def test_logical_replication_comes_with_the_reboot_and_not_before(rds, shop):
    assert show(rds, shop, "wal_level") == "replica"
    set_parameter(rds, shop, "rds.logical_replication", "1", STATIC)
    group = describe(rds, shop)["DBParameterGroups"]
    assert group == [{"DBParameterGroupName": shop, "ParameterApplyStatus": "pending-reboot"}]
    assert show(rds, shop, "wal_level") == "replica"

    rebooting = rds.reboot_db_instance(DBInstanceIdentifier=shop)["DBInstance"]
    assert rebooting["DBInstanceStatus"] == "rebooting"
    assert wait(rds, shop)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    assert show(rds, shop, "wal_level") == "logical"
    with connect(rds, shop) as connection:
        make = "select pg_create_logical_replication_slot('s', 'pgoutput')"
        assert connection.execute(make).fetchone()
        connection.execute("select pg_drop_replication_slot('s')")


def test_an_instance_made_with_logical_replication_has_it_at_once(rds, new_name):
    group = f"{new_name}-group"
    rds.create_db_parameter_group(
        DBParameterGroupName=group, DBParameterGroupFamily="postgres18", Description="x"
    )
    set_parameter(rds, group, "rds.logical_replication", "1", STATIC)
    create(rds, new_name, EngineVersion="18.1", DBParameterGroupName=group)
    assert wait(rds, new_name)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    assert show(rds, new_name, "wal_level") == "logical"
    in_use = refused(rds.delete_db_parameter_group, DBParameterGroupName=group)
    assert in_use[0] == "InvalidDBParameterGroupState"
    remove(rds, new_name)
    rds.delete_db_parameter_group(DBParameterGroupName=group)


def test_a_dynamic_parameter_is_in_force_at_once_and_goes_with_a_reset(rds, shop):
    set_parameter(rds, shop, "wal_sender_timeout", "45000", DYNAMIC)
    eventually(lambda: show(rds, shop, "wal_sender_timeout") == "45s")
    assert parameters(rds, shop, Source="user")["wal_sender_timeout"]["ParameterValue"] == "45000"
    rds.reset_db_parameter_group(
        DBParameterGroupName=shop,
        ResetAllParameters=False,
        Parameters=[{"ParameterName": "wal_sender_timeout", "ApplyMethod": DYNAMIC}],
    )
    eventually(lambda: show(rds, shop, "wal_sender_timeout") == "1min")
    assert parameters(rds, shop)["wal_sender_timeout"]["Source"] == "engine-default"


def test_another_parameter_group_is_in_force_after_a_reboot(rds, new_name):
    create(rds, new_name, EngineVersion="16.10")
    wait(rds, new_name)
    group = f"{new_name}-group"
    rds.create_db_parameter_group(
        DBParameterGroupName=group, DBParameterGroupFamily="postgres16", Description="x"
    )
    set_parameter(rds, group, "log_statement", "ddl", DYNAMIC)
    rds.modify_db_instance(DBInstanceIdentifier=new_name, DBParameterGroupName=group)
    applied = wait(rds, new_name)["DBParameterGroups"]
    assert applied == [{"DBParameterGroupName": group, "ParameterApplyStatus": "pending-reboot"}]
    rds.reboot_db_instance(DBInstanceIdentifier=new_name)
    assert wait(rds, new_name)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    assert show(rds, new_name, "log_statement") == "ddl"


def test_parameters_tell_who_set_them_and_what_is_allowed(rds):
    shapes = parameters(rds, "default.postgres17")
    logical = shapes["rds.logical_replication"]
    assert (logical["ApplyType"], logical["AllowedValues"]) == ("static", "0,1")
    assert (logical["Source"], logical["ParameterValue"]) == ("system", "0")
    assert shapes["wal_sender_timeout"]["Source"] == "engine-default"
    assert "ParameterValue" not in shapes["wal_sender_timeout"]
    assert not parameters(rds, "default.postgres17", Source="user")


@pytest.mark.parametrize(
    ("name", "value", "method", "code", "message"),
    [
        ("no.such", "1", STATIC, "InvalidParameterValue", "Could not find parameter with name"),
        ("wal_sender_timeout", "-5", DYNAMIC, "InvalidParameterValue", "0-3600000"),
        ("log_statement", "some", DYNAMIC, "InvalidParameterValue", "none,ddl,mod,all"),
        ("wal_level", "logical", STATIC, "InvalidParameterValue", "cannot be modified"),
        ("rds.logical_replication", "1", DYNAMIC, "InvalidParameterCombination", "static"),
    ],
)
def test_a_wrong_parameter_is_refused(rds, shop, name, value, method, code, message):
    change = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
    modify = rds.modify_db_parameter_group
    got = refused(modify, DBParameterGroupName=shop, Parameters=[change])
    assert got[0] == code
    assert message in got[1]
    assert name not in parameters(rds, shop, Source="user") or name == "rds.logical_replication"


def test_default_and_missing_parameter_groups_are_refused(rds):
    change = {"ParameterName": "work_mem", "ParameterValue": "64", "ApplyMethod": DYNAMIC}
    modify, delete = rds.modify_db_parameter_group, rds.delete_db_parameter_group
    default, missing = "default.postgres16", "no-such-group"
    code, _ = refused(modify, DBParameterGroupName=default, Parameters=[change])
    assert code == "InvalidParameterValue"
    assert refused(delete, DBParameterGroupName=default)[0] == "InvalidDBParameterGroupState"
    for operation in (rds.describe_db_parameter_groups, rds.describe_db_parameters, delete):
        assert refused(operation, DBParameterGroupName=missing)[0] == "DBParameterGroupNotFound"


@pytest.mark.parametrize("major", [16, 18])
def test_every_parameter_is_one_of_postgresqls_with_a_range_that_it_takes(rds, major):
    program = binaries.find(major).bin / "postgres"
    told = subprocess.run(
        [program, "--describe-config"], capture_output=True, text=True, check=True
    )
    settings = {row.split("\t")[0]: row.split("\t") for row in told.stdout.splitlines()}
    for name, shape in parameters(rds, f"default.postgres{major}").items():
        if "." in name:
            continue
        _, context, _, kind, _, low, high, *_ = settings[name]
        if kind in ("INTEGER", "REAL"):
            allowed = re.fullmatch(r"(-?[\d.]+)-(.+)", shape["AllowedValues"])
            assert float(allowed[1]) >= float(low), name
            assert float(allowed[2]) <= float(high), name
        if context.upper() == "POSTMASTER":
            assert shape["ApplyType"] == "static", name
