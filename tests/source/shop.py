"""A small platform whose tables have every type and every history."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import boto3
import psycopg
import yaml

from tests.site.endpoint import connect
from tests.site.playbooks import ROOT, Played, play

SCHEMA = """
CREATE TABLE public.things (
    tenant int, code varchar(20), small smallint, amount numeric(12,2), share real, ratio float8,
    fine boolean, day date, moment timestamp, instant timestamptz, note text, document jsonb,
    raw bytea, id uuid, mark char(4), PRIMARY KEY (code, tenant)
);
CREATE TABLE public.current_rows (id bigint PRIMARY KEY, email text, changed timestamp);
CREATE TABLE public.kept_rows (LIKE public.current_rows INCLUDING ALL);
CREATE TABLE public.every_change (LIKE public.current_rows INCLUDING ALL);
CREATE TABLE public.versions (LIKE public.current_rows INCLUDING ALL);
"""
FILL = """
INSERT INTO public.things VALUES
    (1, 'a', 1, 12.30, 1.5, 0.1, true, '2026-01-02', '2026-01-02 03:04:05.000006',
     '2026-01-02 03:04:05.123456+02', 'O''Neill € ', '{"b": 1}', '\\x00ff', gen_random_uuid(), 'ab'),
    (1, 'b', -1, -0.05, NULL, NULL, false, '0001-03-15', 'infinity', 'infinity', '',
     'null', '\\x', NULL, ''),
    (2, 'a', NULL, NULL, 0, -0.0, NULL, 'infinity', '1969-12-31 23:59:59.999999', NULL, NULL, NULL, NULL, NULL, NULL),
    (2, '|', 0, 0, 1, 1, true, '1582-10-10', '0001-01-01', '9999-12-31 00:00:00+00', '|', '[]', '\\x41', NULL, 'x'),
    (3, 'c', 1, 1, 1, 1, true, '0044-03-15 BC', '0044-03-15 12:00:00.5 BC', '0044-03-15 12:00:00+02 BC', '', '{}', '\\x', NULL, ''),
    (3, 'd', 1, 1, 1, 1, true, '-infinity', '-infinity', '-infinity', '', '{}', '\\x', NULL, '');
"""
ROWS = """
INSERT INTO public.{0} SELECT n, 'customer' || n || '@example.com', '2026-01-01'::timestamp + n * interval '1 s'
FROM generate_series(1, 300) n;
"""
HISTORIES = {
    "current_rows": "current",
    "kept_rows": "soft_delete",
    "every_change": "append",
    "versions": "scd2",
}
_THINGS = {
    "tenant": "integer",
    "code": "varchar(80)",
    "small": "smallint",
    "amount": "numeric(12,2)",
    "share": "real",
    "ratio": "double precision",
    "fine": "boolean",
    "day": "date",
    "moment": "timestamp",
    "instant": "timestamptz",
    "note": "varchar(200)",
    "document": "super",
    '"raw"': "varbyte(100)",
    "id": "varchar(36)",
    "mark": "varchar(16)",
}


def _tables() -> list[dict[str, Any]]:
    things = [{"name": name, "type": type_} for name, type_ in _THINGS.items()]
    simple = [
        {"name": "id", "type": "bigint"},
        {"name": "email", "type": "varchar(320)", "personal": True},
        {"name": "changed", "type": "timestamp"},
    ]
    return [
        {"source": "public.things", "name": "things", "key": ["code", "tenant"], "columns": things},
        *(
            {
                "source": f"public.{name}",
                "name": name,
                "key": ["id"],
                "history": history,
                "columns": simple,
            }
            for name, history in HISTORIES.items()
        ),
    ]


class Shop:
    """The platform, and both of its databases."""

    def __init__(self, directory: Path, endpoint: str, port: str) -> None:
        self.directory = directory
        self.endpoint = endpoint
        self.port = port
        self.inventory = directory / "inventory"
        shutil.copytree(ROOT / "inventories" / "sandbox", self.inventory)
        folder = self.inventory / "group_vars" / "all"
        plain = json.loads(json.dumps(_tables()))  # no list is shared, or YAML would have aliases
        (folder / "tables.yml").write_text(yaml.safe_dump({"tables": plain}))
        (folder / "access.yml").write_text("admins: []\nprincipals: []\nunmanaged: []\n")
        platform = yaml.safe_load((folder / "platform.yml").read_text())
        platform["load"]["enabled"] = False
        (folder / "platform.yml").write_text(yaml.safe_dump(platform))

    def play(self, name: str, *arguments: str) -> Played:
        return play(name, *arguments, inventory=self.inventory, SANDBOX_PORT=self.port)

    def deploy(self) -> None:
        """The source with its rows, then the site, then a load."""
        for step in (
            lambda: self.play("site", "--tags", "network,source_database"),
            self._fill,
            lambda: self.play("site"),
            lambda: self.play("load"),
        ):
            played = step()
            assert played is None or played.exit_code == 0, played.output

    def _fill(self) -> None:
        self.source(SCHEMA)
        self.source(FILL)
        for name in HISTORIES:
            self.source(ROWS.format(name))

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="any",
        )

    def login(self) -> dict[str, Any]:
        """What the secret of the source holds."""
        secret = self.client("secretsmanager").get_secret_value(SecretId="mdw-sandbox-source")
        found: dict[str, Any] = json.loads(secret["SecretString"])
        return found

    def source(self, sql: str) -> None:
        """Run SQL at the source."""
        login = self.login()
        with psycopg.connect(
            host=login["host"],
            port=login["port"],
            dbname=login["dbname"],
            user=login["username"],
            password=login["password"],
        ) as connection:
            connection.execute(sql)

    def warehouse(self, sql: str) -> None:
        """Run SQL in the warehouse, as its administrator."""
        with connect(self.client) as connection:
            connection.execute(sql)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query in the warehouse."""
        with connect(self.client) as connection:
            return connection.execute(query).fetchall()
