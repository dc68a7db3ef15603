"""reconcile.yml: agreement is found while rows change, drift is told row by row."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.site.playbooks import Played
from tests.source.shop import HISTORIES, Shop

QUICK = json.dumps({"reconciliation_rounds": 2, "reconciliation_capture_timeout": 10})


def reconcile(shop: Shop, *arguments: str) -> tuple[Played, dict[str, dict[str, Any]]]:
    """What the playbook said, and its report by table."""
    report = shop.directory / "report.json"
    report.unlink(missing_ok=True)
    played = shop.play("reconcile", "-e", f"reconcile_report={report}", *arguments)
    assert "[WARNING]" not in played.output
    assert shop.login()["password"] not in played.output
    found = json.loads(report.read_text()) if report.exists() else {"tables": []}
    return played, {table["table"]: table for table in found["tables"]}


def test_what_was_loaded_agrees_in_every_type_and_history(shop):
    played, tables = reconcile(shop)
    assert played.exit_code == 0, played.output
    assert set(tables) == {"public.things", *(f"public.{name}" for name in HISTORIES)}
    for table in tables.values():
        assert table["buckets"] == {"all": 256, "compared": 256, "agreed": 256}
    assert tables["public.things"]["rows"] == {"source": 6, "warehouse": 6}
    assert tables["public.things"]["presence_only"] == ["share", "ratio", "document"]
    assert tables["public.versions"]["latest"]["changed"] == {
        "source": "2026-01-01 00:05:00.000000 AD",
        "warehouse": "2026-01-01 00:05:00.000000 AD",
    }


def test_changes_that_are_not_loaded_yet_are_no_drift(shop):
    for name in HISTORIES:
        shop.source(f"UPDATE public.{name} SET email = 'new' WHERE id < 20")
        shop.source(f"DELETE FROM public.{name} WHERE id BETWEEN 10 AND 30")
        shop.source(f"UPDATE public.{name} SET id = id + 1000 WHERE id = 40")
    played, tables = reconcile(shop)
    assert played.exit_code == 0, played.output
    for name in HISTORIES:
        assert tables[f"public.{name}"]["rows"] == {"source": 279, "warehouse": 279}


def test_a_sample_compares_a_share_of_the_buckets_of_some_tables(shop):
    some = json.dumps({"reconcile_tables": ["public.versions"], "reconcile_sample": 0.1})
    played, tables = reconcile(shop, "-e", some, "--check")
    assert played.exit_code == 0, played.output
    assert not tables  # in check mode no file is written, and all the rest is read
    played, tables = reconcile(shop, "-e", some)
    assert tables["public.versions"]["buckets"] == {"all": 256, "compared": 26, "agreed": 26}


@pytest.fixture(scope="module")
def drifted(shop) -> tuple[Played, dict[str, dict[str, Any]]]:
    """The report after rows were changed behind the load's back, and a table truncated."""
    shop.warehouse("DELETE FROM analytics.current_rows WHERE id = 77")
    shop.warehouse("UPDATE analytics.versions SET email = 'other' WHERE id = 88 AND is_current")
    shop.warehouse("UPDATE analytics.kept_rows SET _deleted = FALSE WHERE id = 25")
    shop.source("TRUNCATE public.every_change")
    return reconcile(shop, "-e", QUICK)


def test_drift_fails_and_names_tables_and_keys(drifted):
    played, tables = drifted
    assert played.exit_code == 2, played.output
    assert {name for name, table in tables.items() if table["drift"]} == {
        "public.current_rows",
        "public.versions",
        "public.kept_rows",
        "public.every_change",
    }
    assert "public.current_rows: buckets " in played.output
    assert tables["public.things"]["buckets"]["agreed"] == 256


@pytest.mark.parametrize(
    ("table", "key", "what"),
    [
        ("current_rows", "77", "missing in the warehouse"),
        ("versions", "88", "different"),
        ("kept_rows", "25", "not at the source"),
    ],
)
def test_a_row_that_drifted_is_told_by_its_key(drifted, table, key, what):
    _played, tables = drifted
    assert tables[f"public.{table}"]["keys"] == [{"key": key, "what": what}]
    assert len(tables[f"public.{table}"]["differing"]) == 1


def test_a_truncate_is_drift_since_the_capture_has_none(drifted):
    _played, tables = drifted
    table = tables["public.every_change"]
    assert table["rows"] == {"source": 0, "warehouse": 279}
    assert len(table["keys"]) == 10
    assert {key["what"] for key in table["keys"]} == {"not at the source"}


def test_an_unknown_table_is_told(shop):
    played = shop.play("reconcile", "-e", json.dumps({"reconcile_tables": ["public.nothing"]}))
    assert played.exit_code == 2
    assert "not in tables.yml: public.nothing" in played.output
