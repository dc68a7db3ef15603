"""Redshift Serverless and its Data API."""

from __future__ import annotations

from sandbox.authorization.tables.layout import each

RESOURCES = {
    "redshift-serverless": {
        **each("CreateNamespace", "namespace/*"),
        **each("CreateWorkgroup", "workgroup/*"),
        **each("GetNamespace UpdateNamespace DeleteNamespace", "@namespace"),
        **each("GetWorkgroup UpdateWorkgroup DeleteWorkgroup GetCredentials", "@workgroup"),
        **each("CreateSnapshot", "@namespace", "snapshot/*"),
        **each("GetSnapshot UpdateSnapshot DeleteSnapshot", "snapshot/*"),
        **each("ListSnapshots", "snapshot/*"),
        **each("TagResource UntagResource ListTagsForResource", "{resourceArn}"),
    },
    "redshift-data": {
        **each(
            "ExecuteStatement BatchExecuteStatement ListDatabases ListSchemas ListTables "
            "DescribeTable",
            "@workgroup",
        ),
    },
}
