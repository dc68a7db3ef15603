"""The whole road, once, in the sandbox: deploy, trade, load, look.

Exits 0 only when the warehouse equals the shop's database, row for row.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
from botocore.exceptions import BotoCoreError, ClientError

from demo import capture, shop, warehouse
from demo.aws import PLATFORM

ROOT = Path(__file__).parents[1]
ANALYST = f"{PLATFORM}-analyst"


class StepFailedError(Exception):
    """A step of the demo failed: one line that says which."""


def main() -> int:
    """Run the demo; 0 when the warehouse equals the source, else 1."""
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
    say("1/6  The shop's database: network and source")
    play("site", "--tags", "network,source_database")

    say("2/6  The shop opens")
    print(f"The source has {shop.seed()} orders.")

    say("3/6  The whole site: every layer of the warehouse")
    play("site")

    say("4/6  First load")
    print(
        "The new schedule has started a load at once: this one waits for it, and may find no more."
    )
    play("load")
    print(f"The warehouse has {warehouse.count()} orders.")

    say("5/6  The shop trades, and the changes are loaded")
    before = capture.captured()
    touched = shop.change()
    print("In the source: " + ", ".join(touched) + ". Waiting until DMS has captured them ...")
    capture.wait_until_captured(before + sum(touched.values()))
    play("load")
    print(f"The warehouse has {warehouse.count()} orders.")

    say("6/6  What people see")
    show("The administrator", "SELECT * FROM analytics.orders ORDER BY order_id LIMIT 5")
    show("The analyst", "SELECT * FROM analytics.orders ORDER BY order_id LIMIT 5", ANALYST)
    show("The analyst", "SELECT email FROM analytics.orders", ANALYST)
    return compare()


def compare() -> int:
    """Compare the warehouse with the source, row for row."""
    source, target = shop.orders(), warehouse.orders()
    if source != target:
        differing = set(source) ^ set(target)
        example = min(differing) if differing else "the same rows, some more than once"
        print(
            f"The warehouse differs from the source in {len(differing)} rows, such as {example}",
            file=sys.stderr,
        )
        return 1
    print(f"\nThe warehouse equals the source: {len(target)} orders, row for row.")
    print("`make down` stops the sandbox and removes its state.")
    return 0


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
    table = [names, *[["NULL" if value is None else str(value) for value in row] for row in rows]]
    widths = [max(len(line[column]) for line in table) for column in range(len(names))]
    for line in table:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))


def say(text: str) -> None:
    """A heading."""
    print(f"\n== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
