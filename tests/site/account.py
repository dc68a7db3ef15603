"""What an AWS account holds of what the site makes.

`python -m tests.site.account` prints it as JSON, for a playbook that compares before and after.
"""

from __future__ import annotations

import json

import jmespath

from demo.aws import client

SHARED = {
    "iam list_roles": ["dms-cloudwatch-logs-role", "dms-vpc-role"],
    "logs describe_log_groups": ["/aws-glue/crawlers"],
}
"""What is one per account: every stack shares it, and none takes it away."""

QUERIES = {
    "cloudwatch": {"describe_alarms": "MetricAlarms[].AlarmName"},
    "dms": {
        "describe_endpoints": "Endpoints[].EndpointIdentifier",
        "describe_replication_instances": "ReplicationInstances[].ReplicationInstanceIdentifier",
        "describe_replication_subnet_groups": (
            "ReplicationSubnetGroups[].ReplicationSubnetGroupIdentifier"
        ),
        "describe_replication_tasks": "ReplicationTasks[].ReplicationTaskIdentifier",
    },
    "dynamodb": {"list_tables": "TableNames"},
    "ec2": {
        "describe_security_groups": "SecurityGroups[?GroupName != 'default'].GroupName",
        "describe_subnets": "Subnets[?!DefaultForAz].CidrBlock",
        "describe_vpc_endpoints": "VpcEndpoints[?State != 'deleted'].ServiceName",
        "describe_vpcs": "Vpcs[?!IsDefault].CidrBlock",
    },
    "glue": {
        "get_databases": "DatabaseList[].Name",
        "list_crawlers": "CrawlerNames",
    },
    "iam": {"list_roles": "Roles[?Path == '/'].RoleName"},
    "lakeformation": {
        # who may create databases in the account's catalog is a setting of the account
        "list_permissions": (
            "PrincipalResourcePermissions[?!Resource.Catalog].Principal.DataLakePrincipalIdentifier"
        ),
        "list_resources": "ResourceInfoList[].ResourceArn",
    },
    "logs": {"describe_log_groups": "logGroups[].logGroupName"},
    "rds": {
        "describe_db_instances": "DBInstances[].DBInstanceIdentifier",
        "describe_db_parameter_groups": (
            "DBParameterGroups[?!starts_with(DBParameterGroupName, 'default.')]"
            ".DBParameterGroupName"
        ),
        "describe_db_subnet_groups": "DBSubnetGroups[].DBSubnetGroupName",
    },
    "redshift-serverless": {
        "list_namespaces": "namespaces[].namespaceName",
        "list_usage_limits": "usageLimits[].usageType",
        "list_workgroups": "workgroups[].workgroupName",
    },
    "s3": {"list_buckets": "Buckets[].Name"},
    "scheduler": {"list_schedules": "Schedules[].Name"},
    "secretsmanager": {"list_secrets": "SecretList[].Name"},
    "sns": {"list_topics": "Topics[].TopicArn"},
    "stepfunctions": {"list_state_machines": "stateMachines[].name"},
}


def holds() -> dict[str, list[str]]:
    """The names of everything there is, by the operation that lists it."""
    found = {}
    for service, queries in QUERIES.items():
        aws = client(service)
        for operation, names in queries.items():
            listed = jmespath.search(names, getattr(aws, operation)())
            if listed:
                found[f"{service} {operation}"] = sorted(listed)
    return found


if __name__ == "__main__":
    print(json.dumps(holds(), indent=2))
