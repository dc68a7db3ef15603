"""follow_source.yml: what the source changes is held, told, and followed without a loss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sandbox.capture_tools import until
from tests.site.playbooks import Played
from tests.source.shop import Shop

TABLE = "kept_rows"


def statistics(shop: Shop, table: str) -> dict[str, Any]:
    """What the capture tells of a table."""
    dms = shop.client("dms")
    (task,) = dms.describe_replication_tasks()["ReplicationTasks"]
    arn = task["ReplicationTaskArn"]
    found = dms.describe_table_statistics(ReplicationTaskArn=arn)["TableStatistics"]
    return {one["TableName"]: one for one in found}[table]


def change(shop: Shop, table: str, *statements: str) -> None:
    """Run statements, the last of which inserts one row, and wait until it is captured."""
    inserts = statistics(shop, table)["Inserts"]
    for statement in statements:
        shop.source(statement)
    until(lambda: statistics(shop, table)["Inserts"] > inserts)


def load(shop: Shop, *tables: str) -> Played:
    some = json.dumps({"load_tables": [f"public.{name}" for name in tables]})
    return shop.play("load", "-e", some)


def follow(shop: Shop, *arguments: str) -> Played:
    played = shop.play("follow_source", *arguments)
    assert "[WARNING]" not in played.output
    assert shop.login()["password"] not in played.output
    return played


def mode(shop: Shop, name: str) -> None:
    path = shop.inventory / "group_vars/all/platform.yml"
    platform = yaml.safe_load(path.read_text())
    platform["load"]["schema_changes"] = name
    path.write_text(yaml.safe_dump(platform))


@pytest.fixture(scope="module")
def contract(shop: Shop) -> Iterator[Path]:
    """The shop's tables.yml, whose tables have been found equal."""
    path = shop.inventory / "group_vars/all/tables.yml"
    path.write_text(f"# ours\n{path.read_text()}")
    equal = follow(shop)
    assert equal.exit_code == 0, equal.output
    for name in (TABLE, "current_rows"):
        shop.source(f"INSERT INTO public.{name} VALUES (900, 'before', now())")
    yield path


def test_an_added_column_holds_its_table_until_the_contract_has_it(shop, contract):
    change(
        shop,
        TABLE,
        f"ALTER TABLE public.{TABLE} ADD COLUMN phone varchar(20), ADD COLUMN level smallint",
        f"INSERT INTO public.{TABLE} VALUES (901, 'after', now(), '+44', 3)",
    )
    held = load(shop, TABLE, "current_rows")
    assert held.exit_code != 0
    assert "follow_source.yml" in held.output
    assert shop.rows("SELECT count(*) FROM analytics.current_rows WHERE id = 900") == [(1,)]
    assert shop.rows(f"SELECT count(*) FROM analytics.{TABLE} WHERE id BETWEEN 900 AND 999") == [
        (0,)
    ]
    written = contract.read_text()
    told = follow(shop)
    assert told.exit_code != 0
    assert f"public.{TABLE}: phone varchar(80) was added" in told.output
    assert contract.read_text() == written
    assert "status: held" in load(shop, TABLE).output


def test_a_contract_that_follows_has_it_without_a_person(shop, contract):
    mode(shop, "follow_source")
    planned = follow(shop, "--check", "--diff")
    assert planned.exit_code == 0, planned.output
    assert "phone" not in contract.read_text()
    followed = follow(shop)
    assert followed.exit_code == 0, followed.output
    assert contract.read_text().startswith("# ours\n")
    assert "personal: true" in contract.read_text().split("phone")[1].split("level")[0]
    loaded = load(shop, TABLE)
    assert loaded.exit_code == 0, loaded.output
    rows = (
        f"SELECT id, phone, level FROM analytics.{TABLE} WHERE id BETWEEN 900 AND 999 ORDER BY id"
    )
    assert shop.rows(rows) == [(900, None, None), (901, "+44", 3)]
    again = follow(shop)
    assert again.exit_code == 0, again.output
    assert again.recap["changed"] == 0


def test_a_dropped_column_stays_and_a_longer_text_fits(shop, contract):
    change(
        shop,
        TABLE,
        f"ALTER TABLE public.{TABLE} DROP COLUMN level, ALTER COLUMN phone TYPE varchar(90)",
        f"INSERT INTO public.{TABLE} VALUES (902, 'later', now(), repeat('9', 90))",
    )
    followed = follow(shop)
    assert followed.exit_code == 0, followed.output
    loaded = load(shop, TABLE)
    assert loaded.exit_code == 0, loaded.output
    rows = f"SELECT id, length(phone), level FROM analytics.{TABLE} WHERE id BETWEEN 901 AND 999 ORDER BY id"
    assert shop.rows(rows) == [(901, 3, 3), (902, 90, None)]


def test_a_run_that_was_cut_off_after_its_edit_is_finished_by_the_next(shop, contract):
    change(
        shop,
        "versions",
        "ALTER TABLE public.versions ADD COLUMN extra int",
        "INSERT INTO public.versions VALUES (900, 'more', now(), 7)",
    )
    edited = yaml.safe_load(contract.read_text())
    (entry,) = (one for one in edited["tables"] if one["name"] == "versions")
    entry["columns"].append({"name": "extra", "type": "integer"})
    contract.write_text(f"# ours\n{yaml.safe_dump(edited)}")
    finished = follow(shop)
    assert finished.exit_code == 0, finished.output
    loaded = load(shop, "versions")
    assert loaded.exit_code == 0, loaded.output
    assert shop.rows("SELECT extra FROM analytics.versions WHERE id = 900") == [(7,)]


def test_what_can_not_be_followed_is_told_and_stops_its_table_alone(shop, contract):
    change(
        shop,
        "every_change",
        "ALTER TABLE public.every_change ALTER COLUMN changed TYPE date",
        "INSERT INTO public.every_change VALUES (900, 'odd', '2026-01-01')",
    )
    change(
        shop,
        "current_rows",
        "ALTER TABLE public.current_rows ADD COLUMN rank int",
        "INSERT INTO public.current_rows VALUES (901, 'ranked', now(), 1)",
    )
    written = contract.read_text()
    followed = follow(shop)
    assert followed.exit_code != 0
    assert "public.every_change: changed is a date now" in followed.output
    assert contract.read_text() != written
    loaded = load(shop, "current_rows")
    assert loaded.exit_code == 0, loaded.output
    assert shop.rows("SELECT rank FROM analytics.current_rows WHERE id = 901") == [(1,)]
    assert load(shop, "every_change").exit_code != 0
