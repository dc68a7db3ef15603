"""Statements of Redshift's documentation, each with the outcome that the documentation gives.

The corpus lies in redshift_corpus/*.yml, one file a subject. A file is a list of groups:

page    the address of the documentation that tells the outcomes
setup   statements that make what the group's cases need, each ended by ";" at the end of a line
values  pairs of an expression and its value, run as SELECT expression
cases   statements (sql), each with what is documented of its outcome: rows; columns, their names;
        tag, the command tag; error, a part of the error's text, where only the refusal is
        documented ERROR; sqlstate

All values are the text that psql shows, and ~ is NULL. A group has a session and a schema of its
own, and its statements run one after another.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from tests.sandbox.redshift_tools import ADMIN, DATABASE, Desk, opened

CORPUS = sorted((Path(__file__).parent / "redshift_corpus").glob("*.yml"))
OUTCOMES = {"rows", "columns", "tag", "error", "sqlstate"}
NULL = "~"
PASSWORD = "Right-12345"
FEWEST = 300


class Client:
    """A client of the endpoint that keeps everything as text."""

    def __init__(self, port: int) -> None:
        self._connection = psycopg.connect(
            host="127.0.0.1", port=port, user=ADMIN, password=PASSWORD, dbname=DATABASE
        )

    def run(self, sql: str) -> dict[str, Any]:
        """Everything that a case may expect of its statement."""
        result = self._connection.pgconn.exec_(sql.encode())
        state = result.error_field(psycopg.pq.DiagnosticField.SQLSTATE)
        return {
            "rows": [
                [_text(result.get_value(row, column)) for column in range(result.nfields)]
                for row in range(result.ntuples)
            ],
            "columns": [(result.fname(i) or b"").decode() for i in range(result.nfields)],
            "tag": (result.command_status or b"").decode(),
            "error": result.error_message.decode().strip(),
            "sqlstate": state.decode() if state else "",
        }

    def close(self) -> None:
        self._connection.close()


def _text(value: bytes | None) -> str:
    return NULL if value is None else value.decode()


def _groups(file: Path) -> list[dict[str, Any]]:
    """The groups of a file, with their values written as cases."""
    groups = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    for group in groups:
        values = [
            {"sql": f"select {expression}", "rows": [[value]]}
            for expression, value in group.get("values", [])
        ]
        group["cases"] = [*group.get("cases", []), *values]
    return groups


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("corpus")) as desk:
        yield desk


@pytest.fixture(scope="module")
def port(desk: Desk) -> Iterator[int]:
    server = desk.warehouse.serve(
        "127.0.0.1", 0, lambda _user, password: password == PASSWORD, lambda _user: desk.storage
    )
    yield server.port
    server.close()


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.stem)
def test_statements_have_the_documented_outcome(desk: Desk, port: int, file: Path) -> None:
    wrong: list[str] = []
    for group in _groups(file):
        client = Client(port)
        try:
            wrong += _failures(client, group, desk.schema())
        finally:
            client.close()
    assert not wrong, f"{len(wrong)} of {file.name}:\n" + "\n".join(wrong)


def _failures(client: Client, group: dict[str, Any], schema: str) -> Iterator[str]:
    """What each case that fails expected, and what it got."""
    setup = [part.strip() for part in group.get("setup", "").split(";\n") if part.strip()]
    for sql in [f"set search_path to {schema}", *setup]:
        if error := client.run(sql)["error"]:
            yield f"{group['page']}\n  setup: {sql}\n  {error}"
    for case in group["cases"]:
        outcome = client.run(case["sql"])
        expected = {key: value for key, value in case.items() if key != "sql"}
        for key, value in ({"error": ""} | expected).items():
            found = outcome[key]
            right = value in found if key == "error" and value else value == found
            if not right:
                yield f"{group['page']}\n  {case['sql']}\n  {key}: {value!r}, not {found!r}"
                break


def test_the_corpus_is_whole() -> None:
    cases = [(group, case) for file in CORPUS for group in _groups(file) for case in group["cases"]]
    assert len({(group["page"], case["sql"]) for group, case in cases}) >= FEWEST
    for group, case in cases:
        assert group["page"].startswith("https://docs.aws.amazon.com/redshift/latest/"), group
        assert set(group) <= {"page", "setup", "values", "cases"}, group
        assert set(case) - {"sql"} and set(case) <= OUTCOMES | {"sql"}, case
