"""GRANT and REVOKE ASSUMEROLE: who may use which IAM role for COPY and UNLOAD.

The privilege is open to PUBLIC until a superuser revokes it from PUBLIC on ALL. What is granted
is kept as membership in PostgreSQL roles, so that it follows database roles and transactions.

https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT-usage-notes.html
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Reader, literal, quote
from sandbox.engines.redshift.plan import Plan
from sandbox.engines.redshift.principals import ASSUME, read_grantee

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

COMMANDS = ("COPY", "UNLOAD", "EXTERNAL FUNCTION", "CREATE MODEL")
EVERY_ROLE = "ALL"
DEFAULT = "DEFAULT"
# How svv_iam_privileges names what is no ARN.
SHOWN = {EVERY_ROLE: "ALL", DEFAULT: "default-aws-iam-role"}


def statement(reader: Reader, verb: str) -> Plan:
    """What follows GRANT ASSUMEROLE or REVOKE ASSUMEROLE."""
    reader.expect("ON")
    arns = _iam_roles(reader)
    reader.expect("TO" if verb == "GRANT" else "FROM")
    grantees = [read_grantee(reader)]
    while reader.take(","):
        grantees.append(read_grantee(reader))
    reader.expect("FOR")
    commands = _commands(reader)
    reader.end()
    changes = [
        (arn, grantee, command) for arn in arns for grantee in grantees for command in commands
    ]

    def apply(session: Session) -> None:
        if not session.superuser:
            raise RedshiftError("must be superuser to grant or revoke ASSUMEROLE", "42501")
        for arn, grantee, command in changes:
            _change(session, verb, arn, grantee, command)

    return Plan([apply], tag=verb)


def require(session: Session, command: str, iam_role: str) -> None:
    """Raise RedshiftError unless the session's user may use an IAM role for a command.

    iam_role is as the statement names it: "default", which is granted by that name, or an ARN.
    """
    if session.superuser or not session.pg_role_exists(_closed(command)):
        return
    for scope in (EVERY_ROLE, DEFAULT if iam_role == "default" else iam_role):
        role = _granted(command, scope)
        if session.pg_role_exists(f"{role}:public") or session.is_member(role):
            return
    raise RedshiftError(
        f"permission denied: user {session.user} does not have ASSUMEROLE permission on"
        f" {iam_role} for {command}",
        "42501",
    )


def _iam_roles(reader: Reader) -> list[str]:
    if reader.take("ALL"):
        return [EVERY_ROLE]
    if reader.take("DEFAULT"):
        return [DEFAULT]
    arns = [reader.string()]
    while reader.take(","):
        arns.append(reader.string())
    return arns


def _commands(reader: Reader) -> list[str]:
    if reader.take("ALL"):
        return list(COMMANDS)
    commands: list[str] = []
    while True:
        for command in COMMANDS:
            if reader.take(*command.split()):
                commands.append(command)
                break
        else:
            raise reader.error()
        if not reader.take(","):
            return commands


def _change(session: Session, verb: str, arn: str, grantee: str, command: str) -> None:
    closed, granted = _closed(command), _granted(command, arn)
    if grantee == "PUBLIC":
        marker = closed if arn == EVERY_ROLE else f"{granted}:public"
        wanted = (verb == "REVOKE") == (arn == EVERY_ROLE)
        _mark(session, marker, arn, wanted)
        return
    _mark(session, granted, arn, True)
    word = "TO" if verb == "GRANT" else "FROM"
    session.run_internal(f"{verb} {quote(granted)} {word} {grantee}")


def _mark(session: Session, name: str, arn: str, wanted: bool) -> None:
    if wanted and not session.pg_role_exists(name):
        session.run_internal(f"CREATE ROLE {quote(name)}")
        # the name holds a digest of the ARN; svv_iam_privileges reads the ARN itself here
        session.run_internal(f"COMMENT ON ROLE {quote(name)} IS {literal(SHOWN.get(arn, arn))}")
    elif not wanted:
        session.run_internal(f"DROP ROLE IF EXISTS {quote(name)}")


def _closed(command: str) -> str:
    return f"{ASSUME}closed:{command}"


def _granted(command: str, arn: str) -> str:
    digest = hashlib.sha256(arn.encode()).hexdigest()[:16]
    return f"{ASSUME}{command}:{digest}"
