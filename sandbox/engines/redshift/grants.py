"""GRANT and REVOKE of privileges and roles.

https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.engines.redshift import assumerole, system_privileges
from sandbox.engines.redshift.attributes import column_names
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Group, Nodes, Reader, find, path_sql, quote
from sandbox.engines.redshift.plan import Plan, Query, Step
from sandbox.engines.redshift.principals import pg_role, pg_user, read_grantee, read_name
from sandbox.engines.redshift.procedures import default_privileges
from sandbox.engines.redshift.procedures.signatures import read_reference

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

TABLE = ("SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES", "TRUNCATE")
BY_OBJECT = {
    "TABLE": TABLE,
    "SCHEMA": ("USAGE", "CREATE"),
    "DATABASE": ("CREATE", "TEMPORARY"),
    "PROCEDURE": ("EXECUTE",),
    "FUNCTION": ("EXECUTE",),
    "LANGUAGE": ("USAGE",),
}
ROUTINES = ("PROCEDURE", "FUNCTION")
LANGUAGES = ("plpgsql", "sql")
OF_COLUMNS = ("SELECT", "UPDATE")
KNOWN = (*TABLE, "USAGE", "CREATE", "TEMPORARY", "TEMP", "ALL", "DROP", "ALTER", "EXECUTE")


@dataclass(frozen=True)
class Privilege:
    """One privilege, on some columns when it names any."""

    name: str
    columns: tuple[str, ...] = ()

    def sql(self) -> str:
        if not self.columns:
            return self.name
        return f"{self.name} ({', '.join(quote(column) for column in self.columns)})"


class Grants:
    """Makes plans for GRANT, REVOKE and ALTER DEFAULT PRIVILEGES."""

    def statement(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        verb = reader.choose("GRANT", "REVOKE")
        option = ""
        if verb == "REVOKE":
            option = _revoked_option(reader)
        if reader.take("ROLE"):
            return _roles(reader, verb, option)
        if reader.take("ASSUMEROLE"):
            return assumerole.statement(reader, verb)
        if permissions := system_privileges.read(reader):
            return system_privileges.statement(reader, verb, permissions)
        privileges = _privileges(reader)
        reader.expect("ON")
        kind, objects, paths = _objects(reader)
        expanded = _expand(privileges, kind)
        grantees, trailer = _grantees(reader, verb)
        steps: list[Step] = []
        if verb == "GRANT" and paths:
            wide = [privilege.name for privilege in expanded if not privilege.columns]
            steps.append(lambda session: _refuse_wider(session, paths, grantees, wide))
        sql = ", ".join(privilege.sql() for privilege in expanded)
        word = "TO" if verb == "GRANT" else "FROM"
        names = ", ".join(grantees)
        steps.append(Query(f"{verb} {option}{sql} ON {objects} {word} {names}{trailer}"))
        return Plan(steps, tag=verb)

    def default_privileges(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("ALTER", "DEFAULT", "PRIVILEGES")
        role = pg_user(read_name(reader)) if reader.take("FOR", "USER") else ""
        schema = reader.identifier().name if reader.take("IN", "SCHEMA") else ""
        verb = reader.choose("GRANT", "REVOKE")
        if not verb:
            raise reader.error()
        option = _revoked_option(reader) if verb == "REVOKE" else ""
        given = _privileges(reader)
        reader.expect("ON")
        kind = "PROCEDURE" if reader.take("PROCEDURES") else "TABLE"
        if kind == "TABLE":
            reader.expect("TABLES")
        sql = ", ".join(privilege.sql() for privilege in _expand(given, kind))
        grantees, trailer = _grantees(reader, verb)
        word = "TO" if verb == "GRANT" else "FROM"
        things = "TABLES" if kind == "TABLE" else "ROUTINES"
        change = f"{verb} {option}{sql} ON {things} {word} {', '.join(grantees)}{trailer}"
        if kind == "TABLE":
            scope = f" FOR ROLE {quote(role)}" if role else ""
            scope += f" IN SCHEMA {quote(schema)}" if schema else ""
            step: Step = Query(f"ALTER DEFAULT PRIVILEGES{scope} {change}")
        else:
            step = default_privileges.Change(role, schema, change)
        return Plan([step], tag="ALTER DEFAULT PRIVILEGES")


def _revoked_option(reader: Reader) -> str:
    if reader.take("GRANT", "OPTION", "FOR"):
        return "GRANT OPTION FOR "
    return "ADMIN OPTION FOR " if reader.take("ADMIN", "OPTION", "FOR") else ""


def _privileges(reader: Reader) -> list[Privilege]:
    privileges: list[Privilege] = []
    while True:
        name = reader.choose(*KNOWN)
        if not name:
            raise reader.error()
        if name == "ALL":
            reader.take("PRIVILEGES")
        if name in ("DROP", "ALTER"):
            raise RedshiftError(f"privilege {name} is not supported by this sandbox", "0A000")
        columns: tuple[str, ...] = ()
        if isinstance(reader.peek(), Group):
            columns = tuple(column_names(reader.group()))
            if name not in (*OF_COLUMNS, "ALL"):
                raise RedshiftError(
                    f"Column privilege {name} is not supported: only SELECT and UPDATE are", "0A000"
                )
        privileges.append(Privilege("TEMPORARY" if name == "TEMP" else name, columns))
        if not reader.take(","):
            return privileges


def _expand(privileges: list[Privilege], kind: str) -> list[Privilege]:
    """ALL is what Redshift has for the kind of object, which is less than PostgreSQL's."""
    expanded: list[Privilege] = []
    for privilege in privileges:
        if privilege.name == "ALL":
            names = OF_COLUMNS if privilege.columns else BY_OBJECT[kind]
            expanded += [Privilege(name, privilege.columns) for name in names]
        elif privilege.name not in BY_OBJECT[kind]:
            raise RedshiftError(
                f"invalid privilege type {privilege.name} for {kind.lower()}", "0LP01"
            )
        else:
            expanded.append(privilege)
    return expanded


def _objects(reader: Reader) -> tuple[str, str, list[list[str]]]:
    """The kind of object, the objects as SQL, and their paths where they are tables."""
    if reader.take("ALL", "TABLES", "IN", "SCHEMA"):
        return "TABLE", f"ALL TABLES IN SCHEMA {_names(reader)}", []
    for kind in ("SCHEMA", "DATABASE"):
        if reader.take(kind):
            return kind, f"{kind} {_names(reader)}", []
    for kind in ROUTINES:
        if reader.take("ALL", f"{kind}S", "IN", "SCHEMA"):
            return kind, f"ALL {kind}S IN SCHEMA {_names(reader)}", []
        if reader.take(kind):
            references = [read_reference(reader).sql]
            while reader.take(","):
                references.append(read_reference(reader).sql)
            return kind, f"{kind} {', '.join(references)}", []
    if reader.take("LANGUAGE"):
        return "LANGUAGE", f"LANGUAGE {_languages(reader)}", []
    reader.take("TABLE")
    paths = [reader.path()]
    while reader.take(","):
        paths.append(reader.path())
    return "TABLE", f"TABLE {', '.join(path_sql(path) for path in paths)}", paths


def _names(reader: Reader) -> str:
    names = [quote(reader.identifier().name)]
    while reader.take(","):
        names.append(quote(reader.identifier().name))
    return ", ".join(names)


def _languages(reader: Reader) -> str:
    names: list[str] = []
    while True:
        name = reader.identifier().name
        if name not in LANGUAGES:
            raise RedshiftError(f'language "{name}" does not exist', "42704")
        names.append(quote(name))
        if not reader.take(","):
            return ", ".join(names)


def _grantees(reader: Reader, verb: str) -> tuple[list[str], str]:
    reader.expect("TO" if verb == "GRANT" else "FROM")
    grantees: list[str] = []
    trailer = ""
    while True:
        grantee = read_grantee(reader)
        grantees.append(grantee)
        if reader.take("WITH", "GRANT", "OPTION"):
            if grantee == "PUBLIC" or grantee.startswith(('"role:', '"group:')):
                raise RedshiftError("grant options can only be granted to users", "0LP01")
            trailer = " WITH GRANT OPTION"
        if not reader.take(","):
            break
    if verb == "REVOKE" and (behaviour := reader.choose("CASCADE", "RESTRICT")):
        trailer = f" {behaviour}"
    reader.end()
    return grantees, trailer


def _roles(reader: Reader, verb: str, option: str) -> Plan:
    """GRANT ROLE a, ROLE b TO user, ROLE c [WITH ADMIN OPTION]"""
    roles = [quote(pg_role(read_name(reader)))]
    while reader.take(","):
        reader.expect("ROLE")
        roles.append(quote(pg_role(read_name(reader))))
    reader.expect("TO" if verb == "GRANT" else "FROM")
    grantees = [_role_grantee(reader)]
    while reader.take(","):
        grantees.append(_role_grantee(reader))
    admin = reader.take("WITH", "ADMIN", "OPTION")
    reader.end()
    word, trailer = ("TO", " WITH ADMIN OPTION" if admin else "")
    if verb == "REVOKE":
        word = "FROM"
    sql = f"{verb} {option}{', '.join(roles)} {word} {', '.join(grantees)}{trailer}"
    return Plan([Query(sql)], tag=verb)


def _role_grantee(reader: Reader) -> str:
    if find(reader.tree[reader.position : reader.position + 1], "PUBLIC") == 0:
        raise RedshiftError("roles cannot be granted to PUBLIC", "0LP01")
    return read_grantee(reader)


def _refuse_wider(
    session: Session, paths: list[list[str]], grantees: list[str], privileges: list[str]
) -> None:
    """A privilege on a table cannot be granted where one on its columns is."""
    for path in paths:
        for grantee in grantees:
            for privilege in privileges:
                if privilege in OF_COLUMNS and session.has_column_grant(path, grantee, privilege):
                    raise RedshiftError(
                        f'cannot grant {privilege} on relation "{path[-1]}": the grantee has'
                        f" column-level {privilege} privileges on it, revoke these first",
                        "0LP01",
                    )
