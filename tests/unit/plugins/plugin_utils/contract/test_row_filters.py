"""Conditions on rows: what is read keeps its meaning, and nothing else gets through."""

from __future__ import annotations

import sqlite3

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.access.row_filters import (
    parse,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.access.row_rules import (
    faults,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.model import table_of
from hypothesis import given
from hypothesis import strategies as st

TEXTS = ["'FR'", "'it''s'", "''", "'f_'", "'%R'"]
ROWS = [
    (text, number, flag)
    for text in (None, "FR", "it's", "", "fr", "for")
    for number in (None, -1, 0, 2)
    for flag in (None, True, False)
]


@st.composite
def _predicates(draw) -> str:
    text = st.sampled_from(TEXTS)
    number = st.sampled_from(["-1", "0", "+2", "2", "1.5"])
    column, literal = draw(st.sampled_from([("country", text), ("Quantity", number)]))
    negation = draw(st.sampled_from(["", "NOT ", "not "]))
    form = draw(st.sampled_from(["compare", "in", "between", "like", "null", "flag"]))
    if form == "in":
        values = draw(st.lists(literal, min_size=1, max_size=3))
        return f"{column} {negation}IN ({', '.join(values)})"
    if form == "between":
        return f"{column} {negation}between {draw(literal)} and {draw(literal)}"
    if form == "like":
        return f"country {negation}LIKE {draw(text)}"
    if form == "null":
        return f"{column} is {negation}null"
    if form == "flag":
        return f"newsletter {draw(st.sampled_from(['=', '<>']))} {draw(st.sampled_from(['TRUE', 'false']))}"
    sign = draw(st.sampled_from(["=", "<>", "!=", "<", "<=", ">", ">="]))
    return f"{column}{sign}{draw(literal)}"


conditions = st.recursive(
    _predicates(),
    lambda inner: (
        inner.map(lambda one: f"({one})")
        | inner.map(lambda one: f"NOT {one}")
        | st.lists(inner, min_size=2, max_size=3).map(" AND ".join)
        | st.lists(inner, min_size=2, max_size=3).map(" or ".join)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def chosen():
    """The rows that a condition chooses, as another database reads it."""
    database = sqlite3.connect(":memory:")
    database.execute("PRAGMA case_sensitive_like = ON")
    database.execute("CREATE TABLE t (country TEXT, quantity REAL, newsletter BOOLEAN)")
    database.executemany("INSERT INTO t VALUES (?, ?, ?)", ROWS)
    return lambda text: database.execute(f"SELECT rowid FROM t WHERE {text}").fetchall()


@given(conditions)
def test_what_is_read_means_what_was_written(chosen, text):
    found = parse(text)
    assert chosen(found.text) == chosen(text)
    assert parse(found.text) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a column is missing"),
        ("country", "a comparison is missing at the end"),
        ("country = ", "a literal is missing"),
        ("country = FR", "'fr' is no literal"),
        ("country = other_country", "no literal"),
        ("'FR' = country", "is no column"),
        ("country = 'FR' OR", "a column is missing"),
        ("country = 'FR' country = 'DE'", "AND, OR or the end"),
        ("country = 'FR'; DROP TABLE customers", "can't be read"),
        ("country = 'FR' -- all", "can't be read"),
        ("country = 'FR' /* all */", "can't be read"),
        ("country = 'FR') OR (country = 'DE'", "AND, OR or the end"),
        ("(country = 'FR'", ") is missing"),
        ("country = (SELECT 'FR')", "no literal"),
        ("lower(country) = 'fr'", "a comparison is missing"),
        ("country NOT = 'FR'", "IN, BETWEEN or LIKE"),
        ("country IN ()", "no literal"),
        ("quantity = 1e5", "can't be read"),
        ("NOT " * 60 + "country = 'FR'", "too deep"),
        (" OR ".join(["country = 'FR'"] * 200), "too long"),
    ],
)
def test_whatever_is_no_condition_is_refused(text, says):
    with pytest.raises(ValueError, match=says.replace("(", r"\(").replace(")", r"\)")):
        parse(text)


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("word = 'FR' AND whole = -2147483648 AND amount <= 99.99 AND flag = TRUE", ""),
        ("word LIKE 'F%' OR whole IS NULL OR flag <> FALSE", ""),
        ("whole = 2147483648", "a whole number from -2147483648"),
        ("whole = 1.5", "a whole number"),
        ("amount = 100", "2 digits before the point and 2 after it"),
        ("amount = 1.234", "2 after it"),
        ("whole = '1'", "no number"),
        ("whole LIKE '1%'", "LIKE on a text"),
        ("word = 'FRA'", "at most 2 bytes"),
        ("word = 'é!'", "at most 2 bytes"),
        ("word = 'F '", "end in a blank"),
        ("word LIKE '\\_'", "but for the backslash"),
        ("flag > FALSE", "= and <>"),
        ("flag = 'true'", "no boolean"),
        ("day IS NULL", "a column of these"),
        ("small = 1", "a column of these"),
        ("ratio > 1", "a column of these"),
        ("other = 1", "unknown name 'other'"),
    ],
)
def test_literals_are_of_the_columns_types(condition, says):
    types = {
        "word": "varchar(2)",
        "whole": "integer",
        "small": "smallint",
        "amount": "numeric(4,2)",
        "flag": "boolean",
        "day": "date",
        "ratio": "real",
    }
    columns = [{"name": name, "type": of} for name, of in types.items()]
    table = table_of({"source": "s.t", "name": "t", "key": ["small"], "columns": columns})
    found = list(faults(parse(condition), table))
    assert len(found) == bool(says)
    assert not says or says in found[0]


def test_words_for_booleans_where_the_files_have_words():
    found = parse('flag = TRUE AND "Order" = 7')
    assert found.text == '(flag = TRUE) AND ("order" = 7)'
    assert found.text_where(frozenset({"flag"})) == "(flag = 'true') AND (\"order\" = 7)"
