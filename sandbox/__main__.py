"""`python -m sandbox serve | up | down`: see sandbox.process."""

from __future__ import annotations

import argparse
import gc
import sys

from sandbox.errors import StartupError
from sandbox.settings import Settings


def main() -> int:
    """Run one command; a StartupError is one line and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("command", choices=["serve", "up", "down"])
    command = parser.parse_args().command
    try:
        settings = Settings.from_environment()
        gc.disable()  # of what a start makes nothing is garbage, and looking costs a third of it
        from sandbox import process  # noqa: PLC0415  slow to import: a bad setting is told first

        getattr(process, command)(settings)
    except StartupError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
