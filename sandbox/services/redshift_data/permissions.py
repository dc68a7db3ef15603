"""What the Data API asks IAM for: leave to connect, and whose statement it is.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-access.html
"""

from __future__ import annotations

from sandbox.authorization.dependents import Wanted, dependents
from sandbox.authorization.gate import Values, condition_keys
from sandbox.authorization.resources import secret_arn
from sandbox.call import Call
from sandbox.services.redshift_data.ledger import ledger_of
from sandbox.services.redshift_serverless.resources import workgroup

SERVICE = "redshift-data"


@dependents(SERVICE)
def to_connect(call: Call) -> list[Wanted]:
    """A request that connects needs the secret, or else credentials of the workgroup."""
    if "WorkgroupName" not in call.params:
        return []
    secret = call.params.get("SecretArn")
    if secret:
        return [Wanted("secretsmanager:GetSecretValue", secret_arn(call, secret))]
    return [Wanted("redshift-serverless:GetCredentials", arn) for arn in workgroup(call)]


@condition_keys(SERVICE)
def owner(call: Call) -> Values:
    """The aws:userid of whoever ran the statement that a request is about."""
    statement = ledger_of(call).statement(str(call.params.get("Id") or ""))
    if statement is None:
        return {}
    return {"redshift-data:statement-owner-iam-userid": [statement.principal.user_id]}
