"""A query shows the columns and rows that Lake Formation opens to its caller, and no others."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError

from tests.sandbox.athena_tools import allow, declare, parquet
from tests.sandbox.lake_tools import refused

NOT_RESOLVED = "cannot be resolved or requester is not authorized to access requested resources"


@pytest.fixture(scope="module")
def analyst(reader, on_orders):
    """May read two columns, of all rows."""
    return reader((on_orders.columns("order_id", "total_amount"), ["SELECT"]))


@pytest.fixture(scope="module")
def support(reader, on_orders):
    """May read two columns of the rows of one country, which is none of them."""
    return reader((on_orders.cells("country = 'FR'", "order_id", "created_at"), ["SELECT"]))


def test_a_star_stands_for_the_granted_columns(analyst):
    rows = analyst.rows("SELECT * FROM orders ORDER BY order_id")
    assert rows == [["order_id", "total_amount"], ["1", "1.50"], ["2", None], ["3", "3.25"]]


@pytest.mark.parametrize(
    ("sql", "place", "shown"),
    [
        ("SELECT email FROM orders", "line 1:8", "email"),
        ("SELECT count(*)\nFROM orders o\nWHERE o.email IS NULL", "line 3:7", "o.email"),
        ("SELECT a.order_id FROM orders a JOIN orders b USING (email)", "line 1:54", "email"),
        ("WITH x AS (SELECT upper(email) e FROM orders) SELECT e FROM x", "line 1:25", "email"),
    ],
)
def test_a_column_that_is_not_granted_cannot_be_resolved(analyst, sql, place, shown):
    assert analyst.failure(sql) == f"COLUMN_NOT_FOUND: {place}: Column '{shown}' {NOT_RESOLVED}"


def test_a_filter_hides_rows_and_tests_columns_that_it_does_not_show(support):
    rows = support.rows("SELECT * FROM orders ORDER BY order_id")
    assert [row[0] for row in rows] == ["order_id", "1", "3"]
    assert support.rows("SELECT count(*) FROM orders") == [["_col0"], ["2"]]
    assert "'country' cannot be resolved" in support.failure("SELECT country FROM orders")


def test_several_filters_are_united_cell_by_cell(reader, on_orders):
    united = reader(
        (on_orders.cells("country = 'FR'", "order_id", "total_amount"), ["SELECT"]),
        (on_orders.cells("country IN ('DE') AND order_id > 1", "order_id", "email"), ["SELECT"]),
    )
    assert united.rows("SELECT order_id, email, total_amount FROM orders ORDER BY 1") == [
        ["order_id", "email", "total_amount"],
        ["1", None, "1.50"],
        ["2", 'b"o,b', None],
        ["3", None, "3.25"],
    ]


def test_an_error_tells_nothing_of_hidden_rows(reader, on_orders):
    hidden = reader((on_orders.cells("email IS NULL", "order_id", "email"), ["SELECT"]))
    assert hidden.rows("SELECT count(*) FROM orders WHERE CAST(email AS integer) > 0") == [
        ["_col0"],
        ["0"],
    ]


def test_who_holds_nothing_is_refused_the_table(reader, on_orders):
    reason = reader().failure("SELECT 1 FROM orders")
    assert "Insufficient Lake Formation permission(s)" in reason
    describer = reader((on_orders.whole, ["DESCRIBE"]))
    assert describer.failure("SELECT * FROM orders") == (
        "COLUMN_NOT_FOUND: line 1:8: Relation contains no accessible columns"
    )
    assert "Required Select on orders" in describer.failure("SELECT count(*) FROM orders")


def test_a_revoked_grant_is_gone_at_once(lake, reader, on_orders):
    resource = on_orders.columns("order_id", "email")
    queries = reader((resource, ["SELECT"]))
    assert len(queries.rows("SELECT email FROM orders")) == 4
    lake.formation.revoke_permissions(
        Principal={"DataLakePrincipalIdentifier": queries.arn},
        Resource=on_orders.columns("email"),
        Permissions=["SELECT"],
    )
    assert "COLUMN_NOT_FOUND" in queries.failure("SELECT email FROM orders")


def test_the_files_are_read_by_the_role_of_the_location_and_not_by_the_caller(aws, lake, analyst):
    with pytest.raises(ClientError, match="AccessDenied"):
        aws("s3", **analyst.credentials).get_object(Bucket=lake.bucket, Key="orders/a.parquet")
    assert len(analyst.rows("SELECT order_id FROM orders")) == 4


def test_where_lake_formation_does_not_govern_the_caller_reads_the_files(lake, analyst):
    database = f"open_{lake.database}"
    lake.glue.create_database(DatabaseInput={"Name": database})
    numbers = parquet(pa.table({"n": pa.array([1, 2], pa.int64())}))
    for name, bucket in (("opened", lake.results), ("closed", lake.bucket)):
        lake.s3.put_object(Bucket=bucket, Key="open/a.parquet", Body=numbers)
        declare(lake.glue, database, name, f"s3://{bucket}/open/", {"n": "bigint"})
        lake.formation.grant_permissions(
            Principal={"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"},
            Resource={"Table": {"DatabaseName": database, "Name": name}},
            Permissions=["ALL"],
        )
    assert analyst.rows(f"SELECT sum(n) FROM {database}.opened") == [["_col0"], ["3"]]
    reason = analyst.failure(f"SELECT sum(n) FROM {database}.closed")
    assert "Permission denied on S3 path" in reason


def test_lists_show_what_the_caller_sees(lake, analyst):
    assert analyst.rows("SHOW TABLES 'ord*'") == [["orders"]]
    assert [row[0].strip() for row in analyst.rows(f"SHOW COLUMNS IN {lake.database}.orders")] == [
        "order_id",
        "total_amount",
    ]
    assert analyst.rows("DESCRIBE orders")[0] == [f"{'order_id':20}\t{'bigint':20}\t{'':20}"]
    assert [lake.database] in analyst.rows("SHOW DATABASES")
    told = analyst.client.get_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName=lake.database, TableName="orders"
    )["TableMetadata"]
    assert [column["Name"] for column in told["Columns"]] == ["order_id", "total_amount"]


def test_what_a_stranger_asks_of_the_catalog_is_refused(lake, reader):
    stranger = reader()
    catalog = {"CatalogName": "AwsDataCatalog"}
    found = stranger.client.list_databases(**catalog)["DatabaseList"]
    assert lake.database not in [database["Name"] for database in found]
    code, message = refused(
        stranger.client.get_table_metadata,
        **catalog,
        DatabaseName=lake.database,
        TableName="orders",
    )
    assert (code, "Insufficient Lake Formation" in message) == ("MetadataException", True)


def test_glue_tells_versions_and_partitions_as_far_as_the_table(aws, lake, reader, analyst):
    place = {"DatabaseName": lake.database, "TableName": "orders"}
    glue = aws("glue", **analyst.credentials)
    versions = [glue.get_table_version(**place, VersionId="0")["TableVersion"]]
    versions += glue.get_table_versions(**place)["TableVersions"]
    for version in versions:
        columns = version["Table"]["StorageDescriptor"]["Columns"]
        assert [column["Name"] for column in columns] == ["order_id", "total_amount"]
    stranger = aws("glue", **reader().credentials)
    for operation in (stranger.get_partitions, stranger.get_table_versions):
        code, message = refused(operation, **place)
        assert (code, "Required Describe on orders" in message) == ("AccessDeniedException", True)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT * FROM read_csv('/etc/passwd')", "FUNCTION_NOT_FOUND"),
        ("SELECT read_text('/etc/passwd')", "FUNCTION_NOT_FOUND"),
        ("SELECT * FROM \"read_text\"('/etc/passwd')", "FUNCTION_NOT_FOUND"),
        ('SELECT * FROM "/etc/passwd"', "TABLE_NOT_FOUND"),
        ("SELECT * FROM landed", "TABLE_NOT_FOUND"),
        ("SELECT * FROM information_schema.tables", "SCHEMA_NOT_FOUND"),
    ],
)
def test_nothing_but_tables_of_the_catalog_is_read(administrator, sql, reason):
    assert administrator.failure(sql).startswith(reason)


def test_results_are_written_and_read_with_the_rights_of_the_caller(lake, reader, on_orders):
    rights = allow(["athena:*", "glue:Get*", "lakeformation:GetDataAccess"])
    readable = allow(["s3:GetBucketLocation"], f"arn:aws:s3:::{lake.results}")
    lake.s3.put_bucket_policy(Bucket=lake.results, Policy=_denied(lake.results, "queries/*"))
    try:
        queries = reader((on_orders.whole, ["SELECT"]), policy=[rights, readable])
        reason = queries.failure("SELECT order_id FROM orders")
        assert reason.startswith(f"Access denied when writing output to url: {queries.location}/")
    finally:
        lake.s3.delete_bucket_policy(Bucket=lake.results)


def _denied(bucket, keys):
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/{keys}",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_result_that_s3_denies_is_not_told(lake, analyst):
    identifier = analyst.start("SELECT order_id FROM orders")
    analyst.ended(identifier)
    policy = _denied(lake.results, "queries/*").replace("PutObject", "GetObject")
    lake.s3.put_bucket_policy(Bucket=lake.results, Policy=policy)
    try:
        code, message = refused(analyst.client.get_query_results, QueryExecutionId=identifier)
        assert (code, "Access denied" in message) == ("InvalidRequestException", True)
    finally:
        lake.s3.delete_bucket_policy(Bucket=lake.results)
