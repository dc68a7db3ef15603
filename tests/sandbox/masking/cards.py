"""The table of the documentation's example, and its policies."""

from __future__ import annotations

from tests.sandbox.redshift_tools import Desk

CARD = "4532993817514842"
HIDDEN = "000000XXXX0000"
PARTIAL = "453299XXXXX4842"
POLICIES = """
    create masking policy {0}_full with (credit_card varchar(256)) using ('000000XXXX0000'::text);
    create masking policy {0}_partial with (credit_card varchar(256))
        using (substring(credit_card, 1, 6) || 'XXXXX' || right(credit_card, 4));
    create masking policy {0}_hash with (value varchar(256)) using (sha2(value, 256));
    create masking policy {0}_raw with (value varchar(256)) using (value)
"""


def attach(schema: str, policy: str, whom: str, column: str = "credit_card") -> str:
    return f"attach masking policy {schema}_{policy} on {schema}.cards ({column}) to {whom}"


def card(desk: Desk, schema: str, user: str) -> str | None:
    found = desk.value(f"select credit_card from {schema}.cards where customer_id = 100", user)
    assert found is None or isinstance(found, str)
    return found
