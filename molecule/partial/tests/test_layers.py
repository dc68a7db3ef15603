"""On a warm account nothing is left to do: for each layer alone, and for all in check mode."""

from __future__ import annotations

import pytest

from tests.site import account
from tests.site.playbooks import play

LAYERS = (
    "network",
    "source_database",
    "landing_zone",
    "ingestion",
    "catalog",
    "warehouse",
    "orchestration",
    "publication",
    "governance",
    "observability",
)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_alone_finds_nothing_to_do(layer):
    played = play("site", "--tags", layer)
    assert played.exit_code == 0, played.output
    assert played.recap["changed"] == 0, played.changed_tasks
    assert f"modern_data.warehouse.{layer} : " in played.output


def test_check_mode_reports_no_change():
    before = account.holds()
    played = play("site", "--check", "--diff")
    assert played.exit_code == 0, played.output
    assert played.recap["changed"] == 0, played.changed_tasks
    assert account.holds() == before
