"""`make bench`: how long the road takes here, measured on a sandbox of its own.

Seconds of wall time, one run each: the machine's other work shows in them.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = 100_000
CHANGED = 10_000

GROW = f"""
INSERT INTO public.orders
SELECT 1000000 + n, n % 1000, 'customer' || n || '@example.com', n % 500, 'new',
       now()::timestamp, now()::timestamp
FROM generate_series(1, {ROWS}) n
"""
TOUCH = f"""
UPDATE public.orders SET status = 'paid', updated_at = now()::timestamp
WHERE order_id BETWEEN 1000001 AND 1000000 + {CHANGED}
"""


def main() -> int:
    """Start a sandbox, measure, stop it; 0 when every step worked."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        os.environ["SANDBOX_PORT"] = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        os.environ["SANDBOX_DIR"] = str(Path(directory) / "sandbox")
        try:
            measure("start the sandbox", lambda: run("-m", "sandbox", "up"))
            road()
        finally:
            run("-m", "sandbox", "down")
    return 0


def road() -> None:
    """The steps that are measured."""
    # these read SANDBOX_PORT when they are imported
    from demo import capture, shop  # noqa: PLC0415

    measure(
        "site.yml: network and source", lambda: play("site", "--tags", "network,source_database")
    )
    shop.seed()
    measure("site.yml: all layers, first run", lambda: play("site"))
    measure("site.yml: all layers, nothing to change", lambda: play("site"))
    measure("site.yml --check --diff, nothing to change", lambda: play("site", "--check", "--diff"))
    measure(
        "site.yml --tags governance, nothing to change",
        lambda: play("site", "--tags", "governance"),
    )
    measure("load.yml: first load", lambda: play("load"))
    for what, statement, rows in (
        (f"{ROWS:,} rows inserted", GROW, ROWS),
        (f"{CHANGED:,} rows updated", TOUCH, CHANGED),
    ):
        before = capture.captured()
        with shop.connection() as source:
            source.execute(statement)
        measure(f"{what}: captured", lambda: capture.wait_until_captured(before + rows))  # noqa: B023
        measure(f"{what}: loaded", lambda: play("load"))
    measure("load.yml: nothing new", lambda: play("load"))


def measure(what: str, action: Callable[[], None]) -> None:
    """Run an action and print how long it took."""
    started = time.monotonic()
    action()
    print(f"{time.monotonic() - started:8.1f} s  {what}", flush=True)


def play(name: str, *arguments: str) -> None:
    """Run a playbook on the sandbox inventory, quietly."""
    command = Path(sys.executable).parent / "ansible-playbook"
    inventory = ["-i", "inventories/sandbox", f"playbooks/{name}.yml"]
    call([str(command), *inventory, *arguments])


def run(*arguments: str) -> None:
    """Run Python, quietly."""
    call([sys.executable, *arguments])


def call(command: list[str]) -> None:
    """Run a command; what it printed is shown when it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
