"""`make live`: say what it would make and cost; with the account's number confirmed, do it."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.live import contracts, running
from tests.live.account import AccountError, account
from tests.live.costs import made, told
from tests.live.trial import TAG, left_out, names, trial
from tests.tasks import ROOT, Account

sys.path.append(str(ROOT / "collections"))  # where the modules' documentation is imported from


def main() -> int:
    """Returns 0 when nothing is wrong, 1 when something is, 2 when nothing was run."""
    asked = _arguments()
    known = names(account_wide=asked.account_wide)
    if unknown := set(asked.only) - set(known):
        print(f"live: only is {', '.join(sorted(unknown))}: allowed are {', '.join(known)}")
        return 2
    try:
        where = account()
    except AccountError as error:
        print(f"live: {error}", file=sys.stderr)
        return 2
    chosen = asked.only or known
    label = f"mdw{secrets.token_hex(3)}"
    _announce(where, chosen, label)
    if asked.confirm != where.number:
        print(f"\nNothing was done. To go on: make live confirm={where.number}")
        return 2
    return _run(where, chosen, label)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.live", description=__doc__)
    parser.add_argument("--confirm", default="", help="the number of the account to run in")
    parser.add_argument("--only", nargs="*", default=[], help="names of files in tests/modules")
    parser.add_argument(
        "--account-wide",
        action="store_true",
        help="also those that change the account's Lake Formation settings",
    )
    return parser.parse_args()


def _announce(where: Account, chosen: list[str], label: str) -> None:
    things: Counter[str] = Counter()
    for name in chosen:
        things += made(trial(name, where, label))
    print(f"Account {where.number}, region {where.connection['region']}.")
    print(f"{len(chosen)} test files make, tag with {TAG}={label}, and remove:")
    print("\n".join(told(things)))
    for name, reason in left_out().items():
        print(f"Left out: {name}, for {reason}.")


def _run(where: Account, chosen: list[str], label: str) -> int:
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        for name in chosen:
            found = running.run(name, where, label, Path(directory))
            print(f"{name}: {'passed' if not found else 'FAILED'}", *found, sep="\n  ", flush=True)
            wrong += bool(found)
    different = list(contracts.differences(where))
    print(f"contracts of reading operations: {len(different)} differ", *different, sep="\n  ")
    remaining = running.left(where, label)
    print(f"left in the account: {len(remaining)}", *remaining, sep="\n  ")
    print(f"{wrong} of {len(chosen)} test files failed")
    return int(bool(wrong or different or remaining))


if __name__ == "__main__":
    sys.exit(main())
