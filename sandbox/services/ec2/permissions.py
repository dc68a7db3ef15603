"""Leave that is asked beside that to make an endpoint.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from __future__ import annotations

from sandbox.authorization.dependents import Wanted, dependents
from sandbox.call import Call
from sandbox.services.ec2.checks import INTERFACE

# the zone of a service is AWS's, and its ID is not known before
ZONE = "arn:aws:route53:::hostedzone/*"
SERVICES, OF_OTHERS = "com.amazonaws.", "com.amazonaws.vpce."


@dependents("ec2")
def besides_the_action(call: Call) -> list[Wanted]:
    """Who makes an endpoint with private names joins the VPC to the zone that has them."""
    if call.operation != "CreateVpcEndpoint":
        return []
    service = str(call.params.get("ServiceName") or "")
    by_default = (
        call.params.get("VpcEndpointType") == INTERFACE
        and service.startswith(SERVICES)
        and not service.startswith(OF_OTHERS)
    )
    if not call.params.get("PrivateDnsEnabled", by_default):
        return []
    return [Wanted("route53:AssociateVPCWithHostedZone", ZONE)]
