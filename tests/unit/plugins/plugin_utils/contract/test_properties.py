"""What holds for every valid contract."""

from __future__ import annotations

import json
import re
from itertools import chain

import sqlglot
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive, errors
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.identifiers import (
    RESERVED,
)
from hypothesis import given, settings

from .strategies import contracts

MAX_STATEMENTS = 40
MAX_STATEMENT_BYTES = 100_000


def statements_of(derived):
    for item in derived["orchestration"]["config"][1:]:
        content = json.loads(item["content"])
        yield from (content["sql_cdc"], content["sql_reload"])


@settings(max_examples=25, deadline=None)
@given(contracts())
def test_a_valid_contract_has_no_fault_and_derives_to_json(documents):
    assert errors(*documents) == []
    derived = derive(*documents)
    assert json.loads(json.dumps(derived)) == derived
    assert derive(*documents) == derived


@settings(max_examples=25, deadline=None)
@given(contracts())
def test_every_load_fits_into_one_batch_of_the_data_api_and_parses(documents):
    for batch in statements_of(derive(*documents)):
        assert len(batch) <= MAX_STATEMENTS
        for sql in batch:
            assert len(sql.encode()) <= MAX_STATEMENT_BYTES
            sqlglot.parse_one(sql.replace("{copy_columns}", "op"), read="redshift")


@settings(max_examples=25, deadline=None)
@given(contracts())
def test_no_name_of_a_column_stands_unquoted_where_redshift_reserves_it(documents):
    for batch in statements_of(derive(*documents)):
        created = batch[1]
        for line in created.splitlines()[1:-1]:
            name = line.split()[0]
            assert name.startswith('"') or name.lower() not in RESERVED, line


@settings(max_examples=25, deadline=None)
@given(contracts())
def test_names_keep_to_the_limits_of_their_services(documents):
    derived = derive(*documents)
    names = derived["names"]
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", names["bucket"])
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,62}", names["source_instance"])
    assert re.fullmatch(r"[a-z0-9-]{3,64}", names["namespace"])
    for layer in ("ingestion", "catalog", "warehouse", "orchestration", "governance"):
        for role in derived[layer]["roles"].values():
            assert len(role["name"]) <= 64


@settings(max_examples=25, deadline=None)
@given(contracts())
def test_rules_of_the_task_have_ids_of_their_own(documents):
    rules = derive(*documents)["ingestion"]["table_mappings"]["rules"]
    assert len({rule["rule-id"] for rule in rules}) == len(rules)
    assert len({rule["rule-name"] for rule in rules}) == len(rules)


@settings(max_examples=25, deadline=None)
@given(contracts())
def test_no_reader_gets_a_column_that_the_file_does_not_name(documents):
    _platform, tables, access = documents
    derived = derive(*documents)
    written = {
        (item["name"].strip('"'), column.strip('"').lower())
        for principal in access["principals"]
        for item in tables
        for column in principal["tables"].get(item["name"], {}).get("columns", [])
    }
    in_redshift = {
        (table, column)
        for grant in derived["governance"]["redshift"]["grants"]
        for table in grant.get("tables", ())
        for column in grant["columns"]
    }
    resources = [
        grant["resource"]["table_with_columns"]
        for grant in derived["governance"]["lake_formation"]["grants"]
        if "table_with_columns" in grant["resource"]
    ]
    in_the_catalog = set(
        chain.from_iterable(
            ((resource["name"], column) for column in resource["column_names"])
            for resource in resources
        )
    )
    assert written == in_redshift == in_the_catalog
