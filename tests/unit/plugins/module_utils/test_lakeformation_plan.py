"""What is granted and revoked: a plan, once carried out, leaves nothing to do."""

from __future__ import annotations

from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_grants import (
    Atom,
    atoms_of,
    covered,
    grants_of,
    revokes_of,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_plan import (
    plan_grants,
    plan_revokes,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_purge import (
    Purge,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_resources import (
    Thing,
)
from hypothesis import given
from hypothesis import strategies as st

ORDERS = Thing("table", ("lake", "orders"))
LAKE = Thing("database", ("lake",))
TAG = Thing("lf_tag", ("k",))
WHO = ["analyst", "auditor", "admin"]

parts = {ORDERS: ["a", "b", "*", '*["a"]'], TAG: ["x", "y", "*"], LAKE: [""]}
permissions = {ORDERS: ["SELECT"], TAG: ["ASSOCIATE", "DESCRIBE"], LAKE: ["DROP", "ALL"]}


@st.composite
def atoms(draw) -> set[Atom]:
    """Atoms of a state: what may be passed on is held too."""
    found: set[Atom] = set()
    for _row in range(draw(st.integers(0, 6))):
        thing = draw(st.sampled_from([ORDERS, LAKE, TAG]))
        permission = draw(st.sampled_from(permissions[thing]))
        part = draw(st.sampled_from(parts[thing]))
        principal = draw(st.sampled_from(WHO))
        found.add(Atom(principal, thing, permission, part))
        if draw(st.booleans()):
            found.add(Atom(principal, thing, permission, part, grantable=True))
    return found


purges = st.builds(
    Purge,
    st.frozensets(st.sampled_from([ORDERS, LAKE])),
    st.frozensets(st.sampled_from(WHO)),
    st.frozensets(st.sampled_from(["table", "database", "lf_tag"])),
    st.frozensets(st.sampled_from(WHO), max_size=1),
)


def admins() -> set[str]:
    return {"admin"}


@given(atoms(), atoms(), purges)
def test_a_plan_carried_out_leaves_no_plan(wanted, current, purge):
    plan = plan_grants(wanted, current, purge, admins)
    after = plan.applied(current)
    assert plan.fulfilled(after)
    assert all(covered(atom, after) for atom in wanted)
    assert not plan_grants(wanted, after, purge, admins)


@given(atoms(), atoms(), purges)
def test_a_purge_takes_only_what_it_concerns(wanted, current, purge):
    plan = plan_grants(wanted, current, purge, admins)
    assert plan.surplus.isdisjoint(wanted)
    assert all(purge.concerns(atom) and atom.principal != "admin" for atom in plan.surplus)


@given(atoms(), atoms())
def test_the_requests_of_a_plan_say_the_plan(wanted, current):
    purge = Purge(frozenset({ORDERS, LAKE}), frozenset(WHO), frozenset({"lf_tag"}))
    plan = plan_grants(wanted, current, purge, admins)
    granted = set().union(*map(atoms_of, grants_of(plan.missing)))
    assert plan.missing <= granted <= wanted
    for request in revokes_of(plan.surplus):
        taken = request["permissions"] or []
        passed = request["permissions_with_grant_option"] or []
        assert taken or passed


@given(atoms())
def test_what_is_held_can_be_revoked_once(current):
    plan = plan_revokes(current, current)
    assert plan.surplus == current
    assert not plan_revokes(current, plan.applied(current))
