"""`make iam-minimal`: the road in a sandbox of its own, deployed by a user who has the deployer's
policies alone; then what each role and the deployer were granted, against what they asked for.

Exits 0 when whatever is spare has a documented reason, each reason is still needed, and no service
and not the deployer was denied anything.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.request import urlopen

import demo.aws
from tests.minimal import holders, reasons
from tests.minimal.permissions import Asked, Differences, Finding, differences
from tests.minimal.road import Road
from tests.process.programs import Place, free_port

TRIED = "sts:TagSession"
"""What verify_access asks for in order to be refused."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="iam-minimal-") as folder:
        place = Place(Path(folder) / "sandbox", free_port())
        with place.up() as url:
            demo.aws.ENDPOINT = url
            road = Road(Path(folder), place.port)
            road.deploy()
            road.run()
            granted, services = holders.granted(), holders.services()
            road.teardown()
            with urlopen(f"{url}/_sandbox/permissions") as answer:
                asked: dict[str, Asked] = json.load(answer)
    found = {
        arn: differences(arn.rpartition("/")[2], statements, asked.get(arn, {}))
        for arn, statements in sorted(granted.items())
    }
    return tell(found, {arn for arn in found if arn in services or ":user/" in arn})


def tell(found: dict[str, Differences], bound: set[str]) -> int:
    """Print all differences; 1 when one has to be mended. `bound` may be denied nothing."""
    known = reasons.read()
    spare = [one for each in found.values() for one in each.spare]
    open_ = [one for one in spare if reasons.reason_for(one, known) is None]
    excused = [one for one in spare if one not in open_]
    denied = [one for arn in bound for one in found[arn].denied if one.sid != TRIED]
    stale = [each for each in known if not any(each.covers(one) for one in spare)]
    print_table("Granted, not asked for here, and why", excused, known)
    print_table("Granted and spare", open_)
    print_table("Asked for and denied", denied)
    for each in stale:
        print(f"\nNo longer needed in {reasons.FILE.name}: {', '.join(each.what)}: {each.reason}")
    refused = sum(len(each.denied) for arn, each in found.items() if arn not in bound)
    print(
        f"\n{len(found)} roles and users: {len(open_)} spare, {len(excused)} spare with a reason, "
        f"{len(denied)} denied; readers were refused {refused} times, as they should be."
    )
    return 1 if open_ or denied or stale else 0


def print_table(
    title: str, findings: Iterable[Finding], known: Sequence[reasons.Reason] = ()
) -> None:
    """Findings in columns: the role, its statement, the action or resource, the reason's page."""
    rows = []
    for one in sorted(findings):
        reason = reasons.reason_for(one, known)
        rows.append((one.holder, one.sid, one.what, reason.reason if reason else ""))
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    print(f"\n{title}")
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, [*widths, 0], strict=True)))


if __name__ == "__main__":
    sys.exit(main())
