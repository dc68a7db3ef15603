"""A lake that Lake Formation governs: a table of orders, whose files only its role may read."""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace

import pytest

from tests.sandbox.athena_tools import (
    ORDERS,
    ROOT,
    Queries,
    allow,
    declare,
    make_role,
    parquet,
    reader_policy,
)
from tests.sandbox.lake_tools import ADMINISTRATOR, ALL, principal


@pytest.fixture(scope="module")
def lake(aws):
    """The buckets, the database, and the clients of the administrator."""
    suffix = uuid.uuid4().hex[:8]
    made = SimpleNamespace(
        bucket=f"lake-{suffix}",
        results=f"results-{suffix}",
        database=f"db_{suffix}",
        formation=aws("lakeformation"),
        glue=aws("glue"),
        s3=aws("s3"),
    )
    made.formation.put_data_lake_settings(
        DataLakeSettings={
            "DataLakeAdmins": [principal(ADMINISTRATOR)],
            "CreateDatabaseDefaultPermissions": [],
            "CreateTableDefaultPermissions": [],
        }
    )
    _fill(made)
    _guard(aws, made)
    yield made
    made.formation.deregister_resource(ResourceArn=f"arn:aws:s3:::{made.bucket}")
    made.formation.put_data_lake_settings(
        DataLakeSettings={
            "CreateDatabaseDefaultPermissions": ALL,
            "CreateTableDefaultPermissions": ALL,
        }
    )


def _fill(lake):
    for bucket in (lake.bucket, lake.results):
        lake.s3.create_bucket(Bucket=bucket)
    lake.s3.put_object(Bucket=lake.bucket, Key="orders/a.parquet", Body=parquet(ORDERS[:2]))
    lake.s3.put_object(Bucket=lake.bucket, Key="orders/b.parquet", Body=parquet(ORDERS[2:]))
    lake.s3.put_object(Bucket=lake.bucket, Key="orders/_SUCCESS", Body=b"no parquet")
    lake.glue.create_database(DatabaseInput={"Name": lake.database})
    declare(lake.glue, lake.database, "orders", f"s3://{lake.bucket}/orders/")


def _guard(aws, lake):
    """Register the lake with a role of its own, and close its bucket to all others."""
    files = [f"arn:aws:s3:::{lake.bucket}", f"arn:aws:s3:::{lake.bucket}/*"]
    own = make_role(
        aws,
        "lake",
        {"Service": "lakeformation.amazonaws.com"},
        allow(["s3:GetObject", "s3:ListBucket"], files),
    )
    lake.formation.register_resource(ResourceArn=files[0], RoleArn=own)
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": files,
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": [own, ADMINISTRATOR]}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    lake.s3.put_bucket_policy(Bucket=lake.bucket, Policy=document)


@pytest.fixture(scope="module")
def reader(aws, assume, lake):
    """Makes a role with the IAM rights of a reader, and some grants; returns its queries.

    A grant is a Resource structure, with the permissions on it.
    """

    def make(*grants, policy=None):
        arn = make_role(aws, "reader", ROOT, *(policy or reader_policy(lake.results)))
        for resource, permissions in grants:
            lake.formation.grant_permissions(
                Principal=principal(arn), Resource=resource, Permissions=permissions
            )
        credentials = assume(arn)
        queries = Queries(aws("athena", **credentials), lake.database, lake.results)
        queries.arn, queries.credentials = arn, credentials
        return queries

    return make


@pytest.fixture(scope="module")
def on_orders(lake):
    """Resource structures of the table of orders, to be granted."""

    def columns(*names):
        table = {"DatabaseName": lake.database, "Name": "orders"}
        return {"TableWithColumns": {**table, "ColumnNames": list(names)}}

    def cells(rows, *names):
        name = f"filter-{uuid.uuid4().hex[:8]}"
        table = {"DatabaseName": lake.database, "TableName": "orders", "Name": name}
        place = {"TableCatalogId": "123456789012", **table}
        lake.formation.create_data_cells_filter(
            TableData={
                **place,
                "RowFilter": {"FilterExpression": rows},
                "ColumnNames": list(names),
            }
        )
        return {"DataCellsFilter": place}

    whole = {"Table": {"DatabaseName": lake.database, "Name": "orders"}}
    return SimpleNamespace(columns=columns, cells=cells, whole=whole)


@pytest.fixture(scope="module")
def administrator(aws, lake):
    """The queries of the administrator, who made the table."""
    return Queries(aws("athena"), lake.database, lake.results)
