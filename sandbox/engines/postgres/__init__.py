"""Real PostgreSQL clusters, started as whoever runs the sandbox, root included.

    cluster = Cluster(directory, "source", host="127.0.0.1", port=5432, password="...")
    cluster.create()
    cluster.start()
    cluster.connect("postgres").execute("select 1")
    cluster.remove()

Each running cluster is recorded under the sandbox's directory, so that reap() in another process
can stop and remove what a killed sandbox left behind.
"""

from __future__ import annotations

from sandbox.engines.postgres.cluster import Cluster
from sandbox.engines.postgres.errors import PostgresError
from sandbox.engines.postgres.records import reap

__all__ = ["Cluster", "PostgresError", "reap"]
