"""Terraform's AWS provider makes, finds, changes and destroys every resource of the road.

The provider is not on PyPI: `terraform init` has to find it, or TERRAFORM_PROVIDERS names a folder
that is laid out as a mirror of providers.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sandbox.identity import ADMINISTRATOR_KEY
from sandbox.runtime import Runtime

HERE = Path(__file__).parent
GROUPS = sorted(path.parent.name for path in HERE.glob("*/main.tf"))
CHANGED = ("-var", "changed=true")
UNCHANGED, DIFFERENT = 0, 2
"""What `plan -detailed-exitcode` ends with."""
SECONDS = 600


class Terraform:
    """One root module in a folder of its own."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self._folder = folder
        known = {
            name: os.environ[name]
            for name in ("HOME", "PATH", "TF_CLI_CONFIG_FILE")
            if name in os.environ
        }
        self._environment = {
            **known,
            **{name.upper(): value for name, value in ADMINISTRATOR_KEY.items()},
            "AWS_ENDPOINT_URL": endpoint,
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def done(self, *arguments: str) -> str:
        """What it prints; it must succeed."""
        ended = self.run(*arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def initialised(self) -> subprocess.CompletedProcess[str]:
        mirror = os.environ.get("TERRAFORM_PROVIDERS")
        return self.run("init", *([f"-plugin-dir={mirror}"] if mirror else []))

    def apply(self, *variables: str) -> None:
        self.done("apply", "-auto-approve", *variables)

    def finds(self, *variables: str) -> tuple[int, str]:
        """The exit code of a plan, and the plan."""
        ended = self.run("plan", "-detailed-exitcode", *variables)
        return ended.returncode, ended.stdout + ended.stderr

    def addresses(self) -> list[str]:
        return self.done("state", "list").split()

    def attributes(self, address: str) -> dict[str, Any]:
        """The attributes of one resource, as Terraform's state has them."""
        state = json.loads(self.done("show", "-json"))
        resources = state["values"]["root_module"]["resources"]
        [found] = [each["values"] for each in resources if each["address"] == address]
        return dict(found)


@pytest.fixture(scope="module", autouse=True)
def _terraform(tmp_path_factory: pytest.TempPathFactory) -> None:
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not on PATH")
    folder = tmp_path_factory.mktemp("provider")
    shutil.copy(HERE / "provider.tf", folder)
    ended = Terraform(folder, "http://127.0.0.1:9").initialised()
    if ended.returncode != 0:
        pytest.skip(f"terraform finds no provider; TERRAFORM_PROVIDERS can name it: {ended.stderr}")


@pytest.fixture(scope="module", autouse=True)
def _no_account_roles(_terraform: None, aws: Any) -> None:
    """DMS's two roles, which an account has once, make way for the group's."""
    iam = aws("iam")
    for name in ("dms-vpc-role", "dms-cloudwatch-logs-role"):
        with suppress(iam.exceptions.NoSuchEntityException):
            for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
                iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
            iam.delete_role(RoleName=name)


@pytest.fixture
def root(sandbox: Runtime, tmp_path: Path) -> Iterator[Callable[[str], Terraform]]:
    """Makes a root module of a group of resources; what is left of it is destroyed."""
    made = []

    def make(group: str) -> Terraform:
        shutil.copytree(HERE / group, tmp_path / group)
        shutil.copy(HERE / "provider.tf", tmp_path / group)
        terraform = Terraform(tmp_path / group, sandbox.settings.endpoint_url)
        ended = terraform.initialised()
        assert ended.returncode == 0, ended.stderr
        made.append(terraform)
        return terraform

    yield make
    for terraform in made:
        terraform.run("destroy", "-auto-approve")


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_of_resources(group: str, root: Callable[[str], Terraform], aws: Any) -> None:
    terraform = root(group)
    before = remaining(aws)
    terraform.apply()
    code, plan = terraform.finds()
    assert code == UNCHANGED, plan

    code, plan = terraform.finds(*CHANGED)
    assert code == DIFFERENT, plan
    terraform.apply(*CHANGED)
    code, plan = terraform.finds(*CHANGED)
    assert code == UNCHANGED, plan

    addresses = terraform.addresses()
    terraform.done("destroy", "-auto-approve", *CHANGED)
    assert addresses
    assert terraform.addresses() == []
    assert remaining(aws) == before


IMPORTS = {
    "warehouse": (
        ("aws_redshiftserverless_namespace.this", "id"),
        ("aws_redshiftserverless_workgroup.this", "id"),
        ("aws_sfn_state_machine.this", "id"),
        ("aws_scheduler_schedule.this", "id"),
    ),
    "catalog": (
        ("aws_glue_catalog_table.this", "id"),
        ("aws_glue_crawler.this", "id"),
        ("aws_athena_workgroup.this", "id"),
    ),
    "source": (
        ("aws_db_instance.this", "id"),
        ("aws_dms_replication_subnet_group.this", "id"),
        ("aws_dms_replication_instance.this", "id"),
        ("aws_dms_s3_endpoint.target", "id"),
        ("aws_dms_replication_task.this", "id"),
    ),
}
"""Resources that can be found by a name, and the attribute that has it."""


UNTOLD = {
    *("apply_immediately", "force_destroy", "manage_admin_password", "password", "publish"),
    # the release of what was asked for, and the present
    *("engine_version", "latest_restorable_time"),
}
"""Attributes that say what Terraform shall do, or that an answer of AWS tells otherwise or never."""


@pytest.mark.parametrize("group", sorted(IMPORTS))
def test_what_is_there_can_be_imported(group: str, root: Callable[[str], Terraform]) -> None:
    terraform = root(group)
    terraform.apply()
    different = set()
    for address, attribute in IMPORTS[group]:
        shown = terraform.attributes(address)
        terraform.done("state", "rm", address)
        terraform.done("import", address, shown[attribute])
        found = terraform.attributes(address)
        different |= {name for name in shown if given(found[name]) != given(shown[name])}
    assert different <= UNTOLD


def given(value: Any) -> Any:
    """A value without what is empty in it, which Terraform tells now so, now so."""
    if isinstance(value, dict):
        value = {name: inner for name, each in value.items() if (inner := given(each))}
    if isinstance(value, list):
        value = [inner for each in value if (inner := given(each))]
    return value or None


def remaining(aws: Any) -> dict[str, int]:
    """How many things there are, kind by kind, as boto3 lists them."""
    ec2, dms, glue = aws("ec2"), aws("dms"), aws("glue")
    serverless, lake = aws("redshift-serverless"), aws("lakeformation")
    endpoints = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    lists = {
        "buckets": aws("s3").list_buckets()["Buckets"],
        "roles": aws("iam").list_roles()["Roles"],
        "policies": aws("iam").list_policies(Scope="Local")["Policies"],
        "VPCs": ec2.describe_vpcs()["Vpcs"],
        "VPC endpoints": [each for each in endpoints if each["State"] != "deleted"],
        "security groups": ec2.describe_security_groups()["SecurityGroups"],
        "network interfaces": ec2.describe_network_interfaces()["NetworkInterfaces"],
        "secrets": aws("secretsmanager").list_secrets()["SecretList"],
        "topics": aws("sns").list_topics()["Topics"],
        "alarms": aws("cloudwatch").describe_alarms()["MetricAlarms"],
        "DB instances": aws("rds").describe_db_instances()["DBInstances"],
        "DB parameter groups": [
            each
            for each in aws("rds").describe_db_parameter_groups()["DBParameterGroups"]
            if not each["DBParameterGroupName"].startswith("default.")
        ],
        "DB subnet groups": aws("rds").describe_db_subnet_groups()["DBSubnetGroups"],
        "replication instances": dms.describe_replication_instances()["ReplicationInstances"],
        "replication subnet groups": dms.describe_replication_subnet_groups()[
            "ReplicationSubnetGroups"
        ],
        "endpoints": dms.describe_endpoints()["Endpoints"],
        "tasks": dms.describe_replication_tasks()["ReplicationTasks"],
        "replications": dms.describe_replication_configs()["ReplicationConfigs"],
        "databases": glue.get_databases()["DatabaseList"],
        "crawlers": glue.get_crawlers()["Crawlers"],
        "locations": lake.list_resources()["ResourceInfoList"],
        "LF-tags": lake.list_lf_tags()["LFTags"],
        "filters": lake.list_data_cells_filter()["DataCellsFilters"],
        "grants": lake.list_permissions()["PrincipalResourcePermissions"],
        "namespaces": serverless.list_namespaces()["namespaces"],
        "workgroups": serverless.list_workgroups()["workgroups"],
        "usage limits": serverless.list_usage_limits()["usageLimits"],
        "machines": aws("stepfunctions").list_state_machines()["stateMachines"],
        "schedules": aws("scheduler").list_schedules()["Schedules"],
        "schedule groups": aws("scheduler").list_schedule_groups()["ScheduleGroups"],
        "Athena workgroups": aws("athena").list_work_groups()["WorkGroups"],
    }
    return {kind: len(found) for kind, found in lists.items()}
