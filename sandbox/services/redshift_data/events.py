"""The event that tells EventBridge how a statement ended.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-monitoring-events.html
"""

from __future__ import annotations

from sandbox.services.events.bus import Event, publish
from sandbox.services.redshift_data.ledger import RESULTS_KEPT, Ledger
from sandbox.services.redshift_data.statement import Statement

DETAIL_TYPE = "Redshift Data Statement Status Change"


def tell(ledger: Ledger, statement: Statement) -> None:
    """Put the event of a statement that has ended on the default bus."""
    described = statement.described()
    detail = {
        "principal": statement.principal.arn,
        "statementName": statement.name,
        "statementId": statement.id,
        "redshiftQueryId": described["RedshiftQueryId"],
        "state": statement.status,
        "rows": described["ResultRows"],
        "expireAt": int((statement.created + RESULTS_KEPT).timestamp()),
    }
    resources = [statement.connection.workgroup.arn]
    event = Event("aws.redshift-data", DETAIL_TYPE, detail, resources, statement.updated)
    publish(ledger.runtime, ledger.account, ledger.region, event)
