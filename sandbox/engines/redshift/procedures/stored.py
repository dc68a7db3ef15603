"""The procedures that a database has: found by their names, and by what a CALL gives them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import literal
from sandbox.engines.redshift.procedures.data import NAMES, UNKNOWN, type_number
from sandbox.engines.redshift.procedures.signatures import Argument
from sandbox.engines.redshift.types import SqlType

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

TABLE = "pg_catalog.redshift_procedure"
"""What pg_proc does not keep: a procedure's arguments as declared, and NONATOMIC."""
NO_MATCH = (
    "No procedure matches the given name and argument types. You may need to add explicit type"
    " casts."
)


@dataclass(frozen=True)
class Procedure:
    """A stored procedure. settings are those of its SET option, as name=value."""

    oid: int
    schema: str
    name: str
    body: str
    definer: bool
    owner: str
    settings: tuple[str, ...]
    arguments: tuple[Argument, ...]
    nonatomic: bool

    @property
    def inputs(self) -> list[Argument]:
        return [argument for argument in self.arguments if argument.is_input]

    @property
    def outputs(self) -> list[Argument]:
        return [argument for argument in self.arguments if argument.is_output]

    @property
    def labels(self) -> list[str]:
        """The names of a CALL's columns: only an INOUT argument's is kept."""
        return [
            argument.name if argument.name and argument.is_input else f"column{place}"
            for place, argument in enumerate(self.outputs, 1)
        ]


def named(session: Session, path: Sequence[str]) -> list[Procedure]:
    """The procedures of a name, which a schema has or the search path finds."""
    where = f"p.proname = {literal(path[-1])}"
    if len(path) > 1:
        _require_usage(session, path[-2])
        where += f" AND n.nspname = {literal(path[-2])}"
    else:
        where += " AND pg_catalog.pg_function_is_visible(p.oid)"
    found = session.rows(
        "SELECT p.oid FROM pg_catalog.pg_proc p"
        f" JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind = 'p' AND {where}"
    )
    if not found:
        return []
    numbers = ", ".join(row[0] or "" for row in found)
    return [
        _procedure(row)
        for row in session.internal_rows(
            "SELECT p.oid, n.nspname, p.proname, p.prosrc, p.prosecdef, o.rolname,"
            " coalesce(to_json(p.proconfig), '[]'), r.arguments, r.nonatomic"
            " FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
            " JOIN pg_catalog.pg_roles o ON o.oid = p.proowner"
            f" JOIN {TABLE} r ON r.oid = p.oid WHERE p.oid IN ({numbers}) ORDER BY p.oid"
        )
    ]


def resolve(session: Session, path: Sequence[str], given: Sequence[int]) -> Procedure:
    """The procedure that a CALL with values of these types runs.

    Raises RedshiftError when there is none, or no single one is the best.
    """
    ranked: list[tuple[int, Procedure]] = []
    for candidate in named(session, path):
        if len(candidate.inputs) != len(given):
            continue
        distances = [
            _distance(session, kind, type_number(argument.kind))
            for kind, argument in zip(given, candidate.inputs, strict=True)
        ]
        known = [distance for distance in distances if distance is not None]
        if len(known) == len(distances):
            ranked.append((sum(known), candidate))
    shown = f"{'.'.join(path)}({', '.join(_shown(kind) for kind in given)})"
    if not ranked:
        raise RedshiftError(f"procedure {shown} does not exist", "42883", hint=NO_MATCH)
    best = min(distance for distance, _ in ranked)
    winners = [procedure for distance, procedure in ranked if distance == best]
    if len(winners) > 1:
        raise RedshiftError(f"procedure {shown} is not unique", "42725")
    return winners[0]


def require_execute(session: Session, procedure: Procedure) -> None:
    """Raise RedshiftError unless the user may run a procedure."""
    found = session.rows(
        f"SELECT pg_catalog.has_function_privilege({procedure.oid}::oid, 'EXECUTE')"
    )
    if found[0][0] != "t":
        raise RedshiftError(f"permission denied for procedure {procedure.name}", "42501")


def refuse_builtin(session: Session, name: str) -> None:
    """Raise RedshiftError for the name of a function of PostgreSQL's.

    With arguments that fit better it would be called instead, by masks and policies too.
    """
    if session.rows(
        "SELECT 1 FROM pg_catalog.pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
        f" AND proname = {literal(name)} LIMIT 1"
    ):
        raise RedshiftError(
            f'"{name}" is the name of a built-in function, which this sandbox does not overload',
            "0A000",
        )


def _require_usage(session: Session, schema: str) -> None:
    found = session.rows(
        "SELECT pg_catalog.has_schema_privilege(oid, 'USAGE') FROM pg_catalog.pg_namespace"
        f" WHERE nspname = {literal(schema)}"
    )
    if not found:
        raise RedshiftError(f'schema "{schema}" does not exist', "3F000")
    if found[0][0] != "t":
        raise RedshiftError(f"permission denied for schema {schema}", "42501")


def _procedure(row: tuple[str | None, ...]) -> Procedure:
    oid, schema, name, body, definer, owner, settings, arguments, nonatomic = (
        text or "" for text in row
    )
    return Procedure(
        int(oid),
        schema,
        name,
        body,
        definer == "t",
        owner,
        tuple(json.loads(settings)),
        tuple(Argument(name, mode, SqlType(kind)) for name, mode, kind in json.loads(arguments)),
        nonatomic == "t",
    )


def _distance(session: Session, given: int, wanted: int) -> int | None:
    """How far a type is from an argument's; None when no implicit cast leads there."""
    if given == wanted:
        return 0
    if given == UNKNOWN:
        return 1
    found = session.rows(
        "SELECT 1 FROM pg_catalog.pg_cast WHERE castcontext = 'i'"
        f" AND castsource = {given} AND casttarget = {wanted}"
    )
    return 2 if found else None


def _shown(kind: int) -> str:
    names = {UNKNOWN: '"unknown"', 1043: "character varying", 25: "character varying"}
    return names.get(kind) or NAMES.get(kind, "unknown")
