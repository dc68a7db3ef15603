"""Why something is granted that nothing in the sandbox asks for: reasons.yml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from sandbox.authorization.patterns import like
from tests.minimal.permissions import Finding

FILE = Path(__file__).parent / "reasons.yml"


@dataclass(frozen=True)
class Reason:
    """For these holders (patterns), actions or resources (patterns): why, and AWS's page."""

    holders: tuple[str, ...]
    what: tuple[str, ...]
    reason: str
    page: str

    def covers(self, finding: Finding) -> bool:
        return any(like(finding.holder, one) for one in self.holders) and any(
            like(finding.what, one) for one in self.what
        )


def read() -> list[Reason]:
    """All reasons. Raises TypeError for an entry with other members, ValueError without a page."""
    found = [
        Reason(tuple(each.pop("holders")), tuple(each.pop("what")), **each)
        for each in yaml.safe_load(FILE.read_text())
    ]
    for one in found:
        if not one.page.startswith("https://docs.aws.amazon.com/") or not one.reason.strip():
            raise ValueError(f"{FILE.name}: a reason and a page of AWS's, please: {one}")
    return found


def reason_for(finding: Finding, reasons: Iterable[Reason]) -> Reason | None:
    """The first reason that covers a finding."""
    return next((one for one in reasons if one.covers(finding)), None)
