from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_types import (
    SqlType,
    catalog_type,
    parse_type,
)
from hypothesis import given
from hypothesis import strategies as st

spellings = st.sampled_from(
    [
        "int2",
        "smallint",
        "int",
        "int4",
        "integer",
        "int8",
        "bigint",
        "real",
        "float4",
        "float8",
        "float",
        "bool",
        "boolean",
        "date",
        "super",
        "time",
        "timetz",
        "timestamp",
        "timestamptz",
        "hllsketch",
        "geometry",
        "text",
        "bpchar",
        "numeric",
        "decimal",
        "varchar",
    ]
)
lengths = st.builds(
    "{}({})".format, st.sampled_from(["varchar", "nvarchar", "char"]), st.integers(1, 4096)
)


@given(spellings | lengths)
def test_the_spelling_of_a_type_is_read_as_itself(text):
    once = parse_type(text)
    assert parse_type(str(once)) == once
    assert parse_type(text.upper()) == once


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("character varying(10)", "VARCHAR(10)"),
        ("text", "VARCHAR(256)"),
        ("varchar(max)", "VARCHAR(65535)"),
        ("bpchar", "CHAR(256)"),
        ("character", "CHAR(1)"),
        ("decimal", "NUMERIC(18,0)"),
        ("NUMERIC ( 12 , 2 )", "NUMERIC(12,2)"),
        ("double  precision", "DOUBLE PRECISION"),
        ("timestamp with time zone", "TIMESTAMPTZ"),
        ("binary varying(100)", "VARBYTE(100)"),
    ],
)
def test_other_spellings(text, means):
    assert str(parse_type(text)) == means


@pytest.mark.parametrize(
    "text",
    ["jsonb", "varchar(0)", "varchar(65536)", "numeric(39)", "numeric(2,3)", "integer(4)", ""],
)
def test_what_redshift_does_not_have_is_refused(text):
    with pytest.raises(ValueError):
        parse_type(text)


def test_the_catalog_tells_the_same_types():
    assert catalog_type("character varying", 320, None, None) == parse_type("varchar(320)")
    assert catalog_type("numeric", None, 12, 2) == parse_type("decimal(12,2)")
    assert catalog_type("timestamp without time zone", None, None, None) == parse_type("timestamp")
    assert catalog_type("integer", None, 32, 0) == parse_type("int")


def test_a_length_that_the_catalog_does_not_tell_is_no_difference():
    assert parse_type("varbyte(100)").same(catalog_type("binary varying", None, None, None))
    assert not parse_type("varchar(100)").same(SqlType("VARCHAR", (10,)))
