"""What RDS prepares inside a new PostgreSQL: its roles, the master user, the first database.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from sandbox.engines.postgres import Cluster

ADMINISTRATOR = "rdsadmin"  # the superuser, RDS's own
RDS_ROLES = ("rds_superuser", "rds_replication", "rds_password")
MONITORING_ROLES = ("pg_monitor", "pg_signal_backend", "pg_checkpoint")


def prepare(cluster: Cluster, master: str, password: str, database: str | None) -> None:
    """Make the RDS roles, the master user and its database."""
    with cluster.connect() as connection:
        for role in RDS_ROLES:
            connection.execute(SQL("create role {} nologin").format(Identifier(role)))
        for role in (*MONITORING_ROLES, "rds_replication", "rds_password"):
            _grant(connection, role, "rds_superuser")
        # On RDS membership in rds_replication suffices to use slots; PostgreSQL asks for the
        # attribute, and only who has it may give it on.
        connection.execute(
            SQL("create role {} login createdb createrole replication password {}").format(
                Identifier(master), Literal(_verifier(connection, master, password))
            )
        )
        for role in RDS_ROLES:
            _grant(connection, role, master)
        connection.execute(SQL("alter database postgres owner to {}").format(Identifier(master)))
        if database and database != "postgres":
            connection.execute(
                SQL("create database {} owner {}").format(Identifier(database), Identifier(master))
            )


def set_password(cluster: Cluster, user: str, password: str) -> None:
    """Change the master user's password."""
    with cluster.connect() as connection:
        connection.execute(
            SQL("alter role {} password {}").format(
                Identifier(user), Literal(_verifier(connection, user, password))
            )
        )


def _grant(connection: psycopg.Connection[Any], role: str, member: str) -> None:
    connection.execute(
        SQL("grant {} to {} with admin option").format(Identifier(role), Identifier(member))
    )


def _verifier(connection: psycopg.Connection[Any], user: str, password: str) -> str:
    """The SCRAM verifier: sent in place of the password, so that no statement log can hold it."""
    hashed = connection.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256")
    return hashed.decode()
