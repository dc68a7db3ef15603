"""DMS and RDS, where changes come from."""

from __future__ import annotations

from sandbox.authorization.tables.layout import each

RESOURCES = {
    "dms": {
        **each(
            "ModifyEndpoint DeleteEndpoint DescribeSchemas DescribeRefreshSchemasStatus",
            "{EndpointArn}",
        ),
        **each(
            "ModifyReplicationInstance DeleteReplicationInstance RebootReplicationInstance "
            "ApplyPendingMaintenanceAction DescribeReplicationInstanceTaskLogs",
            "{ReplicationInstanceArn}",
        ),
        **each(
            "TestConnection DeleteConnection RefreshSchemas",
            "{EndpointArn}",
            "{ReplicationInstanceArn}",
        ),
        **each("DeleteReplicationSubnetGroup", "subgrp:{ReplicationSubnetGroupIdentifier}"),
        **each(
            "CreateReplicationTask",
            "{SourceEndpointArn}",
            "{TargetEndpointArn}",
            "{ReplicationInstanceArn}",
        ),
        **each(
            "ModifyReplicationTask DeleteReplicationTask StartReplicationTask "
            "StopReplicationTask ReloadTables DescribeTableStatistics "
            "StartReplicationTaskAssessment",
            "{ReplicationTaskArn}",
        ),
        **each("MoveReplicationTask", "{ReplicationTaskArn}", "{TargetReplicationInstanceArn}"),
        **each("CreateReplicationConfig", "{SourceEndpointArn}", "{TargetEndpointArn}"),
        **each(
            "ModifyReplicationConfig DeleteReplicationConfig StartReplication StopReplication "
            "ReloadReplicationTables DescribeReplicationTableStatistics",
            "{ReplicationConfigArn}",
        ),
        **each("DeleteCertificate", "{CertificateArn}"),
        **each("AddTagsToResource RemoveTagsFromResource", "{ResourceArn}"),
        **each("ListTagsForResource", "?{ResourceArn}", "?{ResourceArnList}"),
    },
    "rds": {
        **each(
            "CreateDBInstance",
            "db:{DBInstanceIdentifier}",
            "?pg:{DBParameterGroupName}",
            "?subgrp:{DBSubnetGroupName}",
        ),
        **each(
            "ModifyDBInstance DeleteDBInstance RebootDBInstance StartDBInstance "
            "StopDBInstance DescribeDBLogFiles DownloadDBLogFilePortion "
            "DescribeValidDBInstanceModifications",
            "db:{DBInstanceIdentifier}",
        ),
        **each("DescribeDBInstances", "db:{DBInstanceIdentifier=*}"),
        **each(
            "CreateDBParameterGroup ModifyDBParameterGroup DeleteDBParameterGroup "
            "ResetDBParameterGroup DescribeDBParameters",
            "pg:{DBParameterGroupName}",
        ),
        **each("DescribeDBParameterGroups", "pg:{DBParameterGroupName=*}"),
        **each(
            "CreateDBSubnetGroup ModifyDBSubnetGroup DeleteDBSubnetGroup",
            "subgrp:{DBSubnetGroupName}",
        ),
        **each("DescribeDBSubnetGroups", "subgrp:{DBSubnetGroupName=*}"),
        **each("CreateDBSnapshot", "db:{DBInstanceIdentifier}", "snapshot:{DBSnapshotIdentifier}"),
        **each("DeleteDBSnapshot ModifyDBSnapshot", "snapshot:{DBSnapshotIdentifier}"),
        **each("DescribeDBSnapshots", "snapshot:{DBSnapshotIdentifier=*}"),
        **each("AddTagsToResource RemoveTagsFromResource ListTagsForResource", "{ResourceName}"),
    },
}
