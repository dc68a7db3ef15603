"""Every kind of fault, in every variant, has a plan that a site and one that a load endures."""

from __future__ import annotations

import itertools
import json
from typing import Any, Literal, get_args, get_origin

from sandbox.faults.entries import AnyEntry, Entry
from sandbox.faults.plan import parse
from tests.conformance.faults.plans import OF_LOADS, OF_SITES

KINDS: tuple[type[Entry], ...] = get_args(get_args(AnyEntry)[0])
LATE = "delayed_consistency"
"""What was changed a moment ago is seen late: a load makes no role and grants nothing."""


def choices(kind: type[Entry]) -> dict[str, tuple[str, ...]]:
    """The options of a kind whose values are named, the kind's own name among them."""
    annotations = {name: field.annotation for name, field in kind.model_fields.items()}
    return {
        name: get_args(annotation)
        for name, annotation in annotations.items()
        if get_origin(annotation) is Literal
    }


def variants() -> set[tuple[str, ...]]:
    """All that faults there are may choose."""
    return {chosen for kind in KINDS for chosen in itertools.product(*choices(kind).values())}


def variants_of(plan: tuple[dict[str, Any], ...]) -> set[tuple[str, ...]]:
    """What the faults of a plan have chosen."""
    faults = parse(json.dumps({"faults": plan}))
    return {tuple(getattr(fault, name) for name in choices(type(fault))) for fault in faults}


def test_a_site_endures_every_kind_of_fault():
    assert variants_of(OF_SITES) == variants()


def test_a_load_endures_every_kind_of_fault_that_may_meet_it():
    assert variants_of(OF_LOADS) == {chosen for chosen in variants() if LATE not in chosen}
