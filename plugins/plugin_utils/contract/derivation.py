# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From three documents to what every layer needs; the package's docstring has the shape."""

from __future__ import annotations

from typing import Any

from .layers import (
    access,
    catalog,
    governance,
    ingestion,
    landing_zone,
    network,
    observability,
    orchestration,
    publication,
    reconciliation,
    source_database,
    warehouse,
)
from .model import build
from .run_options import prepared

_LAYERS = {
    "network": network.layer,
    "source_database": source_database.layer,
    "landing_zone": landing_zone.layer,
    "ingestion": ingestion.layer,
    "catalog": catalog.layer,
    "warehouse": warehouse.layer,
    "orchestration": orchestration.layer,
    "publication": publication.layer,
    "governance": governance.layer,
    "access": access.layer,
    "observability": observability.layer,
    "reconciliation": reconciliation.layer,
}


def derive(platform: Any, tables: Any, access: Any, run: Any = None) -> dict[str, Any]:
    """Derive everything from the three documents and a run's options.

    They must be valid: ask `errors` first.
    """
    contract = build(platform, tables, access)
    derived: dict[str, Any] = {
        "names": contract.names.as_dict(),
        "arns": contract.names.arns(),
        "tags": contract.tags,
        "run": prepared(run or {}, contract.tables),
    }
    return derived | {name: layer(contract) for name, layer in _LAYERS.items()}
