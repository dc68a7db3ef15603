"""Pause, resume, reload and replay on a platform that is there: the rows afterwards."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import demo.aws
from demo import shop
from demo.aws import PLATFORM, client
from tests.process.programs import Place, free_port
from tests.site import endpoint, task
from tests.site.playbooks import ROOT, Played, play

HISTORIES = ("current", "soft_delete", "append", "scd2")
TABLES = [f"public.{history}_goods" for history in HISTORIES]
GOODS = 300
LIVE = {
    "current": "TRUE",
    "soft_delete": "NOT _deleted",
    "append": "_op <> 'D' AND (good_id, _seq) IN "
    "(SELECT good_id, MAX(_seq) FROM analytics.append_goods GROUP BY good_id)",
    "scd2": "is_current",
}
DAMAGE = (
    "DELETE FROM analytics.{}_goods WHERE good_id < 20",
    "UPDATE analytics.{}_goods SET note = 'by hand' WHERE good_id BETWEEN 100 AND 120",
    "INSERT INTO analytics.{}_goods SELECT * FROM analytics.{}_goods WHERE FALSE",
)


class Site:
    """The deployed platform of four tables, one for each history."""

    def __init__(self, inventory: Path, port: int) -> None:
        self.inventory, self.port = inventory, port

    def play(self, name: str, *arguments: str, **told: Any) -> Played:
        """Run a playbook, which must succeed, told these variables."""
        given = ["-e", json.dumps(told)] if told else []
        played = play(
            name, *arguments, *given, inventory=self.inventory, SANDBOX_PORT=str(self.port)
        )
        assert played.exit_code == 0, played.output
        return played

    def trade(self, note: str) -> None:
        """Change some of each table, and wait until that has landed."""
        with shop.connection() as source:
            for table in TABLES:
                source.execute(f"UPDATE {table} SET note = %s WHERE good_id %% 7 = 0", (note,))
                source.execute(f"DELETE FROM {table} WHERE good_id % 50 = 1")
                source.execute(
                    f"INSERT INTO {table} SELECT max(good_id) + 1, %s FROM {table}", (note,)
                )
            source.commit()
            task.wait_until_landed(source)

    def differing(self) -> dict[str, set[Any]]:
        """The rows of source or warehouse alone, by history."""
        found = {}
        for history, table in zip(HISTORIES, TABLES, strict=True):
            with shop.connection() as source:
                wanted = source.execute(f"SELECT good_id, note FROM {table}").fetchall()
            rows = endpoint.query(
                f"SELECT good_id, note FROM analytics.{history}_goods WHERE {LIVE[history]}"
            )
            assert len(rows) == len(set(rows))
            found[history] = set(wanted) ^ set(rows)
        return found

    def equal(self) -> bool:
        return not any(self.differing().values())


def run_sql(*statements: str) -> None:
    """Statements of the warehouse's administrator, in one transaction."""
    with endpoint.connect() as connection:
        for sql in statements:
            connection.execute(sql)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Deployed, loaded once."""
    directory = tmp_path_factory.mktemp("operations")
    inventory = directory / "inventory"
    shutil.copytree(ROOT / "inventories" / "sandbox", inventory)
    columns = [{"name": "good_id", "type": "bigint"}, {"name": "note", "type": "varchar(40)"}]
    tables = [
        {
            "source": source,
            "name": f"{history}_goods",
            "key": ["good_id"],
            "history": history,
            "columns": columns,
        }
        for history, source in zip(HISTORIES, TABLES, strict=True)
    ]
    written = inventory / "group_vars" / "all"
    (written / "tables.yml").write_text(yaml.safe_dump({"tables": tables}))
    access = {"admins": [], "principals": [], "unmanaged": []}
    (written / "access.yml").write_text(yaml.safe_dump(access))
    place = Place(directory / "state", free_port())
    with place.up() as url, pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo.aws, "ENDPOINT", url)
        made = Site(inventory, place.port)
        made.play("site", "--tags", "network,source_database")
        with shop.connection() as source:
            for table in TABLES:
                source.execute(
                    f"CREATE TABLE {table} (good_id bigint PRIMARY KEY, note varchar(40))"
                )
                source.execute(
                    f"INSERT INTO {table} SELECT n, 'new' FROM generate_series(1, {GOODS}) n"
                )
        made.play("site", "--skip-tags", "catalog,publication,governance")
        made.play("load")
        assert made.equal()
        yield made


def schedule() -> str:
    found: str = client("scheduler").get_schedule(Name=f"{PLATFORM}-load")["State"]
    return found


def capture() -> str:
    tasks = client("dms").describe_replication_tasks()["ReplicationTasks"]
    return str(tasks[0]["Status"])


def test_a_pause_stops_schedule_and_capture_until_it_is_resumed(site: Site) -> None:
    planned = site.play("pause", "--check", "--diff", pause_capture=True)
    assert planned.changed_tasks == ["Schedule of the load is off", "Capture is stopped"]
    assert (schedule(), capture()) == ("ENABLED", "running")

    paused = site.play("pause", pause_capture=True, pause_running="stop")
    assert paused.changed_tasks == planned.changed_tasks
    assert "OldestReplicationSlotLag" in paused.output
    assert (schedule(), capture()) == ("DISABLED", "stopped")
    assert site.play("pause", pause_capture=True).recap["changed"] == 0

    with shop.connection() as source:
        source.execute(f"UPDATE {TABLES[0]} SET note = 'while paused' WHERE good_id = 5")
    resumed = site.play("resume")
    assert resumed.changed_tasks == [
        "Capture goes on where it was",
        "Schedule of the load is the contract's",
    ]
    assert (schedule(), capture()) == ("ENABLED", "running")
    assert site.play("resume", "--check").recap["changed"] == 0
    site.trade("after the pause")
    site.play("load")
    assert site.equal()


def test_what_lands_while_the_load_is_paused_is_loaded_when_it_is_resumed(site: Site) -> None:
    assert site.play("pause").changed_tasks == ["Schedule of the load is off"]
    assert capture() == "running"
    site.trade("landed in the pause")
    assert not site.equal()
    site.play("resume", resume_load=True)
    assert site.equal()


def test_site_puts_the_schedule_back_to_the_contract(site: Site) -> None:
    site.play("pause")
    put_back = site.play("site", "--tags", "orchestration")
    role = "modern_data.warehouse.orchestration"
    assert put_back.changed_tasks == [f"{role} : Schedule of the load"]
    assert schedule() == "ENABLED"


class Reader(threading.Thread):
    """Counts the rows of a table over and over; `seen` has every count."""

    def __init__(self, table: str) -> None:
        super().__init__(daemon=True)
        self.table, self.seen, self.done = table, list[int](), threading.Event()

    def run(self) -> None:
        with endpoint.connect() as connection:
            connection.autocommit = True
            while not self.done.is_set():
                [(rows,)] = connection.execute(f"SELECT COUNT(*) FROM {self.table}").fetchall()
                self.seen.append(rows)
                time.sleep(0.02)


def test_a_reload_mends_what_was_damaged_and_no_reader_sees_it_empty(site: Site) -> None:
    for history in HISTORIES:
        run_sql(*(sql.format(history, history) for sql in DAMAGE))
    assert all(site.differing().values())
    readers = [Reader(f"analytics.{history}_goods") for history in HISTORIES]
    before = [endpoint.query(f"SELECT COUNT(*) FROM {each.table}")[0][0] for each in readers]
    for reader in readers:
        reader.start()
    try:
        reloaded = site.play("reload_table", reload_tables=TABLES)
    finally:
        for reader in readers:
            reader.done.set()
            reader.join(30)
    for reader, rows in zip(readers, before, strict=True):
        assert len(reader.seen) > 10
        assert min(reader.seen) >= rows > 0
    assert reloaded.changed_tasks == [
        "Tables have landed again",
        "Load runs, after one that runs already",
    ]
    assert site.equal()


def test_a_reload_in_check_mode_asks_for_nothing(site: Site) -> None:
    planned = site.play("reload_table", "--check", "--diff", reload_tables=TABLES[:1])
    assert "would be captured and loaded again" in planned.output
    assert site.equal()


def copies() -> dict[str, str]:
    """The tables of each load, and where the test keeps copies of them."""
    found = [
        name
        for history in HISTORIES
        for name in (
            f"analytics.{history}_goods",
            f"etl.tomb_{history}_goods",
            f"etl.lock_{history}_goods",
        )
    ]
    return {name: f"public.kept_{name.replace('.', '_')}" for name in found}


@pytest.mark.parametrize("reloaded", [False, True])
def test_a_replay_mends_a_warehouse_that_was_restored(site: Site, reloaded: bool) -> None:
    since = datetime.now(UTC)
    for name, kept in copies().items():
        run_sql(f"DROP TABLE IF EXISTS {kept}", f"CREATE TABLE {kept} AS SELECT * FROM {name}")
    site.trade(f"after the snapshot, {reloaded}")
    if reloaded:
        site.play("reload_table", reload_tables=TABLES)
        site.trade("after the reload")
    site.play("load")
    assert site.equal()

    for name, kept in copies().items():
        run_sql(f"DELETE FROM {name}", f"INSERT INTO {name} SELECT * FROM {kept}")
    site.play("load")
    assert not site.equal()
    assert site.play("replay", "--check", replay_from=since.isoformat()).exit_code == 0
    assert not site.equal()
    site.play("replay", replay_from=since.isoformat())
    assert site.equal()
