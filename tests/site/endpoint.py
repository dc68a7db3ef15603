"""The warehouse through its endpoint, as psql reaches it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg

from demo.aws import PLATFORM, client


def query(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a statement of the namespace's administrator."""
    with connect() as connection:
        return connection.execute(sql).fetchall()


def connect(client: Callable[[str], Any] = client) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection of the namespace's administrator; client makes boto3's clients."""
    redshift = client("redshift-serverless")
    endpoint = redshift.get_workgroup(workgroupName=PLATFORM)["workgroup"]["endpoint"]
    namespace = redshift.get_namespace(namespaceName=PLATFORM)["namespace"]
    secret = client("secretsmanager").get_secret_value(SecretId=namespace["adminPasswordSecretArn"])
    values = json.loads(secret["SecretString"])
    return psycopg.connect(
        host=endpoint["address"],
        port=endpoint["port"],
        dbname=namespace["dbName"],
        user=values["username"],
        password=values["password"],
        client_encoding="utf8",
        connect_timeout=10,
    )
