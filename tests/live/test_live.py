"""The live lane, with a sandbox as its account, in a region that the test files do not name."""

from __future__ import annotations

import os
import subprocess
import sys

import boto3
import pytest

from tests.live.costs import made, told
from tests.live.trial import TAG, left_out, names, tidying, trial
from tests.modules.conftest import endpoint_url
from tests.modules.test_modules import TESTS
from tests.tasks import ROOT, Account

__all__ = ["endpoint_url"]
REGION = "eu-central-1"
ACCOUNT = "123456789012"
OTHER = Account("210987654321", {"region": REGION}, {})
# Ansible blanks a secret out of all that modules say, so it is no word of theirs
CREDENTIALS = {
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "any",
    "AWS_SECRET_ACCESS_KEY": "live-tests-secret-key",
}


@pytest.fixture
def live(endpoint_url):
    """Runs the command in the sandbox's account."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "tests.live", *arguments],
            env=os.environ | CREDENTIALS | {"AWS_ENDPOINT_URL": endpoint_url},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_nothing_is_done_until_the_account_is_confirmed(live):
    for arguments in ([], ["--confirm", "111111111111"]):
        told = live("--only", "scheduler_schedule_group", *arguments)
        assert told.returncode == 2
        assert "1 x modern_data.warehouse.scheduler_schedule_group" in told.stdout
        assert told.stdout.endswith(f"Nothing was done. To go on: make live confirm={ACCOUNT}\n")


def test_a_file_runs_in_another_region_and_leaves_nothing(live, endpoint_url):
    ran = live("--confirm", ACCOUNT, "--only", "scheduler_schedule_group")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "scheduler_schedule_group: passed\n" in ran.stdout
    assert "contracts of reading operations: 0 differ\n" in ran.stdout
    assert "left in the account: 0\n" in ran.stdout
    scheduler = boto3.client(
        "scheduler", REGION, endpoint_url=endpoint_url, aws_access_key_id="any",
        aws_secret_access_key="any",
    )  # fmt: skip
    groups = scheduler.list_schedule_groups()["ScheduleGroups"]
    assert [group["Name"] for group in groups] == ["default"]


def test_an_unknown_file_and_lacking_credentials_are_told(live):
    unknown = live("--only", "nothing")
    assert unknown.returncode == 2
    assert "only is nothing: allowed are access_attempts, " in unknown.stdout


@pytest.mark.parametrize("name", names(account_wide=True))
def test_what_runs_names_this_account_and_region_and_run_alone(name):
    text = str(trial(name, OTHER, "mdwrun"))
    assert ACCOUNT not in text
    assert "us-east-1" not in text
    assert "test-" not in text.lower().replace("test-decoding", "")


def test_what_is_made_has_the_tag_and_keeps_others():
    made_first, changed = [
        task["modern_data.warehouse.scheduler_schedule_group"]
        for task, _ in trial("scheduler_schedule_group", OTHER, "mdwrun")
    ][:2]
    assert made_first["tags"][TAG] == "mdwrun"
    assert changed["tags"][TAG] == "mdwrun"


def test_no_file_takes_the_tag_for_a_fault():
    for name in names(account_wide=True):
        text = str(trial(name, OTHER, "mdwrun"))
        assert "tags == {" not in text, name
        assert "tags != {" not in text, name


def test_what_files_make_can_be_removed():
    for name in names(account_wide=True):
        tests = trial(name, OTHER, "mdwrun")
        lasting = {module for module in made(tests) if module.rpartition(".")[2] not in PASSING}
        if any("dms-vpc-role" in str(task) for task, _ in tests):  # the account's own stays
            lasting -= {"modern_data.warehouse.iam_role"}
        removed = {key for task, _ in tidying(tests) for key in task if "." in key}
        assert lasting <= removed, name


# They make nothing, or what goes with the database, the bucket or the workgroup that it is in
PASSING = {
    "access_attempts",
    "athena_statement",
    "glue_table",
    "lakeformation_permissions",
    "lakeformation_resource_lf_tags",
    "lakeformation_settings",
    "redshift_data_statement",
    "redshift_masking",
    "redshift_privileges",
    "redshift_row_security",
    "redshift_serverless_usage_limit",
    "redshift_table",
    "s3_object",
    "stepfunctions_execution",
}


def test_what_costs_is_told_with_its_price():
    things = made(trial("rds_instance", OTHER, "mdwrun"))
    instances = next(line for line in told(things) if "rds_instance" in line)
    assert instances.endswith(
        "2 x modern_data.warehouse.rds_instance: a db.t4g.micro with 20 GB, about 0.05 USD"
    )


def test_what_is_left_out_exists():
    assert left_out().keys() <= {path.stem for path in TESTS}
