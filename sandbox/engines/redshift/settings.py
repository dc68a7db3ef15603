"""SET, RESET, SHOW, and the control of transactions.

https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_ConfigurationRef.html
"""

from __future__ import annotations

from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Group, Nodes, Reader, literal, nodes, quote, render
from sandbox.engines.redshift.plan import Plan, Query, Rule
from sandbox.engines.redshift.vocabulary import vocabulary

# parameters that PostgreSQL has too
SHARED = vocabulary(
    """
    application_name datestyle extra_float_digits search_path statement_timeout
    timezone
    """
)
# parameters of Redshift's own, and their defaults; kept as custom settings of the session
OWN = {
    "analyze_threshold_percent": "10",
    "cast_super_null_on_error": "on",
    "datashare_break_glass_session_var": "",
    "default_geometry_encoding": "1",
    "describe_field_name_in_uppercase": "off",
    "downcase_delimited_identifier": "on",
    "enable_case_sensitive_identifier": "off",
    "enable_case_sensitive_super_attribute": "off",
    "enable_numeric_rounding": "off",
    "enable_result_cache_for_session": "on",
    "enable_vacuum_boost": "off",
    "error_on_nondeterministic_update": "off",
    "json_serialization_enable": "off",
    "json_serialization_parse_nested_strings": "off",
    "max_concurrency_scaling_clusters": "1",
    "mv_enable_aqmv_for_session": "on",
    "navigate_super_null_on_error": "on",
    "parse_super_null_on_error": "on",
    "query_group": "default",
    "stored_proc_log_min_messages": "log",
    "use_fips_ssl": "off",
    "wlm_query_slot_count": "1",
}
HIDDEN = frozenset({"server_version"})  # also from a namespace's administrator
READ_ONLY = frozenset(
    {"server_encoding", "client_encoding", "transaction_isolation", "is_superuser"}
)
# Those that have one value here. The gate reads UTF-8: no other client encoding may come between
# it and PostgreSQL.
FIXED = {
    "client_encoding": ("utf8", "utf-8", "unicode"),
    "enable_case_sensitive_identifier": ("off", "false", "0"),
    "navigate_super_null_on_error": ("on", "true", "1"),
    "cast_super_null_on_error": ("on", "true", "1"),
    "describe_field_name_in_uppercase": ("off", "false", "0"),
}


def set_parameter(tree: Nodes) -> Plan:
    """SET [SESSION | LOCAL] name {TO | =} value"""
    reader = Reader(tree)
    reader.expect("SET")
    local = "LOCAL " if reader.choose("SESSION", "LOCAL") == "LOCAL" else ""
    if reader.take("AUTHORIZATION"):
        raise RedshiftError("SET SESSION AUTHORIZATION is not supported by this sandbox", "0A000")
    name = "timezone" if reader.take("TIME", "ZONE") else reader.identifier().name
    if not reader.choose("TO", "="):
        node = reader.peek()
        if name != "timezone" or node is None:
            raise reader.error()
    value = _value(reader)
    reader.end()
    if name in FIXED:
        if value.strip("'").lower() not in (*FIXED[name], "default"):
            raise RedshiftError(f"this sandbox supports {name} {FIXED[name][0]} only", "0A000")
        return Plan([], tag="SET")
    target = _stored(name)
    return Plan([Query(f"SET {local}{target} TO {value}")], tag="SET")


def option(name: str, reader: Reader) -> str:
    """The SET option of a procedure whose name and TO have been read, as SQL."""
    if name in FIXED:
        raise RedshiftError(
            f"the SET option {name} of a procedure is not supported by this sandbox", "0A000"
        )
    return f" SET {_stored(name)} TO {_value(reader)}"


def set_config(arguments: list[Nodes]) -> Nodes:
    """SET_CONFIG('parameter', 'new_value', is_local), the function that is SET"""
    if len(arguments) != 3:
        raise RedshiftError("function set_config takes 3 arguments", "42883")
    names, value, local = arguments
    name = _parameter(names)
    if name in FIXED:
        raise RedshiftError(f"set_config of {name} is not supported by this sandbox", "0A000")
    inside = [*nodes(literal(_stored(name))), *nodes(","), *value, *nodes(","), Group(tuple(local))]
    return [*nodes("pg_catalog.set_config"), Group((*inside, *nodes("::boolean")), spaced=False)]


def current_setting(arguments: list[Nodes]) -> Nodes:
    """CURRENT_SETTING('parameter'), the function that is SHOW"""
    if len(arguments) != 1:
        raise RedshiftError("function current_setting takes 1 argument", "42883")
    return nodes(_shown(_parameter(arguments[0])))


def _parameter(argument: Nodes) -> str:
    """The name of a parameter, as a function is given it."""
    name = argument[0] if len(argument) == 1 else None
    if not isinstance(name, Token) or name.kind is not Kind.STRING or "." in name.value:
        raise RedshiftError(
            "only literal names of parameters, and no session context variables, are supported"
            " by this sandbox",
            "0A000",
        )
    return name.value.lower()


def reset(tree: Nodes) -> Plan:
    reader = Reader(tree)
    reader.expect("RESET")
    name = reader.identifier().name
    reader.end()
    if name == "all":
        return Plan([Query(f"RESET {each}") for each in sorted(SHARED)], tag="RESET")
    return Plan([Query(f"RESET {_stored(name)}")], tag="RESET")


def show(tree: Nodes) -> Plan:
    reader = Reader(tree)
    reader.expect("SHOW")
    if reader.take("TRANSACTION", "ISOLATION", "LEVEL"):
        name = "transaction_isolation"
    else:
        name = "timezone" if reader.take("TIME", "ZONE") else reader.identifier().name
    reader.end()
    return Plan([Query(f"SELECT {_shown(name)} AS {quote(name)}")], tag="SHOW")


def _shown(name: str) -> str:
    """The SQL of a parameter's value."""
    if name in HIDDEN:
        raise RedshiftError(f'must be superuser to examine "{name}"', "42501")
    if name in READ_ONLY:
        return f"current_setting({literal(name)})"
    setting = literal(_stored(name))
    if name in OWN:
        return f"COALESCE(NULLIF(current_setting({setting}, true), ''), {literal(OWN[name])})"
    return f"current_setting({setting})"


def _stored(name: str) -> str:
    if name in SHARED:
        return name
    if name in OWN:
        return f"redshift.{name}"
    raise RedshiftError(f'unrecognized configuration parameter "{name}"', "42704")


def _value(reader: Reader) -> str:
    """A value, or a list of values, as strings."""
    values: list[str] = []
    while True:
        node = reader.next()
        if isinstance(node, Group):
            raise reader.error()
        if node.kind is Kind.STRING:
            values.append(literal(node.value))
        elif node.kind is Kind.OPERATOR and node.text == "-":
            values.append(literal(f"-{reader.number()}"))
        elif node.kind is Kind.NUMBER or node.is_name:
            values.append(_word(node))
        else:
            raise RedshiftError(f'syntax error at or near "{node.text}"', "42601")
        if not reader.take(","):
            break
    return ", ".join(values)


def _word(node: Token) -> str:
    if node.word == "DEFAULT":
        return "DEFAULT"
    return literal(node.name)


def begin(tree: Nodes) -> Plan:
    """BEGIN [WORK | TRANSACTION] [ISOLATION LEVEL …] [READ WRITE | READ ONLY]"""
    reader = Reader(tree)
    reader.next()
    reader.choose("WORK", "TRANSACTION")
    mode = ""
    while not reader.ended:
        if reader.take("ISOLATION", "LEVEL"):
            for level in ("SERIALIZABLE", "READ COMMITTED", "READ UNCOMMITTED", "REPEATABLE READ"):
                if reader.take(*level.split()):
                    break
            else:
                raise reader.error()
        elif reader.take("READ", "ONLY"):
            mode = " READ ONLY"
        elif not reader.take("READ", "WRITE") and not reader.take(","):
            raise reader.error()
    return Plan([], tag="BEGIN", rule=Rule.BEGIN, mode=mode)


def commit(tree: Nodes) -> Plan:
    _end_of_transaction(tree)
    return Plan([], tag="COMMIT", rule=Rule.COMMIT)


def rollback(tree: Nodes) -> Plan:
    _end_of_transaction(tree)
    return Plan([], tag="ROLLBACK", rule=Rule.ROLLBACK)


def _end_of_transaction(tree: Nodes) -> None:
    reader = Reader(tree)
    reader.next()
    reader.choose("WORK", "TRANSACTION")
    if not reader.ended:
        raise RedshiftError(f'SQL command "{render(tree)}" not supported.', "0A000")
