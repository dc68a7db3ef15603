"""IAM: each role may do its work and no more."""

from __future__ import annotations

import json

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from .documents import KEY

WITHOUT_RESOURCE = {
    # actions for which IAM knows no resource
    "lakeformation:GetDataAccess",
    "dms:DescribeReplicationTasks",
    "redshift-data:DescribeStatement",
    "redshift-data:GetStatementResult",
    "redshift-data:CancelStatement",
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
}
MAX_ROLE_POLICY = 10_240


@pytest.fixture
def derived(documents):
    return derive(*documents)


@pytest.fixture
def roles(derived):
    found = {}
    for layer in (
        "ingestion",
        "catalog",
        "warehouse",
        "orchestration",
        "publication",
        "governance",
    ):
        found |= {role["name"]: role for role in derived[layer]["roles"].values()}
    return found


def test_the_roles_are_those_of_the_platform_and_its_readers(roles):
    assert {name.removeprefix("mdw-sandbox-") for name in roles} == {
        "ingestion",
        "source-secret",
        "crawler",
        "lake",
        "copy",
        "load",
        "scheduler",
        "unload",
        "publish",
        "publish-scheduler",
        "analyst",
    }


def test_no_role_has_a_wildcard_action_or_an_unneeded_wildcard_resource(roles):
    for role in roles.values():
        for statement in role["policy"]["Statement"]:
            assert not [action for action in statement["Action"] if "*" in action]
            if statement["Resource"] == ["*"]:
                assert set(statement["Action"]) <= WITHOUT_RESOURCE, statement


def test_each_policy_fits_into_its_role(roles):
    for role in roles.values():
        assert len(json.dumps(role["policy"], separators=(",", ":"))) <= MAX_ROLE_POLICY


def test_only_dms_of_the_region_reads_the_secret(roles):
    [statement] = roles["mdw-sandbox-source-secret"]["assume_role_policy"]["Statement"]
    assert statement["Principal"] == {"Service": "dms.us-east-1.amazonaws.com"}
    [allowed] = roles["mdw-sandbox-source-secret"]["policy"]["Statement"]
    assert allowed["Resource"] == [
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:mdw-sandbox-source-??????"
    ]


def test_dms_uses_the_secrets_own_key_for_that_secret_alone(documents):
    existing = {"create": False, "host": "db", "database": "shop", "secret": "shop/dms"}
    documents.platform["source"] = existing | {"secret_kms_key": KEY}
    policy = derive(*documents)["ingestion"]["roles"]["source_secret"]["policy"]
    [_reads, decrypts, describes] = policy["Statement"]
    assert (decrypts["Action"], decrypts["Resource"]) == (["kms:Decrypt"], [KEY])
    secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/dms-??????"
    assert decrypts["Condition"] == {"StringLike": {"kms:EncryptionContext:SecretARN": secret}}
    assert (describes["Action"], describes["Resource"]) == (["kms:DescribeKey"], [KEY])


def test_a_readers_role_alone_is_marked_as_one(derived, roles):
    readers = derived["governance"]["readers"]
    for name, role in roles.items():
        marked = readers["tags"].items() <= role["tags"].items()
        assert (
            marked
            == (name in derived["governance"]["roles"])
            == (role["arn"] in readers["current"])
        )
    assert readers["tags"] == {"platform": "mdw-sandbox", "reader_of": "mdw-sandbox"}


def test_a_reader_has_no_way_to_objects_but_the_results_of_its_own_queries(derived, roles):
    statements = roles["mdw-sandbox-analyst"]["policy"]["Statement"]
    assert not [
        action
        for statement in statements
        for action in statement["Action"]
        if action.startswith(("iam:", "sts:", "secretsmanager:"))
    ]
    objects = {
        resource
        for statement in statements
        for action in statement["Action"]
        if action in ("s3:GetObject", "s3:PutObject")
        for resource in statement["Resource"]
    }
    assert objects == {f"arn:aws:s3:::{derived['names']['bucket']}/athena/analyst/*"}


def test_raw_objects_are_closed_to_all_but_those_that_move_them(derived):
    [tls, reads, *_encryption] = derived["landing_zone"]["policy"]["Statement"]
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert reads["Effect"] == "Deny" and reads["Principal"] == "*"
    bucket = derived["names"]["bucket"]
    assert reads["Resource"] == [
        f"arn:aws:s3:::{bucket}/{prefix}/*" for prefix in ("raw", "current")
    ]
    exempt = reads["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
    assert "arn:aws:iam::123456789012:role/mdw-sandbox-analyst" not in exempt
    assert "arn:aws:iam::123456789012:role/mdw-sandbox-publish" not in exempt
    assert "arn:aws:iam::123456789012:role/mdw-sandbox-copy" in exempt


def test_only_the_publisher_unloads_and_its_role_reads_nothing_that_landed(derived, roles):
    grants = derived["warehouse"]["privileges"]["grants"]
    [unload] = [grant for grant in grants if grant["privileges"] == ["UNLOAD"]]
    assert unload["role"] == "warehouse_publish"
    assert unload["iam_role"] == roles["mdw-sandbox-unload"]["arn"]
    assert unload["iam_role"] != derived["warehouse"]["namespace"]["default_iam_role_arn"]
    [objects, _bucket] = roles["mdw-sandbox-unload"]["policy"]["Statement"]
    assert objects["Resource"] == [f"arn:aws:s3:::{derived['names']['bucket']}/current/*"]
