"""A bad inventory stops at the first play, before any AWS call, with all that is wrong with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.process.programs import Place, free_port
from tests.site.playbooks import ROOT, Played, play

SANDBOX = ROOT / "inventories" / "sandbox"
CALLER = "Account of the caller"


@pytest.fixture
def inventory(tmp_path: Path) -> Callable[..., Path]:
    """Makes an inventory: the sandbox's, changed file by file by functions."""

    def make(**changes: Callable[[dict[str, Any]], object]) -> Path:
        made = tmp_path / "inventory"
        shutil.copytree(SANDBOX, made)
        for name, change in changes.items():
            file = made / "group_vars" / "all" / f"{name}.yml"
            values = yaml.safe_load(file.read_text())
            change(values)
            file.write_text(yaml.safe_dump(values))
        return made

    return make


@pytest.fixture
def nobody() -> str:
    """A port that nobody listens on: a call to AWS would fail there, and say so."""
    return str(free_port())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The port of a sandbox whose account is empty."""
    place = Place(tmp_path_factory.mktemp("sandbox") / "state", free_port())
    up = place.run("up")
    assert up.returncode == 0, up.stderr
    yield str(place.port)
    place.run("down")


def assert_stopped_first(played: Played, *told: str) -> None:
    """The first task failed with all of this, and nothing came after it."""
    assert played.exit_code == 2, played.output
    assert played.recap["failed"] == 1
    assert played.recap["changed"] == 0
    assert CALLER not in played.output
    assert "Traceback" not in played.output
    assert "[WARNING]" not in played.output
    words = " ".join(played.output.split())
    for part in told:
        assert part in words, words


@pytest.mark.parametrize("playbook", ["site", "load", "teardown"])
def test_all_errors_are_told_at_once(playbook, inventory, nobody):
    def platform(values):
        values["platform"]["account_id"] = "12345"
        values["platform"]["regoin"] = values["platform"].pop("region")
        values["warehouse"]["base_capacity"] = 7

    def tables(values):
        items = {"source": "public.items", "name": "items", "key": ["item_id"]}
        values["tables"].append({**items, "columns": [{"name": "item_id", "type": "bigit"}]})

    def access(values):
        values["principals"][0]["tables"]["orders"]["columns"].append("emial")

    bad = inventory(platform=platform, tables=tables, access=access)
    assert_stopped_first(
        play(playbook, inventory=bad, SANDBOX_PORT=nobody),
        "platform.account_id: '12345' is not valid; allowed: 12 digits",
        "platform.region: missing",
        "platform.regoin: unknown option",
        "warehouse.base_capacity: 7 is not valid; allowed: 4, or 8 to 512",
        "tables[3].columns[0].type: 'bigit' is not valid; allowed: smallint, integer",
        "principals[0].tables.orders.columns[3]: unknown name 'emial'",
    )


@pytest.mark.parametrize(
    ("playbook", "told", "fault"),
    [
        (
            "load",
            '{"load_tables": ["orders"]}',
            "load_tables[0]: 'orders' is not valid; allowed: public.",
        ),
        ("reload_table", "{}", "reload_tables: missing; a list"),
        (
            "reload_table",
            '{"reload_tables": ["public.ordesr"]}',
            "reload_tables[0]: 'public.ordesr' is not valid; allowed: public.",
        ),
        ("replay", "{}", "replay_from: missing; allowed: a point in time with its zone"),
        (
            "replay",
            '{"replay_from": "yesterday", "replay_tables": "public.orders"}',
            "replay_tables: 'public.orders' is not valid; allowed: a list",
        ),
        ("pause", '{"pause_running": "kill"}', "'kill' is not valid; allowed: wait, stop"),
    ],
)
def test_what_a_run_is_told_is_checked_before_any_call(playbook, told, fault, nobody):
    assert_stopped_first(play(playbook, "-e", told, SANDBOX_PORT=nobody), fault)


@pytest.mark.parametrize("missing", ["platform", "tables", "access"])
def test_a_missing_file_is_told_by_what_it_holds(missing, inventory, nobody):
    bad = inventory()
    (bad / "group_vars" / "all" / f"{missing}.yml").unlink()
    option = {"platform": "platform", "tables": "tables", "access": "principals"}[missing]
    assert_stopped_first(play("site", inventory=bad, SANDBOX_PORT=nobody), option)


def test_one_layer_checks_the_whole_inventory(inventory, nobody):
    bad = inventory(access=lambda values: values.update(principals="analyst"))
    played = play("site", "--tags", "network", inventory=bad, SANDBOX_PORT=nobody)
    assert_stopped_first(played, "principals", "analyst")


@pytest.mark.parametrize(
    ("playbook", "arguments"),
    [
        ("site", ["--tags", "network,load"]),
        ("site", ["--tags", "load", "--check"]),
        ("teardown", ["--tags", "load", "-e", "confirm=mdw-sandbox"]),
    ],
)
def test_a_tag_that_nothing_has_is_refused(playbook, arguments, nobody):
    assert_stopped_first(
        play(playbook, *arguments, SANDBOX_PORT=nobody),
        "This playbook has no tag load, and nothing was touched.",
        "all, tagged, untagged, always",
        "run playbooks/load.yml",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--tags", "network, catalog"],
        ["--tags", "tagged"],
        ["--tags", "data", "-e", '{"own_tags": ["data"]}'],
        ["--skip-tags", "catalog"],
        ["--check"],
    ],
)
def test_other_tags_go_on_to_the_account(arguments, nobody):
    played = play("site", *arguments, SANDBOX_PORT=nobody)
    assert played.exit_code == 2, played.output
    assert f"TASK [{CALLER}]" in played.output


def test_the_tags_that_are_known_are_those_of_the_layers():
    check, layers = yaml.safe_load((ROOT / "playbooks" / "site.yml").read_text())
    known = check["vars"]["layer_tags"]
    assert set(known) == {task["tags"] for task in layers["tasks"]}
    assert len(known) == len(set(known))


def test_a_sandbox_that_is_not_up_is_told(nobody):
    played = play("site", SANDBOX_PORT=nobody)
    assert played.exit_code == 2, played.output
    assert f"http://127.0.0.1:{nobody}" in played.output
    assert played.recap["changed"] == 0


@pytest.mark.parametrize("playbook", ["site", "load", "teardown"])
def test_another_account_than_the_inventorys_is_left_alone(playbook, inventory, running):
    other = inventory(platform=lambda values: values["platform"].update(account_id="210987654321"))
    arguments = ["-e", "confirm=mdw-sandbox"] if playbook == "teardown" else []
    played = play(playbook, *arguments, inventory=other, SANDBOX_PORT=running)
    assert played.exit_code == 2, played.output
    assert "The credentials are of account 123456789012" in played.output
    assert "may only touch 210987654321" in " ".join(played.output.split())
    assert played.recap["ok"] == 3
    assert played.recap["changed"] == 0


def test_teardown_asks_for_the_platforms_name(running):
    played = play("teardown", SANDBOX_PORT=running)
    assert played.exit_code == 2, played.output
    assert "-e confirm=mdw-sandbox" in played.output
    assert played.recap["changed"] == 0


def test_teardown_of_what_was_never_made_changes_nothing(running):
    played = play("teardown", "-e", "confirm=mdw-sandbox", SANDBOX_PORT=running)
    assert played.exit_code == 0, played.output
    assert played.recap["changed"] == 0, played.changed_tasks
