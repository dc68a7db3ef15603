"""Who may run a new procedure: its owner, and whom ALTER DEFAULT PRIVILEGES names.

PostgreSQL would let everybody. Its default privileges of routines are what these are kept in, with
what it grants to PUBLIC taken away first.

https://docs.aws.amazon.com/redshift/latest/dg/stored-procedure-security-and-privileges.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.engines.redshift.nodes import literal, quote

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

GLOBAL = "d.defaclobjtype = 'f' AND d.defaclnamespace = 0"


def close(session: Session, procedure: str) -> None:
    """A procedure is new: PUBLIC may not run it, unless its owner's default privileges say so."""
    kept = session.rows(
        "SELECT 1 FROM pg_catalog.pg_default_acl d, pg_catalog.pg_proc p"
        f" WHERE p.oid = {literal(procedure)}::regprocedure AND d.defaclrole = p.proowner"
        " AND d.defaclobjtype = 'f' AND (d.defaclnamespace = 0 OR d.defaclnamespace ="
        " p.pronamespace AND EXISTS (SELECT FROM aclexplode(d.defaclacl) x WHERE x.grantee = 0))"
    )
    if not kept:
        session.run_sql(f"REVOKE ALL ON PROCEDURE {procedure} FROM PUBLIC")


@dataclass(frozen=True)
class Change:
    """The step of ALTER DEFAULT PRIVILEGES … ON PROCEDURES.

    role is PostgreSQL's, "" for the user's own; schema is "" for all schemas; sql is the GRANT or
    REVOKE.
    """

    role: str
    schema: str
    sql: str

    def __call__(self, session: Session, /) -> None:
        role = self.role or session.backend.role
        target = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote(role)}"
        if self.schema:
            session.run_sql(f"{target} IN SCHEMA {quote(self.schema)} {self.sql}")
            return
        own = f"{GLOBAL} AND d.defaclrole = {literal(quote(role))}::regrole"
        if not session.rows(f"SELECT 1 FROM pg_catalog.pg_default_acl d WHERE {own}"):
            session.run_sql(f"{target} REVOKE EXECUTE ON ROUTINES FROM PUBLIC")
        session.run_sql(f"{target} {self.sql}")
        others = session.rows(
            f"SELECT 1 FROM pg_catalog.pg_default_acl d, aclexplode(d.defaclacl) x WHERE {own}"
            " AND x.grantee <> d.defaclrole"
        )
        if not others:  # as if it had never been, so that the user can be dropped
            session.run_sql(f"{target} GRANT EXECUTE ON ROUTINES TO PUBLIC")
