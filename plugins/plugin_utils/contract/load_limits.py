# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS's limits on the load and the publication, checked while the contract can still be changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .load_sql import configuration
from .model import Contract
from .options import Problems, problem

# https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
MAX_STATEMENT_BYTES = 100_000
# A state receives 256 KiB; the object's text is in it as a JSON string, among its metadata.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_CONFIGURATION_BYTES = 256 * 1024 - 4096
# An execution has 25,000 events, which nothing can catch. A table with news takes 68 of them, and 9
# each time that its statement is asked for: 17 times in ten minutes. So many may take ten minutes
# each, with a tenth of the events left for retries; or five of them a day each.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_TABLES = 100
# Two hours, in which the load begins with page after page, and the day that a statement may take.
# https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
PAGE_SECONDS = 2 * 60 * 60
TIMEOUT_SECONDS = PAGE_SECONDS + 24 * 60 * 60


def document_bytes(configuration_: Mapping[str, Any]) -> int:
    """How much of a state's payload a table's configuration takes."""
    return len(json.dumps(json.dumps(configuration_)).encode())


def check(contract: Contract) -> Problems:
    """Report the tables whose load AWS would refuse for its size."""
    for index, table in enumerate(contract.tables):
        path = f"tables[{index}].columns"
        loaded = configuration(contract.names, table)
        statements = loaded["sql_cdc"] + loaded["sql_reload"]
        longest = max(len(sql.encode()) for sql in statements)
        document = document_bytes(loaded)
        if longest > MAX_STATEMENT_BYTES:
            yield problem(
                path,
                len(table.columns),
                f"the load has a statement of {longest} bytes; allowed: at most {MAX_STATEMENT_BYTES}",
            )
        elif document > MAX_CONFIGURATION_BYTES:
            yield problem(
                path,
                len(table.columns),
                f"the load's statements have {document} bytes; allowed: at most {MAX_CONFIGURATION_BYTES}",
            )
