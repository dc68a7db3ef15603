from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.s3_bucket import main

NAME = {"Bucket": "shop"}
DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::shop/*"}
POLICY = {"Version": "2012-10-17", "Statement": [DENY]}
BLOCK = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
MANIFESTS = {"id": "manifests", "prefix": "load/", "expiration_days": 90}
MANIFESTS_RULE = {
    "ID": "manifests",
    "Status": "Enabled",
    "Filter": {"Prefix": "load/"},
    "Expiration": {"Days": 90},
}


def encrypted(algorithm: str, **default: Any) -> dict[str, Any]:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **default}}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


@pytest.fixture
def s3(say):
    def s3(operation: str, answer: Any = None, **members: Any):
        return say("s3", operation, {**NAME, **members}, {} if answer is None else answer)

    return s3


@pytest.fixture
def absent(s3):
    return s3("GetBucketVersioning", "NoSuchBucket")


@pytest.fixture
def found(s3):
    """What is read of a bucket that exists; each document that it has not is an error."""

    def found(**documents: Any):
        def document(operation: str, none: str):
            name = operation.removeprefix("Get")
            return s3(operation, documents.get(name, none))

        ownership = "OwnershipControlsNotFoundError"
        encryption = "ServerSideEncryptionConfigurationNotFoundError"
        return [
            s3("GetBucketVersioning", documents.get("BucketVersioning", {})),
            document("GetBucketOwnershipControls", ownership),
            document("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
            document("GetBucketEncryption", encryption),
            document("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"),
            document("GetBucketPolicy", "NoSuchBucketPolicy"),
            document("GetBucketTagging", "NoSuchTagSet"),
        ]

    return found


def test_is_created_with_all_its_documents(run_module, s3, absent, found):
    tags = [{"Key": "environment", "Value": "dev"}]
    ownership = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    script = [
        absent,
        s3("CreateBucket"),
        s3("PutBucketOwnershipControls", OwnershipControls=ownership),
        s3("PutPublicAccessBlock", PublicAccessBlockConfiguration=BLOCK),
        s3("PutBucketEncryption", **encrypted("AES256")),
        s3("PutBucketVersioning", VersioningConfiguration={"Status": "Enabled"}),
        s3("PutBucketPolicy", Policy=json.dumps(POLICY)),
        s3(
            "PutBucketLifecycleConfiguration",
            LifecycleConfiguration={"Rules": [MANIFESTS_RULE]},
        ),
        s3("PutBucketTagging", Tagging={"TagSet": tags}),
        *found(BucketTagging={"TagSet": tags}, BucketPolicy={"Policy": json.dumps(POLICY)}),
    ]
    result = run_module(
        main,
        script,
        name="shop",
        object_ownership="BucketOwnerEnforced",
        public_access_block={"block_public_acls": True, "ignore_public_acls": True},
        encryption={"sse_algorithm": "AES256"},
        versioning=True,
        policy=POLICY,
        lifecycle_rules=[MANIFESTS],
        tags={"environment": "dev"},
    )
    assert result["changed"]
    assert result["bucket"]["policy"] == POLICY
    assert result["bucket"]["bucket_arn"] == "arn:aws:s3:::shop"


def test_is_predicted_in_check_mode(run_module, absent):
    options = {"policy": POLICY, "tags": {"environment": "dev"}}
    result = run_module(main, [absent], True, name="shop", **options)
    assert result["changed"]
    assert result["diff"]["after"] == {"name": "shop", **options}
    assert result["bucket"] == {"name": "shop", "bucket_arn": "arn:aws:s3:::shop", **options}


def test_that_is_right_is_left_alone(run_module, found):
    documents = found(
        PublicAccessBlock={"PublicAccessBlockConfiguration": {**BLOCK, "BlockPublicPolicy": True}},
        BucketEncryption=encrypted("AES256"),
        BucketLifecycleConfiguration={"Rules": [MANIFESTS_RULE]},
        BucketPolicy={"Policy": json.dumps({**POLICY, "Statement": {**DENY, "Action": ["s3:*"]}})},
    )
    result = run_module(
        main,
        documents,
        name="shop",
        public_access_block={"block_public_acls": True},
        encryption={"sse_algorithm": "AES256"},
        versioning=False,
        policy=POLICY,
        lifecycle_rules=[MANIFESTS],
    )
    assert not result["changed"]


def test_what_is_not_named_of_a_block_stays(run_module, s3, found):
    block = {"PublicAccessBlockConfiguration": BLOCK}
    changed = {**BLOCK, "IgnorePublicAcls": False}
    script = [
        *found(PublicAccessBlock=block),
        s3("PutPublicAccessBlock", PublicAccessBlockConfiguration=changed),
        *found(PublicAccessBlock={"PublicAccessBlockConfiguration": changed}),
    ]
    result = run_module(
        main, script, name="shop", public_access_block={"ignore_public_acls": False}
    )
    assert result["diff"]["after"] == {"public_access_block": {"ignore_public_acls": False}}


def test_the_key_of_kms_goes_with_kms(run_module, s3, found):
    script = [
        *found(BucketEncryption=encrypted("aws:kms", KMSMasterKeyID="key-1")),
        s3("PutBucketEncryption", **encrypted("AES256")),
        *found(BucketEncryption=encrypted("AES256")),
    ]
    options = {"encryption": {"sse_algorithm": "AES256"}}
    assert run_module(main, script, name="shop", **options)["changed"]


def test_empty_policy_rules_and_tags_are_taken_away(run_module, s3, found):
    script = [
        *found(
            BucketPolicy={"Policy": json.dumps(POLICY)},
            BucketLifecycleConfiguration={"Rules": [MANIFESTS_RULE]},
            BucketTagging={"TagSet": [{"Key": "a", "Value": "1"}]},
        ),
        s3("DeleteBucketPolicy"),
        s3("DeleteBucketLifecycle"),
        s3("DeleteBucketTagging"),
        *found(),
    ]
    assert run_module(main, script, name="shop", policy={}, lifecycle_rules=[], tags={})["changed"]


@pytest.mark.parametrize("check", [False, True])
def test_what_is_not_there_is_not_taken_away(run_module, found, check):
    options = {"policy": {}, "lifecycle_rules": [], "tags": {}}
    assert not run_module(main, found(), check, name="shop", **options)["changed"]


def test_other_tags_stay_in_the_set(run_module, s3, found):
    old = [{"Key": "a", "Value": "1"}]
    new = [*old, {"Key": "b", "Value": "2"}]
    script = [
        *found(BucketTagging={"TagSet": old}),
        s3("PutBucketTagging", Tagging={"TagSet": new}),
        *found(BucketTagging={"TagSet": new}),
    ]
    result = run_module(main, script, name="shop", tags={"b": "2"}, purge_tags=False)
    assert result["bucket"]["tags"] == {"a": "1", "b": "2"}


def test_force_deletes_every_version(run_module, s3, found, absent):
    versions = [{"Key": "one", "VersionId": "1"}, {"Key": "one", "VersionId": "2"}]
    marker = {"Key": "two", "VersionId": "3"}
    script = [
        *found(),
        s3("ListObjectVersions", {"Versions": versions, "DeleteMarkers": [marker]}),
        s3("DeleteObjects", Delete={"Objects": [*versions, marker], "Quiet": True}),
        s3("ListObjectVersions"),
        s3("DeleteBucket"),
        absent,
    ]
    assert run_module(main, script, name="shop", state="absent", force=True)["changed"]


def test_an_object_that_stays_is_an_error(run_module, s3, found):
    version = {"Key": "one", "VersionId": "1"}
    denied = {"Errors": [{**version, "Code": "AccessDenied", "Message": "It is locked"}]}
    script = [
        *found(),
        s3("ListObjectVersions", {"Versions": [version]}),
        s3("DeleteObjects", denied, Delete={"Objects": [version], "Quiet": True}),
    ]
    result = run_module(main, script, name="shop", state="absent", force=True)
    assert "one can't be deleted: It is locked" in result["msg"]


def test_a_bucket_with_objects_is_not_deleted_without_force(run_module, s3, found):
    script = [*found(), s3("DeleteBucket", "BucketNotEmpty")]
    result = run_module(main, script, name="shop", state="absent")
    assert "it isn't empty: force=true deletes all of its objects" in result["msg"]


def test_one_that_is_not_there_is_absent(run_module, absent):
    assert not run_module(main, [absent], name="shop", state="absent")["changed"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "Shop"}, "name must be 3 to 63 lower-case letters"),
        (
            {"encryption": {"sse_algorithm": "AES256", "kms_master_key_id": "key-1"}},
            "encryption.kms_master_key_id is for sse_algorithm=aws:kms",
        ),
        ({"lifecycle_rules": [{"id": "none"}]}, "the lifecycle rule none does nothing"),
    ],
)
def test_bad_input_is_refused_before_any_call(run_module, options, message):
    assert message in run_module(main, [], **{"name": "shop", **options})["msg"]


def test_a_denied_caller_learns_the_name_of_the_iam_action(run_module, s3, found):
    script = [*found()[:3], s3("GetBucketEncryption", "AccessDenied")]
    assert (
        "IAM action s3:GetEncryptionConfiguration" in run_module(main, script, name="shop")["msg"]
    )
