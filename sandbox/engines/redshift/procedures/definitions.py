"""CREATE, ALTER, DROP and SHOW PROCEDURE.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_PROCEDURE.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.engines.redshift import settings
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Nodes, Reader, literal, path_sql, quote
from sandbox.engines.redshift.plan import FORGET_DROPPED, Plan, Query, Step
from sandbox.engines.redshift.policy_expressions import LONG_NAMES
from sandbox.engines.redshift.principals import pg_user, read_name
from sandbox.engines.redshift.procedures import default_privileges, parser, stored
from sandbox.engines.redshift.procedures.signatures import (
    Argument,
    Reference,
    read_arguments,
    read_reference,
)

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

LARGEST_SOURCE = 2 * 1024 * 1024  # bytes
MOST_PROCEDURES = 10_000  # of a database


@dataclass
class Definition:
    """What CREATE PROCEDURE says. setting is SQL."""

    path: list[str]
    arguments: list[Argument]
    body: str | None = None
    language: str = ""
    nonatomic: bool = False
    definer: bool = False
    setting: str = ""
    given: set[str] = field(default_factory=set)

    def once(self, clause: str) -> None:
        if clause in self.given:
            raise RedshiftError("conflicting or redundant options", "42601")
        self.given.add(clause)


def create(tree: Nodes) -> Plan:
    """CREATE [OR REPLACE] PROCEDURE name (arguments) [NONATOMIC] AS 'body' LANGUAGE plpgsql …"""
    reader = Reader(tree)
    reader.expect("CREATE")
    replace = reader.take("OR", "REPLACE")
    reader.expect("PROCEDURE")
    definition = Definition(reader.path(), read_arguments(reader.group()))
    while not reader.ended:
        _read_clause(reader, definition)
    _check(definition)
    body = definition.body or ""
    parser.parse(body, definition.path[-1], definition.arguments, nonatomic=definition.nonatomic)

    def apply(session: Session) -> None:
        _create(session, definition, replace)

    return Plan([apply], tag="CREATE PROCEDURE")


def alter(tree: Nodes) -> Plan:
    """ALTER PROCEDURE name [(types)] RENAME TO name | OWNER TO user"""
    reader = Reader(tree)
    reader.expect("ALTER", "PROCEDURE")
    reference = read_reference(reader, optional=True)
    if reader.take("RENAME", "TO"):
        name = reader.identifier().name
        reader.end()
        steps: list[Step] = [
            lambda session: stored.refuse_builtin(session, name),
            Query(f"ALTER PROCEDURE {reference.sql} RENAME TO {quote(name)}"),
        ]
        return Plan(steps, tag="ALTER PROCEDURE")
    reader.expect("OWNER", "TO")
    owner = reader.choose("CURRENT_USER", "SESSION_USER") or quote(pg_user(read_name(reader)))
    reader.end()

    def apply(session: Session) -> None:
        if not session.superuser:
            raise RedshiftError("must be superuser to change owner", "42501")
        session.run_sql(f"ALTER PROCEDURE {reference.sql} OWNER TO {owner}")

    return Plan([apply], tag="ALTER PROCEDURE")


def drop(tree: Nodes) -> Plan:
    """DROP PROCEDURE name (types)"""
    reader = Reader(tree)
    reader.expect("DROP", "PROCEDURE")
    reference = read_reference(reader)
    reader.end()
    return Plan([Query(f"DROP PROCEDURE {reference.sql}"), FORGET_DROPPED], tag="DROP PROCEDURE")


def show(reader: Reader) -> Plan:
    """… name [(types)], after SHOW PROCEDURE"""
    reference = read_reference(reader, optional=True)
    reader.end()

    def select(text: str) -> str:
        return f'SELECT {text}::text AS "Stored Procedure Definition"'

    def shown(session: Session) -> Any:
        definition = literal(_definition(_one(session, reference)))
        return session.backend.execute(select(definition))

    return Plan([shown], tag="SHOW", described=select("NULL"))


def _read_clause(reader: Reader, definition: Definition) -> None:
    if reader.take("NONATOMIC"):
        definition.once("nonatomic")
        definition.nonatomic = True
    elif reader.take("AS"):
        definition.once("as")
        definition.body = reader.string()
    elif reader.take("LANGUAGE"):
        definition.once("language")
        definition.language = reader.identifier().name
    elif reader.take("SECURITY"):
        definition.once("security")
        word = reader.choose("INVOKER", "DEFINER")
        if not word:
            raise reader.error()
        definition.definer = word == "DEFINER"
    elif reader.take("SET"):
        definition.once("set")
        name = reader.identifier().name
        if not reader.choose("TO", "="):
            raise reader.error()
        definition.setting = settings.option(name, reader)
    else:
        raise reader.error()


def _check(definition: Definition) -> None:
    if definition.body is None:
        raise RedshiftError("no function body specified", "42P13")
    if not definition.language:
        raise RedshiftError("no language specified", "42P13")
    if definition.language != "plpgsql":
        raise RedshiftError(
            f'language "{definition.language}" is not supported for stored procedures', "0A000"
        )
    if len(definition.body.encode()) > LARGEST_SOURCE:
        raise RedshiftError("the source of a stored procedure cannot be larger than 2 MB", "54000")
    if definition.nonatomic:
        for clause, given in (
            ("SECURITY DEFINER", definition.definer),
            ("SET", bool(definition.setting)),
        ):
            if given:
                raise RedshiftError(
                    f"{clause} option is not supported for procedures in NONATOMIC mode", "0A000"
                )


def _create(session: Session, definition: Definition, replace: bool) -> None:
    stored.refuse_builtin(session, definition.path[-1])
    inputs = tuple(each.kind for each in definition.arguments if each.is_input)
    reference = Reference((_schema(session, definition.path), definition.path[-1]), inputs)
    existed = session.rows(f"SELECT to_regprocedure({literal(reference.sql)})")[0][0] is not None
    if not existed:
        count = session.rows("SELECT count(*) FROM pg_catalog.pg_proc WHERE prokind = 'p'")
        if int(count[0][0] or 0) >= MOST_PROCEDURES:
            raise RedshiftError(
                f"a database cannot have more than {MOST_PROCEDURES} stored procedures", "54000"
            )
    declared = ", ".join(f"{each.mode} {each.kind.sql}" for each in definition.arguments)
    session.run_sql("SET LOCAL check_function_bodies = off")  # the gate has checked it
    session.run_sql(
        f"CREATE {'OR REPLACE ' if replace else ''}PROCEDURE {path_sql(reference.path)}"
        f"({declared}) LANGUAGE plpgsql SECURITY {'DEFINER' if definition.definer else 'INVOKER'}"
        f"{definition.setting} AS {literal(definition.body or '')}"
    )
    if not existed:
        default_privileges.close(session, reference.sql)
    arguments = [(each.name, each.mode, each.kind.sql) for each in definition.arguments]
    for procedure in session.rows(f"SELECT {literal(reference.sql)}::regprocedure::oid"):
        session.run_internal(
            f"INSERT INTO {stored.TABLE} VALUES ({procedure[0]}, {literal(json.dumps(arguments))},"
            f" {definition.nonatomic}) ON CONFLICT (oid) DO UPDATE SET"
            " arguments = excluded.arguments, nonatomic = excluded.nonatomic"
        )


def _schema(session: Session, path: list[str]) -> str:
    """The schema that a procedure is made in."""
    if len(path) > 1:
        return path[-2]
    schema = session.rows("SELECT current_schema()")[0][0]
    if schema is None:
        raise RedshiftError("no schema has been selected to create in", "3F000")
    return schema


def _matching(session: Session, reference: Reference) -> list[stored.Procedure]:
    """The procedures that a reference may mean."""
    found = stored.named(session, reference.path)
    if reference.kinds is None:
        return found
    return [each for each in found if tuple(a.kind for a in each.inputs) == reference.kinds]


def _one(session: Session, reference: Reference) -> stored.Procedure:
    found = _matching(session, reference)
    name = ".".join(reference.path)
    if not found:
        kinds = ", ".join(kind.sql for kind in reference.kinds or ())
        raise RedshiftError(f"procedure {name}({kinds}) does not exist", "42883")
    if len(found) > 1:
        raise RedshiftError(f'procedure name "{name}" is not unique', "42725")
    return found[0]


def _definition(procedure: stored.Procedure) -> str:
    """The statement that makes a procedure again."""
    arguments = ", ".join(_declared(argument) for argument in procedure.arguments)
    lines = [
        f"CREATE OR REPLACE PROCEDURE {procedure.schema}.{procedure.name}({arguments})",
        *(["NONATOMIC"] if procedure.nonatomic else []),
        "LANGUAGE plpgsql",
        *(["SECURITY DEFINER"] if procedure.definer else []),
        *(f"SET {name} TO {value}" for name, value in _options(procedure)),
        f"AS $_${procedure.body}$_$",
    ]
    return "\n".join(lines) + "\n"


def _options(procedure: stored.Procedure) -> list[tuple[str, str]]:
    pairs = [setting.partition("=") for setting in procedure.settings]
    return [(name.removeprefix("redshift."), value) for name, _, value in pairs]


def _declared(argument: Argument) -> str:
    mode = "" if argument.mode == "IN" else argument.mode
    kind = {**dict(LONG_NAMES), "bpchar": "character"}.get(argument.kind.sql, argument.kind.sql)
    return " ".join(filter(None, [mode, argument.name, kind]))
