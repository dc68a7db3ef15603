"""What trials make, and about what that costs."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.live.trial import module_of, options_of
from tests.modules.playbook import Test

NAMES = ("identifier", "name", "workgroup", "namespace", "key_id", "alias", "service", "tag_key")


@cache
def _costs() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(Path(__file__).with_name("costs.yml").read_text()))


def made(tests: list[Test]) -> Counter[str]:
    """How many things of each module the tests make, by the names that they give them."""
    things = {
        (module_of(task), str(next((options[key] for key in NAMES if key in options), "")))
        for task, expected in tests
        if (options := options_of(task))
        and options.get("state", "present") != "absent"
        and not module_of(task).endswith("_info")
        and not module_of(task).startswith("ansible.")
        and not (expected or {}).get("fails")
    }
    return Counter(module for module, _ in things)


def told(things: Counter[str]) -> list[str]:
    """Lines that say what is made, how much of it, and what it may cost in US dollars."""
    lines, total = [], 0.0
    for module, number in sorted(things.items()):
        cost = _costs().get(module)
        line = f"  {number:3} x {module}"
        if cost:
            price = number * cost["hourly"] * cost["hours"]
            total += price
            line += f": {cost['what']}, about {price:.2f} USD"
        lines.append(line)
    return [
        *lines,
        f"About {total:.2f} USD in all, by list prices of us-east-1 that may have changed since;",
        "more if it is broken off before it has tidied up.",
    ]
