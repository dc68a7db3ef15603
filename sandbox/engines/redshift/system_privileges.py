"""GRANT and REVOKE of system permissions to roles: those of row-level security and masking.

What is granted is kept as membership in PostgreSQL roles (bootstrap/security.sql).

https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.engines.redshift import policies
from sandbox.engines.redshift.nodes import Reader, quote
from sandbox.engines.redshift.plan import Plan
from sandbox.engines.redshift.principals import SYSTEM, pg_role, read_name

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

PERMISSIONS = ("IGNORE RLS", "EXPLAIN RLS", "EXPLAIN MASKING")


def read(reader: Reader) -> list[str]:
    """The system permissions that come next; none when something else comes."""
    found: list[str] = []
    while True:
        for permission in PERMISSIONS:
            if reader.take(*permission.split()):
                found.append(permission)
                break
        else:
            if found:
                raise reader.error()
            return []
        if not reader.take(","):
            return found


def statement(reader: Reader, verb: str, permissions: list[str]) -> Plan:
    """What follows the permissions: TO or FROM ROLE name, …"""
    word = "TO" if verb == "GRANT" else "FROM"
    reader.expect(word)
    roles: list[str] = []
    while True:
        reader.expect("ROLE")
        roles.append(quote(pg_role(read_name(reader))))
        if not reader.take(","):
            break
    reader.end()
    granted = ", ".join(quote(SYSTEM + permission) for permission in permissions)

    def apply(session: Session) -> None:
        policies.require_secadmin(session)
        session.run_internal(f"{verb} {granted} {word} {', '.join(roles)}")

    return Plan([apply], tag=verb)
