from __future__ import annotations

import re

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_sql import (
    is_read,
    is_transaction_control,
    parameter_texts,
    parameters_in,
    split_statements,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "SHOW search_path",
        "/* why */ (select 1)",
        "-- insert\nselect 'insert into t', \"update\" from t",
        "with newest as (select 1 as a) select a from newest",
        "explain delete from t",
        "values (1)",
        "/* a /* nested; */ drop */ select 1",
        "select 'it\\'s; drop' as a",
        "set search_path to update",
        "select a$b$ from t where c$b$ = 1",
    ],
)
def test_what_only_reads_is_told_by_its_words(sql):
    assert is_read(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into t values (1)",
        "select * into copy from t",
        "with old as (select 1) delete from t using old",
        "explain analyze delete from t",
        "create table selected (a int)",
        "call load()",
        "vacuum t",
        "-- nothing",
        "select pg_terminate_backend(1)",
        "select 'a\\\\' into b from c -- '",
    ],
)
def test_what_may_change_something_is_no_read(sql):
    assert not is_read(sql)


def test_a_script_is_cut_at_semicolons_outside_of_quotes_and_comments():
    script = """
        select ';', ";" ; -- not here;
        create procedure p() as $body$ begin; end; $body$ language plpgsql;
        /* ; */
        select 'it''s; fine'
    """
    first, second, third = split_statements(script)
    assert first == "select ';', \";\""
    assert second.endswith("$body$ begin; end; $body$ language plpgsql")
    assert third.endswith("select 'it''s; fine'")


def test_comments_alone_are_no_statement():
    assert split_statements("-- a\n; /* b */ ;;\n") == []


def test_an_open_quote_is_named_with_its_line():
    with pytest.raises(ValueError, match=r"the quote ' in line 2 isn't closed"):
        split_statements("select 1;\nselect 'oops")


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("select 1 /* here;", "the comment /* here; in line 1 isn't closed"),
        ("do\n$body$ x;", r"the quote $body$ in line 2 isn't closed"),
        ("select 'a\\'; drop", "the quote ' in line 1 isn't closed"),
    ],
)
def test_what_else_is_open_is_named(script, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        split_statements(script)


def test_a_backslash_escapes_a_quote_as_in_redshift():
    script = r"select 'a\'; b'; select 'c\\'; select 1"
    assert split_statements(script) == [r"select 'a\'; b'", r"select 'c\\'", "select 1"]


@given(
    st.lists(
        st.sampled_from(
            [
                "select 1",
                "insert into t values (';')",
                "$$;$$",
                '"a;b"',
                "/*;/*;*/*/ x",
                r"select '\';'",
            ]
        )
    )
)
def test_cutting_a_joined_script_gives_its_statements_back(statements):
    assert split_statements(";\n".join(statements)) == statements


def test_parameters_are_found_but_not_casts_and_quoted_ones():
    assert parameters_in("select a::int, ':no', :day::date from t where b = :b_1") == {"day", "b_1"}


def test_parameters_are_text_for_the_api():
    assert parameter_texts({"a": 1, "b": True, "c": "x"}) == {"a": "1", "b": "true", "c": "x"}


@pytest.mark.parametrize(
    ("value", "name"),
    [(None, "NULL"), ("", "empty text"), ([1], "a list"), ({"b": 1}, "a dictionary")],
)
def test_a_parameter_that_the_api_cannot_take_is_refused(value, name):
    with pytest.raises(ValueError, match=f"parameter a is {name}"):
        parameter_texts({"a": value})


def test_transactions_are_the_apis_own():
    assert is_transaction_control("BEGIN")
    assert not is_transaction_control("create table begin_here (a int)")
