from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_replication_task import (
    start_type,
)


@pytest.mark.parametrize(
    ("status", "migration", "stats", "started", "expected"),
    [
        ("ready", "full-load-and-cdc", {}, None, "start-replication"),
        ("ready", "full-load-and-cdc", {}, "2026", "reload-target"),
        ("stopped", "full-load-and-cdc", {}, "2026", "reload-target"),
        ("failed", "full-load", {}, "2026", "reload-target"),
        ("failed", "cdc", {}, "2026", "resume-processing"),
        (
            "stopped",
            "full-load-and-cdc",
            {"full_load_finish_date": "2026"},
            "2026",
            "resume-processing",
        ),
    ],
)
def test_a_task_is_started_in_the_way_that_fits_what_it_has_done(
    status, migration, stats, started, expected
):
    found = {
        "status": status,
        "migration_type": migration,
        "replication_task_stats": stats,
        "replication_task_start_date": started,
    }
    assert start_type(found) == expected
