"""Valid contracts of every shape."""

from __future__ import annotations

import functools
import string
from typing import Any

import sqlglot
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.identifiers import (
    RESERVED,
)
from hypothesis import strategies as st

CAPTURED = {"op", "dms_ts", "dms_seq", "seq"}

words = st.from_regex(r"[a-z](-?[a-z0-9]){0,11}", fullmatch=True)
lower_names = st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=20).map(
    lambda text: f"c{text}"
)


def _spelled(name: str) -> str:
    return f'"{name}"' if name.lower() in RESERVED or " " in name else name


@functools.cache
def _parses(name: str) -> bool:
    """False for words such as alter: names for Redshift, statements for the tests' parser."""
    try:
        sql = f"SELECT {_spelled(name)}, t.{_spelled(name)} AS a FROM t"
        return isinstance(sqlglot.parse_one(sql, read="redshift"), sqlglot.exp.Select)
    except sqlglot.errors.SqlglotError:
        return False


table_names = (lower_names | st.sampled_from(["order", "user", "group"])).map(_spelled)
column_names = (
    lower_names
    | st.sampled_from(["order", "user", "timestamp", "tag", "createdAt", "Percent", "Unit Size"])
    | st.text(string.ascii_letters, min_size=1, max_size=30).filter(_parses)
).filter(lambda name: name.lower() not in CAPTURED and not name.lower().startswith("bi_"))

types = (
    st.sampled_from(
        [
            "smallint",
            "INT",
            "bigint",
            "real",
            "double precision",
            "boolean",
            "date",
            "timestamp",
            "timestamptz",
            "decimal(5)",
        ]
    )
    | st.integers(1, 65535).map(lambda length: f"varchar({length})")
    | st.integers(1, 38).flatmap(
        lambda digits: st.integers(0, digits).map(lambda scale: f"numeric({digits},{scale})")
    )
)


@st.composite
def table(draw: Any, index: int) -> dict[str, Any]:
    names = draw(st.lists(column_names, min_size=1, max_size=8, unique_by=str.lower))
    columns = [
        {"name": _spelled(name), "type": draw(types), "personal": draw(st.booleans())}
        for name in names
    ]
    key = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    return {
        "source": f"{draw(lower_names)}.{draw(source_names(index))}",
        "name": _spelled(f"{draw(lower_names)}{index}"),
        "key": [_spelled(name) for name in key],
        "columns": columns,
        **draw(_layouts([_spelled(name) for name in names])),
    }


def source_names(index: int) -> st.SearchStrategy[str]:
    """Names of tables as they may be at the source, plain ones and some that need quotes."""
    quoted = st.text(string.ascii_letters + string.digits + "_ $%-", max_size=20)
    return lower_names.map(lambda name: f"t{index}_{name}") | quoted.map(
        lambda text: f'"T{index}{text}z"'
    )


def _layouts(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    column = st.sampled_from(names)
    return st.fixed_dictionaries(
        {},
        optional={
            "sort_key": st.lists(column, unique=True),
            "leave_out": st.just(["Left_Out"]),
        },
    ).flatmap(
        lambda chosen: (
            st.sampled_from(["auto", "all", "even"]).map(
                lambda style: {**chosen, "distribution_style": style}
            )
            | column.map(lambda name: {**chosen, "distribution_key": name})
        )
    )


@st.composite
def contracts(draw: Any) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """The three documents of a valid contract."""
    tables = [draw(table(index)) for index in range(draw(st.integers(1, 3)))]
    account = draw(st.from_regex(r"[0-9]{12}", fullmatch=True))
    platform = {
        "platform": {
            "name": draw(words),
            "environment": draw(words),
            "account_id": account,
            "region": draw(st.sampled_from(["us-east-1", "ap-southeast-2", "us-gov-west-1"])),
        },
        "network": {"create": True},
        "source": {"create": True, "instance_class": "db.t4g.micro", "database": "shop"},
        "ingestion": {
            "instance_class": "dms.t3.medium",
            "flush_interval": draw(st.integers(1, 3600)),
        },
        "warehouse": {
            "database": draw(lower_names),
            "base_capacity": draw(st.sampled_from([4, 8, 128, 512])),
        },
        "load": {"schedule": draw(st.sampled_from(["rate(1 hour)", "cron(0 2 ? * MON-FRI *)"]))},
    }
    names = draw(st.lists(words.map(lambda word: f"r-{word}"), max_size=3, unique=True))
    access = {
        "admins": [],
        "unmanaged": [],
        "principals": [
            {
                "name": name,
                "trusted": [f"arn:aws:iam::{account}:root"],
                "tables": {item["name"]: draw(_grant(item)) for item in draw(_some(tables))},
            }
            for name in names
        ],
    }
    return platform, tables, access


def _some(tables: list[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(
        st.sampled_from(tables), max_size=len(tables), unique_by=lambda item: item["name"]
    )


def _grant(item: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = [column["name"] for column in item["columns"]]
    return st.lists(st.sampled_from(names), min_size=1, unique=True).map(
        lambda chosen: {"columns": chosen}
    )
