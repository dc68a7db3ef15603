"""What a run is told beside the inventory is checked with it, and handed on to the playbooks."""

from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive, errors

from .documents import Documents

MOMENT = "allowed: a point in time with its zone"


@pytest.fixture
def documents():
    return Documents("sandbox")


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (
            {"load_tables": "public.orders"},
            "load_tables: 'public.orders' is not valid; allowed: a list",
        ),
        ({"load_tables": []}, "load_tables: [] is not valid; allowed: public."),
        ({"load_tables": [7]}, "load_tables[0]: 7 is not valid; allowed: the source of a table"),
        (
            {"reload_tables": ["public.orders", "orders"]},
            "reload_tables[1]: 'orders' is not valid; allowed: public.",
        ),
        ({"reload_tables": None}, "reload_tables: missing; a list"),
        ({"replay_from": None}, f"replay_from: missing; {MOMENT}"),
        ({"replay_from": "yesterday"}, f"replay_from: 'yesterday' is not valid; {MOMENT}"),
        (
            {"replay_from": "2026-11-28T10:15:00"},
            f"replay_from: '2026-11-28T10:15:00' is not valid; {MOMENT}",
        ),
        ({"repaly_from": "x"}, "repaly_from: unknown option with value 'x'"),
        ({"pause_running": "kill"}, "pause_running: 'kill' is not valid; allowed: wait, stop"),
        ("all", "run: 'all' is not valid; allowed: a mapping of load_tables, publish_tables"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(documents, run, told):
    assert errors(*documents, run)[0].startswith(told)


def test_it_is_told_together_with_the_faults_of_the_inventory(documents):
    documents.platform["warehouse"]["base_capacity"] = 7
    faults = errors(*documents, {"reload_tables": None})
    assert [fault.partition(":")[0] for fault in faults] == [
        "warehouse.base_capacity",
        "reload_tables",
    ]


def test_lists_that_are_not_given_stand_for_all_tables(documents):
    run = {"load_tables": None, "replay_tables": None}
    assert errors(*documents, run) == []
    assert derive(*documents, run)["run"] == {}


def test_a_reload_is_what_the_capture_is_asked_for(documents):
    run = {"reload_tables": ["public.orders"]}
    assert derive(*documents, run)["run"]["reload_tables"] == [
        {"schema_name": "public", "table_name": "orders"}
    ]


@pytest.mark.parametrize(
    "moment", ["2026-11-28T10:15:00Z", "2026-11-28 11:15:00.9+01:00", "2026-11-28T10:15+00:00"]
)
def test_a_point_in_time_becomes_the_beginning_of_a_files_name(documents, moment):
    run = {"replay_from": moment}
    assert errors(*documents, run) == []
    assert derive(*documents, run)["run"] == {"replay_from": "20261128-101500"}


def test_a_run_that_is_told_nothing_has_no_options(documents):
    assert errors(*documents) == []
    assert derive(*documents)["run"] == {}
