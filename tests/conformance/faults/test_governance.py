"""An edit of access.yml is broken off; after one more run all is open that should be, and no more."""

from __future__ import annotations

import pytest

from tests.access.policies import SHIPPED, WIDER, opened
from tests.conformance.faults.plans import OPERATOR
from tests.conformance.faults.site import NEVER, Site

POLICIES = {"shipped": SHIPPED, "wider": WIDER}
OTHER = {"shipped": "wider", "wider": "shipped"}
FOR_LONG = 99


def refused(service: str, operation: str) -> dict[str, object]:
    """The first call of this finds that the operator's session is over."""
    return {"kind": "expired_token", **OPERATOR, "service": service, "operation": operation}


def lost(service: str, operation: str) -> dict[str, object]:
    """The service does what it is asked for, and nobody is told."""
    call = {"service": service, "operation": operation, "first": FOR_LONG}
    return {"kind": "connection_reset", "when": "after", **call}


def cancelled(matching: str) -> dict[str, object]:
    """The first statement with this text fails, and with it its transaction."""
    return {"kind": "statement", "matching": matching, "message": "57014: canceled by user"}


BROKEN_OFF = {
    "before the roles": ("wider", refused("iam", "PutRolePolicy")),
    "before the filters": ("shipped", refused("lakeformation", "CreateDataCellsFilter")),
    "between the lake's revokes and grants": (
        "wider",
        refused("lakeformation", "BatchGrantPermissions"),
    ),
    "after the lake's grants": ("shipped", lost("lakeformation", "BatchGrantPermissions")),
    "before the old filters go": ("wider", refused("lakeformation", "DeleteDataCellsFilter")),
    "in the warehouse's rows": ("shipped", cancelled("^attach rls")),
    "in the warehouse's masks": ("wider", cancelled("^attach masking")),
    "in the warehouse's grants": ("shipped", cancelled("^grant")),
    "after the warehouse's statements": ("wider", lost("redshift-data", "*ExecuteStatement")),
}
"""Which policy is to come, and what breaks off the run that brings it."""
PARTS = (1, 2)
"""Thirds of all calls of a run."""


@pytest.fixture(scope="module")
def undisturbed(site):
    """What each policy opens, and how many calls bring it."""
    found = {}
    for name in ("wider", "shipped"):
        site.faults.put({"kind": "expired_token", **OPERATOR, "skip": NEVER})
        govern(site, name)
        found[name] = (opened(), site.faults.end()[0]["calls"])
    return found


def govern(site: Site, policy: str) -> None:
    """Run the governance of a policy to its end."""
    site.done("site", "--tags", "governance", principals=POLICIES[policy])


def breaks_off(site: Site, undisturbed, policy: str, fault: dict[str, object]) -> None:
    """A run that brings a policy in place of the other fails; the next one brings it."""
    wanted, before = undisturbed[policy][0], undisturbed[OTHER[policy]][0]
    if opened() != before:
        govern(site, OTHER[policy])
    site.faults.put(fault)
    try:
        broken = site.play("site", "--tags", "governance", principals=POLICIES[policy])
    finally:
        struck = site.faults.end()[0]["struck"]
    assert struck
    assert broken.exit_code != 0, broken.output
    for now, old, new in zip(opened(), before, wanted, strict=True):
        assert set(now) <= {*old, *new}
    govern(site, policy)
    assert opened() == wanted


@pytest.mark.parametrize("moment", BROKEN_OFF)
def test_an_edit_that_was_broken_off_is_finished_by_the_next_run(site, undisturbed, moment):
    breaks_off(site, undisturbed, *BROKEN_OFF[moment])


@pytest.mark.parametrize("part", PARTS)
def test_an_edit_that_failed_after_so_many_calls_is_finished_by_the_next(site, undisturbed, part):
    policy = ("wider", "shipped")[part % 2]
    skip = undisturbed[policy][1] * part // (len(PARTS) + 1)
    breaks_off(site, undisturbed, policy, {"kind": "expired_token", **OPERATOR, "skip": skip})
