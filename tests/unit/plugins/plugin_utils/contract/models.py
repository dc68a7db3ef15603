"""What AWS's own models say of settings that the contract derives."""

from __future__ import annotations

from typing import Any

import boto3
from ansible_collections.modern_data.warehouse.plugins.module_utils.shapes import to_api
from botocore.validate import ParamValidator


def accepted(service: str, operation: str, **settings: Any) -> None:
    """Assert that botocore's model of the API takes these snake_case settings."""
    model = boto3.client(service, region_name="us-east-1").meta.service_model
    shape = model.operation_model(operation).input_shape
    report = ParamValidator().validate(to_api(shape, settings), shape)
    assert not report.has_errors(), report.generate_report()
