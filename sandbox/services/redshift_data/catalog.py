"""ListDatabases, ListSchemas, ListTables and DescribeTable: what the caller's user can look up.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_ListTables.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.engines.redshift import Batch, RedshiftError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.redshift_data.connection import connect, invalid
from sandbox.services.redshift_data.fields import described_column

SERVICE = "redshift-data"
MOST_RESULTS = 1000
CONNECTION = ("WorkgroupName", "ClusterIdentifier", "SecretArn", "DbUser")
PATTERNS = {"SchemaPattern": "n.nspname", "TablePattern": "c.relname"}
EXACT = {"Schema": "c.table_schema", "Table": "c.table_name"}

DATABASES = """
select datname from pg_catalog.pg_database
where not datistemplate and datname <> 'postgres' order by 1
"""
SCHEMAS = """
select n.nspname from pg_catalog.pg_namespace n
where n.nspname not like 'pg!_t%' escape '!' {conditions} order by 1
"""
TABLES = """
select c.relname, n.nspname, c.relkind
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'v', 'm') and n.nspname not like 'pg!_t%' escape '!' {conditions}
order by 2, 1
"""
COLUMNS = """
select c.table_schema, c.table_name, c.column_name, c.udt_name, c.is_nullable, c.column_default,
  c.character_maximum_length, c.numeric_precision, c.numeric_scale
from information_schema.columns c where true {conditions}
order by c.table_schema, c.table_name, c.ordinal_position
"""


@operation(SERVICE, "ListDatabases")
def list_databases(call: Call, **given: Any) -> dict[str, Any]:
    """The databases of a namespace."""
    names = [row[0] for row in _look_up(call, DATABASES, given)]
    return _paged(given, "Databases", names)


@operation(SERVICE, "ListSchemas")
def list_schemas(call: Call, **given: Any) -> dict[str, Any]:
    """The schemas of a database, by a pattern with % and _."""
    names = [row[0] for row in _look_up(call, SCHEMAS, given)]
    return _paged(given, "Schemas", names)


@operation(SERVICE, "ListTables")
def list_tables(call: Call, **given: Any) -> dict[str, Any]:
    """The tables and views of a database, by patterns of their schema and name."""
    tables = [
        {"name": name, "schema": schema, "type": _table_type(schema, kind)}
        for name, schema, kind in _look_up(call, TABLES, given)
    ]
    return _paged(given, "Tables", tables)


@operation(SERVICE, "DescribeTable")
def describe_table(call: Call, **given: Any) -> dict[str, Any]:
    """The columns of a table, or of all tables that match."""
    columns = [described_column(*row) for row in _look_up(call, COLUMNS, given)]
    answer = _paged(given, "ColumnList", columns)
    if "Table" in given:
        answer["TableName"] = given["Table"]
    return answer


def _look_up(call: Call, sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    wanted = {name: given[name] for name in CONNECTION if name in given}
    database = given.get("ConnectedDatabase") or given.get("Database", "")
    if given.get("Database", database) != database:
        raise invalid("The sandbox looks into the connected database only.")
    connection = connect(call, Database=database, **wanted)
    conditions, parameters = "", []
    for members, operator in ((PATTERNS, "like"), (EXACT, "=")):
        for member, column in members.items():
            if member in given:
                conditions += f" and {column} {operator} :{member}"
                parameters.append({"name": member, "value": given[member]})
    try:
        (result,) = connection.run(
            Batch([sql.format(conditions=conditions)], transaction=False, parameters=parameters)
        )
    except RedshiftError as error:
        raise invalid(str(error)) from error
    rows: list[tuple[Any, ...]] = result.rows
    return rows


def _paged(given: dict[str, Any], member: str, items: list[Any]) -> dict[str, Any]:
    size = given.get("MaxResults") or MOST_RESULTS
    shown, following = page(items, given.get("NextToken"), size)
    return {member: shown, "NextToken": following}


def _table_type(schema: str, kind: str) -> str:
    if schema in {"pg_catalog", "information_schema"}:
        return "SYSTEM TABLE" if kind == "r" else "SYSTEM VIEW"
    return "TABLE" if kind == "r" else "VIEW"
