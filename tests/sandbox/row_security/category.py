"""The table of the Redshift documentation's example of row-level security, and its policies.

https://docs.aws.amazon.com/redshift/latest/dg/t_rls-example.html
"""

from __future__ import annotations

from typing import Any

from tests.sandbox.redshift_tools import Desk

GROUPS = "select catgroup, count(*) from {schema}.category group by 1 order by 1"
ROWS = [("Concerts", 2), ("Shows", 1), ("Sports", 3)]
CATEGORY = """
    create table {schema}.category (
        catid smallint, catgroup varchar(10), catname varchar(10), secret varchar(10))
"""
FILLED = """
    insert into {schema}.category values
        (1, 'Sports', 'MLB', 'a'), (2, 'Sports', 'NHL', 'b'), (3, 'Sports', 'NBA', 'c'),
        (4, 'Shows', 'Opera', 'd'), (5, 'Concerts', 'Pop', 'e'), (6, 'Concerts', 'Jazz', 'f')
"""
CONCERTS = "create rls policy concerts with (catgroup varchar(10)) using (catgroup = 'Concerts')"
SPORTS = "create rls policy sports with (catgroup varchar(10)) using (catgroup = 'Sports')"
NBA = "create rls policy nba with (catname varchar(10)) using (catname = 'NBA')"


def groups(desk: Desk, schema: str, user: str) -> list[tuple[Any, ...]]:
    return desk.rows(GROUPS.format(schema=schema), user=user)


def attach(schema: str, policy: str, whom: str) -> str:
    return f"attach rls policy {policy} on table {schema}.category to {whom}"


def switch(schema: str, how: str) -> str:
    return f"alter table {schema}.category row level security {how}"
