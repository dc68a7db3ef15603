"""The sandbox is killed; after `up`, site.yml and one load the warehouse is as the source again."""

from __future__ import annotations

import os
import signal

import pytest

from demo import shop
from demo.aws import client
from sandbox.engines.postgres import places
from tests.conformance.faults.plans import MERGE
from tests.conformance.faults.site import Site, sandbox
from tests.process.programs import alive, descendants, programs
from tests.site.playbooks import SECONDS
from tests.site.task import until

LONG = {**MERGE, "outcome": "hang", "seconds": 600}
RESOURCES = {
    "dms": ("describe_replication_tasks", "ReplicationTasks"),
    "dynamodb": ("list_tables", "TableNames"),
    "glue": ("get_databases", "DatabaseList"),
    "rds": ("describe_db_instances", "DBInstances"),
    "redshift-serverless": ("list_workgroups", "workgroups"),
    "s3": ("list_buckets", "Buckets"),
    "scheduler": ("list_schedules", "Schedules"),
    "stepfunctions": ("list_state_machines", "stateMachines"),
}
"""What lists the resources of each service that a site has."""
WAITING = (
    "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'public.orders'::regclass"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A sandbox with no site in it yet; each test deploys one in the end."""
    with sandbox(tmp_path_factory.mktemp("killed")) as made:
        yield made


def kill(site: Site) -> set[int]:
    """Kill the sandbox, as whatever it does; the processes that it had, whose databases live on."""
    here, pid = site.place, site.place.pid()
    databases, processes = set(filter(None, here.clusters())), descendants(pid)
    os.kill(pid, signal.SIGKILL)
    until(lambda: not alive({pid}))
    assert alive(databases) == databases
    assert here.leftovers()
    return processes


def up_again(site: Site, left: set[int]) -> None:
    """`up` starts a sandbox that knows nothing of the killed one, of which nothing is left."""
    here = site.place
    up = here.run("up")
    assert up.returncode == 0, up.stderr
    assert "died" in up.stdout
    assert not alive(left)
    assert here.clusters() == []
    assert not places.annex(here.directory).exists()
    assert site.faults.told() == []
    for service, (operation, member) in RESOURCES.items():
        assert not getattr(client(service), operation)()[member], service


def recovers(site: Site, left: set[int]) -> None:
    """What docs/sandbox.md tells to do after a kill ends with all rows in the warehouse."""
    up_again(site, left)
    site.first_layers()
    site.done("site")
    site.done("load")
    site.equal()


def test_as_a_database_is_made_and_in_the_middle_of_a_site(site):
    with site.playing("site") as run:
        until(lambda: "initdb" in programs(descendants(site.place.pid())), SECONDS)
        left = kill(site)
        assert run.ended().exit_code != 0
    up_again(site, left)
    site.first_layers()
    with site.playing("site") as run:
        site.until_called(run, "dms", "StartReplicationTask")
        left = kill(site)
        assert run.ended().exit_code != 0
    recovers(site, left)


def test_during_a_load(site):
    site.captured(shop.change)
    site.faults.put(LONG)
    with site.playing("load") as run:
        site.until_struck()
        left = kill(site)
        assert run.ended().exit_code != 0
    recovers(site, left)


def test_during_a_full_load(site):
    with shop.connection() as source:
        source.execute("LOCK TABLE public.orders IN ACCESS EXCLUSIVE MODE")
        with site.playing("reload_table", reload_tables=["public.orders"]) as run:
            until(lambda: source.execute(WAITING).fetchone() == (True,), SECONDS)
            left = kill(site)
            assert run.ended().exit_code != 0
    recovers(site, left)


def test_when_it_was_idle(site):
    site.captured(shop.change)
    recovers(site, kill(site))
