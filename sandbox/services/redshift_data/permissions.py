"""What the Data API asks IAM for: leave to connect, and whose statement it is.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-access.html
"""

from __future__ import annotations

from sandbox.authorization.dependents import Wanted, dependents
from sandbox.authorization.gate import Values, condition_keys
from sandbox.authorization.resources import finder, secret_arn
from sandbox.call import Call
from sandbox.services.redshift_data.ledger import ledger_of
from sandbox.services.redshift_data.sessions import Session
from sandbox.services.redshift_serverless.resources import workgroup
from sandbox.services.secretsmanager.keys import decryption

SERVICE = "redshift-data"
EXECUTING = frozenset({"ExecuteStatement", "BatchExecuteStatement"})


@dependents(SERVICE)
def to_connect(call: Call) -> list[Wanted]:
    """A request that connects needs the secret, or else credentials of the workgroup."""
    if "WorkgroupName" not in call.params:
        return []
    secret = call.params.get("SecretArn")
    if secret:
        read = Wanted("secretsmanager:GetSecretValue", secret_arn(call, secret))
        return [read, *decryption(call, secret)]
    return [Wanted("redshift-serverless:GetCredentials", arn) for arn in workgroup(call)]


@condition_keys(SERVICE)
def owner(call: Call) -> Values:
    """The aws:userid of whoever ran the statement, or made the session, that a request is about.

    Who brings no session will be the owner of the one that the statement runs in.
    """
    if call.operation in EXECUTING:
        session = _session(call)
        user = session.principal.user_id if session else call.principal.user_id
        return {"redshift-data:session-owner-iam-userid": [user]}
    statement = ledger_of(call).statement(str(call.params.get("Id") or ""))
    if statement is None:
        return {}
    return {"redshift-data:statement-owner-iam-userid": [statement.principal.user_id]}


@finder(SERVICE, "workgroup")
def place(call: Call) -> list[str]:
    """The workgroup that a request names, or that of its session."""
    session = _session(call)
    return [session.connection.workgroup.arn] if session else workgroup(call)


def _session(call: Call) -> Session | None:
    ledger = ledger_of(call)
    with ledger.changed:
        return ledger.sessions.session(str(call.params.get("SessionId") or ""))
