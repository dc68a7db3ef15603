"""A table has an ID of its own, as clients expect."""

from __future__ import annotations


def test_a_table_keeps_its_id_until_it_is_made_again(aws):
    dynamodb = aws("dynamodb")
    key = {"AttributeName": "name", "AttributeType": "S"}
    options = {
        "TableName": "cursors",
        "AttributeDefinitions": [key],
        "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    made = dynamodb.create_table(**options)["TableDescription"]["TableId"]
    assert dynamodb.describe_table(TableName="cursors")["Table"]["TableId"] == made
    dynamodb.delete_table(TableName="cursors")
    assert dynamodb.create_table(**options)["TableDescription"]["TableId"] != made
