"""The whole road, once, in the sandbox: deploy, trade, load, look.

Exits 0 only when the warehouse and the lake equal the shop's database, row for row.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
from botocore.exceptions import BotoCoreError, ClientError

from demo import capture, lake, shop, warehouse
from demo.aws import PLATFORM
from demo.tables import TABLES, Row

ROOT = Path(__file__).parents[1]
READERS = {"analyst": "orders", "support": "customers", "finance": "order_items"}
"""Of access.yml, each with a table that it reads."""


class StepFailedError(Exception):
    """A step of the demo failed: one line that says which."""


def main() -> int:
    """Run the demo; 0 when warehouse and lake equal the source, else 1."""
    try:
        return demonstrate()
    except (StepFailedError, TimeoutError, warehouse.QueryFailedError) as error:
        print(f"demo: {error}", file=sys.stderr)
    except (BotoCoreError, ClientError, psycopg.Error) as error:
        print(f"demo: the sandbox refused: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\ndemo: stopped; the sandbox still runs: `make down` stops it", file=sys.stderr)
    return 1


def demonstrate() -> int:
    """The steps, in order."""
    say("1/7  The shop's database: network and source")
    play("site", "--tags", "network,source_database")

    say("2/7  The shop opens")
    print(f"The source has {listed(shop.seed())}.")

    say("3/7  The whole site: every layer of the warehouse")
    play("site")

    say("4/7  First load")
    print(
        "The new schedule has started a load at once: this one waits for it, and may find no more."
    )
    play("load")
    print(f"The warehouse has {listed(warehouse.counts())}.")

    say("5/7  The shop trades, and the changes are loaded")
    before = capture.captured()
    touched = shop.change()
    print(f"In the source: {listed(touched)}.\nWaiting until DMS has captured them ...")
    capture.wait_until_captured(before + sum(touched.values()))
    play("load")
    print(f"The warehouse has {listed(warehouse.counts())}.")

    say("6/7  Current rows are published for readers of the lake")
    play("publish")

    say("7/7  What people see")
    for reader, table in READERS.items():
        everything = f"SELECT * FROM analytics.{table} ORDER BY 1, 2 LIMIT 3"
        show("The administrator", everything)
        show(reader.capitalize(), everything, f"{PLATFORM}-{reader}")
    show("Analyst", "SELECT email FROM analytics.orders", f"{PLATFORM}-analyst")
    show("Support", "SELECT * FROM analytics.orders", f"{PLATFORM}-support")
    show_lake("Analyst, in Athena", "SELECT * FROM orders ORDER BY 1 LIMIT 3", "analyst")
    show_lake("Analyst, in Athena", "SELECT email FROM orders", "analyst")
    return compare()


def compare() -> int:
    """Compare every table of warehouse and lake with the source's, row for row."""
    print()
    equal = [
        compared
        for table in TABLES
        for source in [shop.rows(table)]
        for compared in (
            compare_table("warehouse", table, source, warehouse.rows(table)),
            compare_table("lake", table, lake.as_text(source), lake.rows(table)),
        )
    ]
    if not all(equal):
        return 1
    print("`make down` stops the sandbox and removes its state.")
    return 0


def compare_table(where: str, table: str, source: list[Row], target: list[Row]) -> bool:
    """Compare one table, and print how it went."""
    if source == target:
        print(f"The {where} equals the source: {listed({table: len(target)})}, row for row.")
        return True
    differing = set(source) ^ set(target)
    example = min(differing, key=str) if differing else "the same rows, some more than once"
    print(
        f"The {where} differs from the source in {listed({table: len(differing)})}, such as {example}",
        file=sys.stderr,
    )
    return False


def listed(counts: dict[str, int]) -> str:
    """Numbers of things, in words."""
    return ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in counts.items())


def play(name: str, *arguments: str) -> None:
    """Run one of the collection's playbooks on the sandbox inventory."""
    command = ["ansible-playbook", "-i", "inventories/sandbox", f"playbooks/{name}.yml"]
    code = subprocess.call(
        [str(Path(sys.executable).parent / command[0]), *command[1:], *arguments], cwd=ROOT
    )
    if code:
        raise StepFailedError(f"`{' '.join([*command, *arguments])}` failed with exit code {code}")


def show(who: str, sql: str, role: str | None = None) -> None:
    """Print a query, who asks, and what comes back: rows or Redshift's refusal."""
    print(f"\n{who}: {sql}")
    try:
        names, rows = warehouse.query(sql, role)
    except warehouse.QueryFailedError as error:
        print(f"  {error}")
        return
    show_rows(names, rows)


def show_lake(who: str, sql: str, reader: str) -> None:
    """Print a query of the lake, who asks, and what comes back: rows or a refusal."""
    print(f"\n{who}: {sql}")
    try:
        names, rows = lake.query(sql, reader)
    except (warehouse.QueryFailedError, ClientError) as error:
        print(f"  {error}")
        return
    show_rows(names, rows)


def show_rows(names: list[str], rows: list[Row]) -> None:
    """Print a table."""
    table = [names, *[["NULL" if value is None else str(value) for value in row] for row in rows]]
    widths = [max(len(line[column]) for line in table) for column in range(len(names))]
    for line in table:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))


def say(text: str) -> None:
    """A heading."""
    print(f"\n== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
