from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.shapes import from_api, to_api


def shapes(service: str, operation: str) -> Any:
    client = boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id="AKIAUNITTESTS0000000",
        aws_secret_access_key="unit-test-secret-key",
    )
    return client.meta.service_model.operation_model(operation)


def test_members_are_renamed_and_keys_of_the_users_maps_are_not():
    request = to_api(
        shapes("glue", "CreateDatabase").input_shape,
        {
            "database_input": {"name": "shop", "parameters": {"my_Key": "x"}, "description": None},
            "tags": {"cost_center": "1"},
        },
    )
    assert request == {
        "DatabaseInput": {"Name": "shop", "Parameters": {"my_Key": "x"}},
        "Tags": {"cost_center": "1"},
    }


def test_an_answer_comes_back_as_it_was_sent():
    endpoint = {
        "s3_settings": {"bucket_name": "b", "add_column_name": True},
        "tags": [{"key": "A"}],
    }
    shape = shapes("dms", "CreateEndpoint").input_shape
    assert from_api(shape, to_api(shape, endpoint)) == endpoint


def test_an_unknown_member_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="has no member bucket"):
        to_api(shapes("dms", "CreateEndpoint").input_shape, {"s3_settings": {"bucket": "b"}})
