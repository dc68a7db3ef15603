"""Teardown asks first, then leaves only what the account shares. It is the last test of all."""

from __future__ import annotations

import pytest

from demo.aws import PLATFORM, client
from tests.site import account
from tests.site.playbooks import play


@pytest.mark.parametrize("confirmed", [[], ["-e", "confirm=mdw-prod"], ["-e", "confirm=yes"]])
def test_teardown_wants_the_platforms_name(confirmed):
    before = account.holds()
    played = play("teardown", *confirmed)
    assert played.exit_code != 0
    assert f"confirm={PLATFORM}" in played.output
    assert account.holds() == before


def test_teardown_changes_nothing_in_check_mode():
    before = account.holds()
    played = play("teardown", "--check", "-e", f"confirm={PLATFORM}")
    assert played.exit_code == 0, played.output
    assert account.holds() == before


def test_teardown_removes_all_that_the_site_made_and_keeps_what_is_shared():
    settings = client("lakeformation").get_data_lake_settings()["DataLakeSettings"]
    played = play("teardown", "-e", f"confirm={PLATFORM}")
    assert played.exit_code == 0, played.output
    assert account.holds() == account.SHARED
    assert client("lakeformation").get_data_lake_settings()["DataLakeSettings"] == settings


def test_teardown_again_changes_nothing():
    played = play("teardown", "-e", f"confirm={PLATFORM}")
    assert played.exit_code == 0, played.output
    assert played.recap["changed"] == 0, played.changed_tasks
