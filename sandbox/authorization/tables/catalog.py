"""Glue and Athena. Lake Formation's operations know no resources.

https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
"""

from __future__ import annotations

from sandbox.authorization.tables.layout import each

_DATABASE = ("catalog", "database/{DatabaseName}")
_TABLE = (*_DATABASE, "table/{DatabaseName}/{TableName}")

RESOURCES = {
    "glue": {
        # of what these list, a caller sees what the action is allowed on
        **each("GetDatabases", "catalog"),
        **each("GetTables", *_DATABASE),
        **each("SearchTables", "catalog", "database/*", "table/*/*"),
        **each("CreateDatabase", "catalog", "database/{DatabaseInput.Name}"),
        **each("GetDatabase UpdateDatabase", "catalog", "database/{Name}"),
        **each(
            "DeleteDatabase",
            "catalog",
            "database/{Name}",
            "table/{Name}/*",
            "userDefinedFunction/{Name}/*",
        ),
        **each("CreateTable UpdateTable", *_DATABASE, "table/{DatabaseName}/{TableInput.Name}"),
        **each("GetTable DeleteTable", *_DATABASE, "table/{DatabaseName}/{Name}"),
        **each("BatchDeleteTable", *_DATABASE, "table/{DatabaseName}/{TablesToDelete}"),
        **each(
            "GetTableVersion GetTableVersions DeleteTableVersion BatchDeleteTableVersion "
            "GetPartition GetPartitions BatchGetPartition CreatePartition BatchCreatePartition "
            "UpdatePartition BatchUpdatePartition DeletePartition BatchDeletePartition "
            "CreatePartitionIndex GetPartitionIndexes DeletePartitionIndex "
            "GetColumnStatisticsForTable UpdateColumnStatisticsForTable "
            "DeleteColumnStatisticsForTable GetColumnStatisticsForPartition "
            "UpdateColumnStatisticsForPartition DeleteColumnStatisticsForPartition",
            *_TABLE,
        ),
        **each("GetUnfilteredTableMetadata", *_DATABASE, "table/{DatabaseName}/{Name}"),
        **each("GetUnfilteredPartitionMetadata GetUnfilteredPartitionsMetadata", *_TABLE),
        **each(
            "GetResourcePolicy GetResourcePolicies PutResourcePolicy DeleteResourcePolicy "
            "GetDataCatalogEncryptionSettings PutDataCatalogEncryptionSettings",
            "catalog",
        ),
        **each("GetCrawler UpdateCrawler DeleteCrawler StartCrawler StopCrawler", "crawler/{Name}"),
        **each("ListCrawls", "crawler/{CrawlerName}"),
        **each("BatchGetCrawlers", "crawler/{CrawlerNames}"),
        **each("GetTags TagResource UntagResource", "{ResourceArn}"),
        **each("CreateJob", "job/{Name}"),
        **each("GetJob UpdateJob DeleteJob StartJobRun GetJobRun GetJobRuns", "job/{JobName}"),
    },
    "athena": {
        **each(
            "StartQueryExecution ListQueryExecutions ListNamedQueries CreateNamedQuery "
            "CreatePreparedStatement GetPreparedStatement UpdatePreparedStatement "
            "DeletePreparedStatement ListPreparedStatements",
            "workgroup/{WorkGroup=primary}",
        ),
        **each("CreateWorkGroup", "workgroup/{Name}"),
        **each("GetWorkGroup UpdateWorkGroup DeleteWorkGroup", "workgroup/{WorkGroup}"),
        **each(
            "GetQueryExecution GetQueryResults StopQueryExecution GetQueryRuntimeStatistics",
            "@workgroup of a query",
        ),
        **each(
            "ListDatabases GetDatabase ListTableMetadata GetTableMetadata",
            "datacatalog/{CatalogName}",
        ),
        **each(
            "CreateDataCatalog GetDataCatalog UpdateDataCatalog DeleteDataCatalog",
            "datacatalog/{Name}",
        ),
        **each("TagResource UntagResource ListTagsForResource", "{ResourceARN}"),
    },
}
