"""What an S3 request asks leave for: S3 names its actions after what is read or written.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from sandbox.authorization.dependents import Wanted

BUCKET_ACTIONS = {
    "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
OBJECT_ACTIONS = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "HeadObject": "GetObject",
    "ListParts": "ListMultipartUploadParts",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
# of an object's version there is an action of its own
VERSIONED = {
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
}
# what an upload may say beside the object, and the action that it then needs, too
UPLOADS = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})
BESIDE = {
    "x-amz-acl": "PutObjectAcl",
    "x-amz-grant-full-control": "PutObjectAcl",
    "x-amz-grant-read": "PutObjectAcl",
    "x-amz-object-lock-legal-hold": "PutObjectLegalHold",
    "x-amz-object-lock-mode": "PutObjectRetention",
    "x-amz-tagging": "PutObjectTagging",
}
READS = frozenset({"GetObject", "HeadObject"})


@dataclass(frozen=True)
class S3Request:
    """One request: its operation, where it goes, its query and its headers in lower case."""

    operation: str
    bucket: str
    key: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def wanted(self) -> list[Wanted]:
        """The actions, each with its resource; their condition keys are keys()."""
        if not self.bucket:
            return [self._on("*", "ListAllMyBuckets")]
        if not self.key:
            name = BUCKET_ACTIONS.get(self.operation, self.operation)
            return [self._on(self.bucket, name)]
        path = f"{self.bucket}/{self.key}"
        return [*(self._on(path, name) for name in self._names()), *self._source()]

    def keys(self) -> dict[str, list[str]]:
        """The condition keys that S3 fills from the query and the headers.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
        """
        given = {"s3:VersionId": self.query.get("versionId")}
        if self.operation in {"ListObjects", "ListObjectsV2", "ListObjectVersions"}:
            for name in ("prefix", "delimiter", "max-keys"):
                given[f"s3:{name}"] = self.query.get(name)
        given |= {
            f"s3:{name}": value
            for name, value in self.headers.items()
            if name.startswith("x-amz-") and name != "x-amz-date"
        }
        presigned = "X-Amz-Signature" in self.query or "Signature" in self.query
        given["s3:authType"] = "REST-QUERY-STRING" if presigned else "REST-HEADER"
        return {name: [value] for name, value in given.items() if value is not None}

    def _names(self) -> list[str]:
        name = OBJECT_ACTIONS.get(self.operation, self.operation)
        if self.query.get("versionId"):
            name = VERSIONED.get(name, name)
        names = [name]
        if self.operation == "GetObjectAttributes":
            names += [VERSIONED["GetObject"] if self.query.get("versionId") else "GetObject"]
        if self.operation in UPLOADS:
            names += [action for header, action in BESIDE.items() if header in self.headers]
        return list(dict.fromkeys(names))

    def _source(self) -> list[Wanted]:
        """The right to read what is copied."""
        if self.operation not in {"CopyObject", "UploadPartCopy"}:
            return []
        path, _, version = self.headers.get("x-amz-copy-source", "").partition("?versionId=")
        action = "GetObjectVersion" if version else "GetObject"
        return [self._on(unquote(path).lstrip("/"), action)]

    def _on(self, path: str, name: str) -> Wanted:
        arn = path if path == "*" else f"arn:aws:s3:::{path}"
        return Wanted(f"s3:{name}", arn, self.keys())
