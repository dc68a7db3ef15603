"""Tags go with what has them, which moto keeps."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend, ec2_backends

from sandbox.call import Call
from sandbox.registry import operation


@operation("ec2", "DescribeTags")
def describe_tags(call: Call, **_: Any) -> dict[str, Any]:
    """The tags of what there is.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
    """
    ec2 = ec2_backends[call.account][call.region]
    answer = call.moto()
    resources = {tag["ResourceId"] for tag in answer["Tags"]}
    there = {resource for resource in resources if _exists(ec2, resource)}
    return answer | {"Tags": [tag for tag in answer["Tags"] if tag["ResourceId"] in there]}


def _exists(ec2: EC2Backend, resource: str) -> bool:
    endpoint = ec2.vpc_end_points.get(resource)
    if endpoint is not None:
        return endpoint.state != "deleted"
    try:
        return ec2.do_resources_exist([resource])
    except EC2ClientError:
        return False
