"""Users, groups and roles. Redshift names them apart, PostgreSQL has one name space for all.

A user keeps its name; a role or a group gets a prefix that no user may have.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_USER.html
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Nodes, Reader, is_word, literal, quote
from sandbox.engines.redshift.plan import DISOWN_VIEWS, Plan, Query, Step

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

ROLE = "role:"
GROUP = "group:"
ASSUME = "assumerole:"
SYSTEM = "system:"
LONGEST = 63  # bytes of a name in PostgreSQL; Redshift has 127


def pg_user(name: str) -> str:
    """The PostgreSQL role of a database user."""
    if name.startswith((ROLE, GROUP, ASSUME, SYSTEM)):
        raise RedshiftError(f'user name "{name}" is reserved', "42939")
    return _fitting(name)


def pg_role(name: str) -> str:
    """The PostgreSQL role of a database role."""
    return _fitting(ROLE + name)


def pg_group(name: str) -> str:
    """The PostgreSQL role of a group of users."""
    return _fitting(GROUP + name)


def _fitting(name: str) -> str:
    """A long name is cut and made unique again by a hash."""
    encoded = name.encode()
    if len(encoded) <= LONGEST:
        return name
    digest = hashlib.sha256(encoded).hexdigest()[:12]
    return f"{encoded[: LONGEST - 13].decode(errors='ignore')}~{digest}"


def read_grantee(reader: Reader) -> str:
    """ROLE name | GROUP name | PUBLIC | user, as a quoted PostgreSQL role (or PUBLIC)."""
    if reader.take("ROLE"):
        return quote(pg_role(read_name(reader)))
    if reader.take("GROUP"):
        return quote(pg_group(read_name(reader)))
    if reader.take("PUBLIC"):
        return "PUBLIC"
    return quote(pg_user(read_name(reader)))


def read_name(reader: Reader) -> str:
    """The name of a principal, whose case counts when it is quoted; sys:… may stand bare."""
    name = reader.identifier().exact_name
    node = reader.peek()
    if node is not None and not node.spaced and getattr(node, "text", "").startswith(":"):
        return name + reader.next().text  # type: ignore[union-attr]
    return name


def read_names(reader: Reader) -> list[str]:
    """One or more names, separated by commas."""
    names = [read_name(reader)]
    while reader.take(","):
        names.append(read_name(reader))
    return names


class Principals:
    """Makes plans for the statements that make, change and drop users, groups and roles."""

    def create_user(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("CREATE", "USER")
        name = read_name(reader)
        options, follow = _user_options(reader, name, creating=True)
        steps: list[Step] = [Query(f"CREATE ROLE {quote(pg_user(name))} LOGIN {options}"), *follow]
        return Plan(steps, tag="CREATE USER")

    def alter_user(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("ALTER", "USER")
        name = read_name(reader)
        user = quote(pg_user(name))
        if reader.take("RENAME", "TO"):
            new = quote(pg_user(read_name(reader)))
            reader.end()
            return Plan([Query(f"ALTER ROLE {user} RENAME TO {new}")], tag="ALTER USER")
        options, follow = _user_options(reader, name, creating=False)
        steps: list[Step] = [Query(f"ALTER ROLE {user} {options}"), *follow, DISOWN_VIEWS]
        return Plan(steps, tag="ALTER USER")

    def drop_user(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("DROP", "USER")
        guard = "IF EXISTS " if reader.take("IF", "EXISTS") else ""
        users = [pg_user(name) for name in read_names(reader)]
        reader.end()
        names = ", ".join(quote(user) for user in users)
        steps: list[Step] = [lambda session: _refuse_attached(session, *users)]
        return Plan([*steps, Query(f"DROP ROLE {guard}{names}")], tag="DROP USER")

    def create_role(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("CREATE", "ROLE")
        name = read_name(reader)
        if name.startswith("sys:"):
            raise RedshiftError(f'role name "{name}" is reserved', "42939")
        if reader.take("EXTERNALID"):
            raise RedshiftError("EXTERNALID is not supported", "0A000")
        reader.end()
        return Plan([Query(f"CREATE ROLE {quote(pg_role(name))}")], tag="CREATE ROLE")

    def alter_role(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("ALTER", "ROLE")
        role = quote(pg_role(read_name(reader)))
        reader.take("WITH")
        reader.expect("RENAME", "TO")
        new = quote(pg_role(read_name(reader)))
        reader.end()
        return Plan([Query(f"ALTER ROLE {role} RENAME TO {new}")], tag="ALTER ROLE")

    def drop_role(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("DROP", "ROLE")
        name = read_name(reader)
        force = reader.choose("FORCE", "RESTRICT") == "FORCE"
        reader.end()
        role = quote(pg_role(name))
        steps: list[Step] = [Query(f"DROP OWNED BY {role}", main=False)] if force else []
        steps.append(lambda session: _refuse_attached(session, pg_role(name)))
        if not force:
            steps.append(lambda session: _refuse_granted(session, name))
        return Plan([*steps, Query(f"DROP ROLE {role}")], tag="DROP ROLE")

    def create_group(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("CREATE", "GROUP")
        group = quote(pg_group(read_name(reader)))
        steps: list[Step] = [Query(f"CREATE ROLE {group}")]
        reader.take("WITH")
        if reader.take("USER"):
            members = ", ".join(quote(pg_user(name)) for name in read_names(reader))
            steps.append(Query(f"GRANT {group} TO {members}", main=False))
        reader.end()
        return Plan(steps, tag="CREATE GROUP")

    def alter_group(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("ALTER", "GROUP")
        group = quote(pg_group(read_name(reader)))
        if reader.take("RENAME", "TO"):
            sql = f"ALTER ROLE {group} RENAME TO {quote(pg_group(read_name(reader)))}"
        else:
            word = reader.choose("ADD", "DROP")
            reader.expect("USER")
            members = ", ".join(quote(pg_user(name)) for name in read_names(reader))
            sql = (
                f"GRANT {group} TO {members}" if word == "ADD" else f"REVOKE {group} FROM {members}"
            )
        reader.end()
        return Plan([Query(sql)], tag="ALTER GROUP")

    def drop_group(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("DROP", "GROUP")
        group = quote(pg_group(read_name(reader)))
        reader.end()
        return Plan([Query(f"DROP ROLE {group}")], tag="DROP GROUP")


def _refuse_attached(session: Session, *roles: str) -> None:
    for role in roles:
        found = session.internal_rows(f"SELECT pg_catalog.redshift_attached_to({literal(role)})")
        if found[0][0]:
            name = role.removeprefix(ROLE)
            raise RedshiftError(
                f'cannot drop "{name}" because {found[0][0]} is attached to it', "2BP01"
            )


def _refuse_granted(session: Session, name: str) -> None:
    members = session.rows(
        "SELECT 1 FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid"
        f" WHERE r.rolname = {literal(pg_role(name))} LIMIT 1"
    )
    if members:
        raise RedshiftError(
            f'cannot drop role "{name}" because it is granted to users or roles', "2BP01"
        )


def _user_options(reader: Reader, name: str, *, creating: bool) -> tuple[str, list[Step]]:
    reader.take("WITH")
    words: list[str] = []
    steps: list[Step] = []
    password_set = False
    while not reader.ended:
        if reader.take("PASSWORD"):
            words.append(_password(reader, name))
            password_set = True
        elif word := reader.choose("CREATEDB", "NOCREATEDB"):
            words.append(word)
        elif word := reader.choose("CREATEUSER", "NOCREATEUSER"):
            words.append("SUPERUSER" if word == "CREATEUSER" else "NOSUPERUSER")
        elif reader.take("SYSLOG", "ACCESS"):
            if not reader.choose("RESTRICTED", "UNRESTRICTED"):
                raise reader.error()
        elif reader.take("IN", "GROUP"):
            groups = ", ".join(quote(pg_group(group)) for group in read_names(reader))
            steps.append(Query(f"GRANT {groups} TO {quote(pg_user(name))}", main=False))
        elif reader.take("VALID", "UNTIL"):
            words.append(f"VALID UNTIL {literal(reader.string())}")
        elif reader.take("CONNECTION", "LIMIT"):
            limit = "-1" if reader.take("UNLIMITED") else reader.number()
            words.append(f"CONNECTION LIMIT {limit}")
        elif reader.take("SESSION", "TIMEOUT"):
            reader.number()
        else:
            raise reader.error()
    if creating and not password_set:
        raise RedshiftError("CREATE USER requires PASSWORD", "42601")
    return " ".join(words), steps


def _password(reader: Reader, name: str) -> str:
    node = reader.peek()
    if node is not None and is_word(node, "DISABLE"):
        reader.next()
        return "PASSWORD NULL"
    password = reader.string()
    if re.fullmatch("md5[0-9a-f]{32}", password):
        return f"PASSWORD {literal(password)}"
    if not 8 <= len(password) <= 64:
        raise RedshiftError("password must be between 8 and 64 characters long", "22023")
    for pattern, wanted in (
        ("[A-Z]", "an uppercase letter"),
        ("[a-z]", "a lowercase letter"),
        ("[0-9]", "a number"),
    ):
        if not re.search(pattern, password):
            raise RedshiftError(f"password must contain {wanted}", "22023")
    return f"PASSWORD {literal(password)}"
