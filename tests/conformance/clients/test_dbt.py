"""dbt with its Redshift adapter, on the project that lies in dbt/."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.conformance.clients.aws_cli import CLIENTS
from tests.conformance.clients.warehouse import PASSWORD, USER, Endpoint

PROJECT = Path(__file__).parent / "dbt"
SECONDS = 300


class Dbt:
    """A copy of the project, in which commands run."""

    def __init__(self, folder: Path, endpoint: Endpoint) -> None:
        self.folder = Path(shutil.copytree(PROJECT, folder / "project"))
        self._endpoint = endpoint

    def done(self, *words: str) -> dict[str, str]:
        """Run `dbt <words>`, which must succeed: the outcome of each node by its name."""
        ended = subprocess.run(
            [CLIENTS / "dbt", "--no-use-colors", *words, "--profiles-dir", "."],
            env={
                **os.environ,
                **self._endpoint.trusted,
                "WAREHOUSE_HOST": self._endpoint.host,
                "WAREHOUSE_PORT": str(self._endpoint.port),
                "WAREHOUSE_USER": USER,
                "WAREHOUSE_PASSWORD": PASSWORD,
                "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            },
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        results = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        return {each["unique_id"].split(".")[2]: each["status"] for each in results}

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(**self._endpoint.libpq) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint) -> Dbt:
    """The project, seeded and run once."""
    made = Dbt(tmp_path_factory.mktemp("dbt"), endpoint)
    made.done("build")
    return made


def test_a_build_makes_tables_and_views_of_the_seed(dbt: Dbt) -> None:
    totals = "select customer, total::varchar from dbt.customers order by customer"
    assert dbt.rows(totals) == [("Ada", "15.75"), ("Bob", "20.00")]
    best = "select customer from dbt.best_customers order by customer"
    assert dbt.rows(best) == [("Ada",), ("Bob",)]


def test_later_runs_merge_into_the_incremental_model_and_keep_history(dbt: Dbt) -> None:
    changed = "3,Ada,7.25,2026-02-01 10:00:00\n4,Cem,1.00,2026-02-02 10:00:00\n"
    seed = dbt.folder / "seeds" / "raw_orders.csv"
    kept = [line for line in seed.read_text().splitlines() if not line.startswith("3,")]
    seed.write_text("\n".join(kept) + "\n" + changed)
    dbt.done("seed")
    assert dbt.done("run", "--select", "orders")["orders"] == "success"
    assert dbt.done("snapshot")["orders_history"] == "success"
    orders = dbt.rows("select order_id, total::varchar from dbt.orders order by order_id")
    assert orders == [(1, "10.50"), (2, "20.00"), (3, "7.25"), (4, "1.00")]
    history = "select total::varchar, dbt_valid_to is null from dbt_history.orders_history"
    versions = dbt.rows(f"{history} where order_id = 3 order by dbt_valid_from")
    assert versions == [("5.25", False), ("7.25", True)]


def test_the_documentation_tells_the_columns_and_comments_of_tables(dbt: Dbt) -> None:
    dbt.done("docs", "generate")
    catalog = json.loads((dbt.folder / "target" / "catalog.json").read_text())
    assert catalog["errors"] is None
    orders = catalog["nodes"]["model.shop.orders"]
    assert list(orders["columns"]) == ["order_id", "customer", "total", "updated_at"]
    assert orders["columns"]["order_id"]["type"] == "bigint"
