"""Amazon Redshift's SQL engine: PostgreSQL behind a gate that knows Redshift's dialect.

warehouse = Warehouse(directory, name="mdw", admin_user="admin", admin_password=…, database="dev")
warehouse.start()
results = warehouse.run(["select 1"], user="admin", database="dev", storage=storage, transaction=True)
"""

from __future__ import annotations

from sandbox.engines.redshift.batch import Batch, Runner
from sandbox.engines.redshift.model import Column, RedshiftError, StatementResult, Storage
from sandbox.engines.redshift.warehouse import Warehouse
from sandbox.engines.redshift.wire.server import Server, Tls

__all__ = [
    "Batch",
    "Column",
    "RedshiftError",
    "Runner",
    "Server",
    "StatementResult",
    "Storage",
    "Tls",
    "Warehouse",
]
