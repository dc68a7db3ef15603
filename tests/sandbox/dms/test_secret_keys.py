"""A secret under a KMS key of one's own, which is read by who may use the key too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from tests.sandbox.dms_tools import QUICKLY, REGIONAL, role
from tests.sandbox.identities import permit, refused
from tests.unit.plugins.plugin_utils.contract.documents import Documents


@pytest.fixture
def secret(aws: Callable[..., Any], name: str) -> dict[str, Any]:
    """The login of a database that nothing listens for, and the key that encrypts it."""
    login = {"username": "shop", "password": "hidden-1", "host": "127.0.0.1", "port": 1}
    key = aws("kms").create_key()["KeyMetadata"]
    made = aws("secretsmanager").create_secret(
        Name=name, SecretString=json.dumps(login), KmsKeyId=key["KeyId"]
    )
    return {"name": name, "arn": made["ARN"], "key": key["Arn"]}


def test_leave_to_read_it_is_not_enough(
    aws: Callable[..., Any], assume: Callable[..., Any], secret: dict[str, Any], name: str
) -> None:
    trusting = {
        "Effect": "Allow",
        "Principal": {"AWS": "123456789012"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trusting]})
    made = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
    arn = permit(aws, made["Role"]["Arn"], "secretsmanager:GetSecretValue")
    read = aws("secretsmanager", **assume(arn)).get_secret_value
    told = ("AccessDeniedException", 400, "Access to KMS is not allowed")
    assert refused(read, SecretId=name) == told
    of_another = {"StringEquals": {"kms:EncryptionContext:SecretARN": f"{secret['arn']}-other"}}
    permit(aws, arn, "kms:Decrypt", resource=secret["key"], condition=of_another)
    assert refused(read, SecretId=name) == told
    through = {"StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}}
    permit(aws, arn, "kms:Decrypt", resource=secret["key"], condition=through)
    assert "hidden-1" in read(SecretId=name)["SecretString"]


@pytest.mark.parametrize("named", [False, True])
def test_dms_reads_it_once_the_contract_names_the_key(
    aws: Callable[..., Any],
    dms: Any,
    available: str,
    secret: dict[str, Any],
    name: str,
    named: bool,
) -> None:
    documents = Documents("sandbox")
    existing = {"create": False, "host": "127.0.0.1", "database": "shop", "secret": name}
    documents.platform["source"] = existing | ({"secret_kms_key": secret["key"]} if named else {})
    policy = derive(*documents)["ingestion"]["roles"]["source_secret"]["policy"]
    reader = role(aws, f"{name}-secret", REGIONAL)
    aws("iam").put_role_policy(
        RoleName=f"{name}-secret", PolicyName="own", PolicyDocument=json.dumps(policy)
    )
    endpoint = dms.create_endpoint(
        EndpointIdentifier=name,
        EndpointType="source",
        EngineName="postgres",
        PostgreSQLSettings={
            "SecretsManagerSecretId": name,
            "SecretsManagerAccessRoleArn": reader,
            "DatabaseName": "shop",
        },
    )["Endpoint"]["EndpointArn"]
    dms.test_connection(ReplicationInstanceArn=available, EndpointArn=endpoint)
    by_endpoint = [{"Name": "endpoint-arn", "Values": [endpoint]}]
    with pytest.raises(Exception, match="terminal failure"):
        dms.get_waiter("test_connection_succeeds").wait(Filters=by_endpoint, WaiterConfig=QUICKLY)
    (connection,) = dms.describe_connections(Filters=by_endpoint)["Connections"]
    refusal = "Access to KMS is not allowed" in connection["LastFailureMessage"]
    assert refusal is not named, connection["LastFailureMessage"]
    dms.delete_endpoint(EndpointArn=endpoint)
