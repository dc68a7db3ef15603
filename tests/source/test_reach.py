"""The source is read through a tunnel, by a delegate, at a replica; a wrong way is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import yaml
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import errors

from tests.process.programs import free_port
from tests.source.shop import HISTORIES, Shop


def access(**options: object) -> tuple[str, str]:
    """The arguments that say how the source is reached."""
    return "-e", json.dumps({"source_access": {"ssl_mode": "disable", **options}})


@contextmanager
def tunnel(host: str, port: int) -> Iterator[int]:
    """A port of this machine behind which a database is, for one connection after the other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_forward, args=(listener, (host, port)), daemon=True).start()
        yield listener.getsockname()[1]


def _forward(listener: socket.socket, target: tuple[str, int]) -> None:
    while True:
        try:
            near, _address = listener.accept()
        except OSError:
            return
        far = socket.create_connection(target)
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_what_is_discovered_is_a_valid_contract(shop):
    output = shop.inventory / "group_vars" / "tables.discovered.yml"
    some = json.dumps({"discover_schemas": ["public"], "discover_tables": ["public.*s"]})
    checked = shop.play("discover", "-e", some, "--check")
    assert checked.exit_code == 0, checked.output
    assert not output.exists()

    played = shop.play("discover", "-e", some)
    assert played.exit_code == 0, played.output
    assert "[WARNING]" not in played.output
    tables = yaml.safe_load(output.read_text())["tables"]
    wanted = {"public.things", *(f"public.{name}" for name in HISTORIES if name.endswith("s"))}
    assert {table["source"] for table in tables} == wanted
    things = next(table for table in tables if table["name"] == "things")
    assert things["key"] == ["code", "tenant"]
    assert {"name": '"raw"', "type": "varbyte(65535)"} in things["columns"]
    platform = yaml.safe_load((shop.inventory / "group_vars/all/platform.yml").read_text())
    nobody = {"admins": [], "principals": [], "unmanaged": []}
    assert errors(platform, tables, nobody) == []

    again = shop.play("discover", "-e", some)
    assert again.exit_code == 2
    assert "is there already" in again.output
    forced = shop.play("discover", "-e", some, "-e", "force=true")
    assert forced.recap["changed"] == 0, forced.output


@pytest.mark.parametrize("way", ["tunnel", "delegate"])
def test_another_way_reaches_the_same_database(shop, way, tmp_path):
    login = shop.login()
    arguments = ["discover", "-e", f"discover_output={tmp_path}/tables.yml"]
    with tunnel(login["host"], int(login["port"])) as port:
        options = {
            "tunnel": {"host": "127.0.0.1", "port": port},
            "delegate": {"delegate_to": "localhost"},
        }
        played = shop.play(*arguments, *access(**options[way]), "-vvv")
    assert played.exit_code == 0, played.output
    assert "public.things" in (tmp_path / "tables.yml").read_text()
    assert login["password"] not in played.output


def test_rows_are_read_at_the_replica(shop: Shop, tmp_path):
    source = json.dumps({"source_query_replica_host": "127.0.0.1"})
    output = tmp_path / "tables.yml"
    with tunnel(shop.login()["host"], int(shop.login()["port"])) as port:
        played = shop.play(
            "discover", "-e", f"discover_output={output}", "-e", source, *access(port=port)
        )
    assert played.exit_code == 0, played.output
    assert output.exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"host": "127.0.0.1", "port": free_port()}, "refused"),
        ({"ssl_mode": "require"}, "SSL"),
    ],
)
def test_a_source_that_cannot_be_reached_is_told_without_its_password(shop, options, told):
    played = shop.play("discover", *access(**options), "-e", "discover_output=/nowhere", "-vvv")
    assert played.exit_code == 2
    words = " ".join(played.output.split())
    assert "The source can't be read" in words
    assert told in words
    assert "docs/operations.md" in words
    assert shop.login()["password"] not in played.output
