"""The door of S3 asks IAM, whatever form a request has."""

from __future__ import annotations

import uuid
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.sandbox.identities import permit, refused


@pytest.fixture(scope="module")
def bucket(aws):
    name = f"gate-{uuid.uuid4().hex[:8]}"
    aws("s3").create_bucket(Bucket=name)
    for key in ("a/1", "a/2", "b/1"):
        aws("s3").put_object(Bucket=name, Key=key, Body=b"x")
    return name


def test_a_bucket_is_listed_by_prefix(aws, bucket, user):
    arn, clients = user()
    condition = {"StringLike": {"s3:prefix": "a/*"}}
    permit(aws, arn, "s3:ListBucket", resource=f"arn:aws:s3:::{bucket}", condition=condition)
    s3 = clients("s3")
    assert s3.list_objects_v2(Bucket=bucket, Prefix="a/")["KeyCount"] == 2
    for prefix in ("b/", ""):
        assert refused(s3.list_objects_v2, Bucket=bucket, Prefix=prefix)[0] == "AccessDenied"


def test_objects_are_read_copied_and_deleted_by_right(bucket, user):
    _, clients = user(
        "s3:GetObject", "s3:PutObject", "s3:DeleteObject", resource=f"arn:aws:s3:::{bucket}/a/*"
    )
    s3 = clients("s3")
    s3.get_object(Bucket=bucket, Key="a/1")
    assert "s3:GetObject" in refused(s3.get_object, Bucket=bucket, Key="b/1")[2]
    assert refused(s3.head_object, Bucket=bucket, Key="b/1")[1] == 403
    copy = {"Bucket": bucket, "Key": "a/3"}
    s3.copy_object(CopySource=f"{bucket}/a/1", **copy)
    assert "b/1" in refused(s3.copy_object, CopySource=f"{bucket}/b/1", **copy)[2]
    both = {"Objects": [{"Key": "a/3"}, {"Key": "b/1"}]}
    answer = s3.delete_objects(Bucket=bucket, Delete=both)
    assert [each["Key"] for each in answer["Deleted"]] == ["a/3"]
    assert [(each["Key"], each["Code"]) for each in answer["Errors"]] == [("b/1", "AccessDenied")]


def test_an_upload_is_broken_off_without_the_right_to_delete(bucket, user):
    _, clients = user("s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObjectTagging")
    s3 = clients("s3")
    place = {"Bucket": bucket, "Key": "a/long"}
    upload = s3.create_multipart_upload(**place)["UploadId"]
    s3.abort_multipart_upload(**place, UploadId=upload)
    s3.delete_object_tagging(Bucket=bucket, Key="a/1")
    assert "s3:DeleteObject " in refused(s3.delete_object, Bucket=bucket, Key="a/1")[2]


def test_whether_an_object_is_there_is_told_to_those_who_may_list(bucket, user):
    _, clients = user("s3:GetObject")
    assert refused(clients("s3").get_object, Bucket=bucket, Key="a/none")[0] == "AccessDenied"
    _, clients = user("s3:GetObject", "s3:ListBucket")
    assert refused(clients("s3").get_object, Bucket=bucket, Key="a/none")[0] == "NoSuchKey"


def test_a_presigned_url_may_what_its_signer_may(aws, bucket, user):
    _, clients = user("s3:GetObject", resource=f"arn:aws:s3:::{bucket}/a/*")
    wanted = {"get_object": "a/1"}
    for method, key in wanted.items():
        url = clients("s3").generate_presigned_url(method, Params={"Bucket": bucket, "Key": key})
        assert urlopen(url).read() == b"x"
    denied = clients("s3").generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": "b/1"}
    )
    with pytest.raises(HTTPError, match="403"):
        urlopen(denied)


def test_nobody_without_a_signature_is_served(sandbox, bucket):
    endpoint = sandbox.settings.endpoint_url
    with pytest.raises(HTTPError, match="403"):
        urlopen(f"{endpoint}/{bucket}/a/1")
    unsigned = Request(
        endpoint,
        data=b"{}",
        headers={
            "X-Amz-Target": "AWSGlue.GetDatabases",
            "Content-Type": "application/x-amz-json-1.1",
        },
    )
    with pytest.raises(HTTPError):
        urlopen(unsigned)
