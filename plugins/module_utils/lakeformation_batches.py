# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants and revokes of Lake Formation in batches, of which AWS may refuse a part."""

from __future__ import annotations

from functools import partial
from typing import Any

from .api import Api
from .errors import ResourceError
from .lakeformation_grants import atoms_of, shown
from .waiting import wait_until

Values = dict[str, Any]
Entries = dict[str, Values]

BATCH = 20
"""Grants that one call may hold."""
GRANT, REVOKE = "BatchGrantPermissions", "BatchRevokePermissions"
CONFLICT = "ConcurrentModificationException"


def write_batches(api: Api, operation: str, requests: list[Values], timeout: float) -> None:
    """Send grants or revokes, all of them, whatever becomes of the others.

    What fails since something else changes at the same time is sent again, until `timeout`
    seconds are over. Raises ResourceError with every grant that failed.
    https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_BatchGrantPermissions.html
    """
    failed: list[str] = []
    for start in range(0, len(requests), BATCH):
        batch = requests[start : start + BATCH]
        entries = {str(index): {"id": str(index), **r} for index, r in enumerate(batch)}
        wait_until(
            partial(_send, api, operation, entries, failed),
            lambda refusals: not refusals,
            timeout=timeout,
            what=f"lakeformation:{operation}",
            state=lambda refusals: f"refused {'; '.join([*failed, *refusals])}",
        )
    if failed:
        raise ResourceError(f"lakeformation:{operation} failed for {'; '.join(failed)}")


def _send(api: Api, operation: str, entries: Entries, failed: list[str]) -> list[str]:
    """Send the entries, which keep what is to be sent again; returns why that is refused."""
    answer = api.call(operation, retry=(CONFLICT,), entries=list(entries.values()))
    errors = {f["request_entry"]["id"]: f["error"] for f in answer.get("failures") or []}
    refusals = []
    for identifier, entry in list(entries.items()):
        error = errors.get(identifier)
        reason = f"{'; '.join(shown(atoms_of(entry)))}: {_told(error)}" if error else ""
        if error and _is_passing(error):
            refusals.append(reason)
            continue
        del entries[identifier]
        if error and not _is_nothing_to_revoke(operation, error):
            failed.append(reason)
    return refusals


def _told(error: Values) -> str:
    return f"{error['error_code']}: {error.get('error_message', '')}"


def _is_nothing_to_revoke(operation: str, error: Values) -> bool:
    """Whether a revoke failed since what it names is gone already; the listing tells for sure."""
    return operation == REVOKE and "No permissions revoked" in error.get("error_message", "")


def _is_passing(error: Values) -> bool:
    """Whether a failure may pass: a concurrent change, or a role made a moment ago."""
    return error["error_code"] == CONFLICT or "Invalid principal" in error.get("error_message", "")
