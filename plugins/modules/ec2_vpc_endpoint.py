#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_vpc_endpoint
short_description: Manage an endpoint through which a VPC reaches a service
version_added: 0.1.0
description:
  - Creates, changes in place, tags and deletes a VPC endpoint.
  - The endpoint is the one that the VPC has of the service, of the given type if a type is given.
    Where there are several, the tag C(Name) of O(tags) or O(vpc_endpoint_id) says which; without
    one of them the task fails and lists them.
  - Lists that are given are what the endpoint has afterwards - what they do not name goes. Options
    that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  vpc_endpoint_id:
    description:
      - ID of the endpoint.
      - Only needed where the VPC has several of the service. It must exist, but for
        O(state=absent).
    type: str
    aliases: [id]
  vpc_id:
    description: ID of the VPC. Goes with O(service_name). It can't be changed.
    type: str
  service_name:
    description: Full name of the service. Goes with O(vpc_id). It can't be changed.
    type: str
    aliases: [service]
  vpc_endpoint_type:
    description:
      - Type of the endpoint. Required to make one; it can't be changed.
      - V(Gateway) is a route, and has O(route_table_ids).
      - V(Interface) and V(GatewayLoadBalancer) are network interfaces, and have O(subnet_ids).
    type: str
    choices: [Gateway, Interface, GatewayLoadBalancer]
    aliases: [type]
  state:
    description:
      - V(present) makes the endpoint, or changes it to what the options say.
      - V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  policy:
    description:
      - Policy that says who may do what through the endpoint, compared by its meaning.
      - An endpoint that is made without one gets AWS's own, which allows everything.
    type: dict
  route_table_ids:
    description: Route tables that get a route to the service. Gateways only.
    type: list
    elements: str
  subnet_ids:
    description:
      - Subnets that get a network interface, at most one an availability zone.
      - Gateway Load Balancer endpoints take one, gateways none.
    type: list
    elements: str
  security_group_ids:
    description:
      - Security groups of the network interfaces, at least one. Interface endpoints only.
      - An endpoint that is made without any gets the default group of the VPC.
    type: list
    elements: str
  private_dns_enabled:
    description:
      - Whether the service's own name leads to the endpoint. Interface endpoints only.
      - AWS's default is V(true) for its own services.
    type: bool
  ip_address_type:
    description: Kind of the addresses of the endpoint.
    type: str
    choices: [ipv4, dualstack, ipv6]
  dns_options:
    description: How names lead to the endpoint. Sub-options that are not set are left as they are.
    type: dict
    suboptions:
      dns_record_ip_type:
        description: Kind of the DNS records.
        type: str
        choices: [ipv4, dualstack, ipv6, service-defined]
      private_dns_only_for_inbound_resolver_endpoint:
        description:
          - Whether private DNS is for networks outside of the VPC only, which ask through an
            inbound endpoint of Route 53, while the VPC itself goes through a gateway endpoint.
        type: bool
  wait:
    description:
      - Wait until the endpoint is available, or gone with O(state=absent).
      - An endpoint that its service's owner has to accept first is not waited for - it is returned
        with RV(vpc_endpoint.state=pendingAcceptance).
      - In check mode nothing is waited for.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 600
notes:
  - To change subnets for others, those that go are removed first, because an availability zone has
    room for one. For that moment the endpoint has only those that stay.
seealso:
  - module: amazon.aws.ec2_vpc_endpoint_info
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Find the VPC
  amazon.aws.ec2_vpc_net_info:
    filters: {"tag:Name": shop-dev}
  register: found

- name: Find its private subnets
  amazon.aws.ec2_vpc_subnet_info:
    filters: {vpc-id: "{{ found.vpcs[0].vpc_id }}", "tag:Tier": private}
  register: private

- name: Find its route tables
  amazon.aws.ec2_vpc_route_table_info:
    filters: {vpc-id: "{{ found.vpcs[0].vpc_id }}"}
  register: routes

- name: Reach S3 from its route tables, and only one bucket of it
  modern_data.warehouse.ec2_vpc_endpoint:
    vpc_id: "{{ found.vpcs[0].vpc_id }}"
    service_name: com.amazonaws.us-east-1.s3
    vpc_endpoint_type: Gateway
    route_table_ids: "{{ routes.route_tables | map(attribute='id') }}"
    policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal: "*"
          Action: s3:*
          Resource: ["arn:aws:s3:::shop-landing", "arn:aws:s3:::shop-landing/*"]

- name: Reach Secrets Manager by its own name
  modern_data.warehouse.ec2_vpc_endpoint:
    vpc_id: "{{ found.vpcs[0].vpc_id }}"
    service_name: com.amazonaws.us-east-1.secretsmanager
    vpc_endpoint_type: Interface
    subnet_ids: "{{ private.subnets | map(attribute='subnet_id') }}"
    private_dns_enabled: true
    tags: {Name: shop-secretsmanager}

- name: Remove it
  modern_data.warehouse.ec2_vpc_endpoint:
    vpc_id: "{{ found.vpcs[0].vpc_id }}"
    service_name: com.amazonaws.us-east-1.secretsmanager
    state: absent
"""

RETURN = r"""
vpc_endpoint:
  description:
    - The endpoint.
    - In check mode it is what it would be; what only AWS knows, such as its ID, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    creation_timestamp: {description: When it was made., type: str, returned: when it exists, sample: "2026-01-15T09:00:00+00:00"}
    dns_entries:
      description: Names that lead to it, each with the hosted zone that has it.
      type: list
      elements: dict
      returned: when it exists and is no gateway
      sample:
        - dns_name: vpce-0123456789abcdef0-abcdefgh.secretsmanager.eu-west-1.vpce.amazonaws.com
          hosted_zone_id: Z38GZ743OKFT7T
    dns_options:
      description: How names lead to it.
      type: dict
      returned: when it has any
      sample: {"dns_record_ip_type": "ipv4"}
    ip_address_type: {description: Kind of its addresses., type: str, returned: when it has any, sample: ipv4}
    network_interface_ids:
      description: Its network interfaces, one a subnet.
      type: list
      elements: str
      returned: when it exists
      sample: [eni-0123456789abcdef0]
    owner_id: {description: Account that owns it., type: str, returned: when it exists, sample: "123456789012"}
    policy:
      description: Who may do what through it.
      type: dict
      returned: when it has one
      sample: {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]}
    private_dns_enabled:
      description: Whether the service's own name leads to it.
      type: bool
      returned: when it exists, or O(private_dns_enabled) is set
      sample: true
    route_table_ids:
      description: Route tables with a route to it.
      type: list
      elements: str
      returned: when it exists, or O(route_table_ids) is set
      sample: []
    security_group_ids:
      description: Security groups of its network interfaces.
      type: list
      elements: str
      returned: when it exists, or O(security_group_ids) is set
      sample: [sg-0123456789abcdef0]
    service_name: {description: Full name of the service., type: str, returned: always, sample: com.amazonaws.eu-west-1.secretsmanager}
    state:
      description:
        - V(available), V(pending), V(pendingAcceptance) until the service's owner accepts it, or
          V(rejected), V(failed), V(expired).
      type: str
      returned: when it exists
      sample: available
    subnet_ids:
      description: Subnets with a network interface of it.
      type: list
      elements: str
      returned: when it exists, or O(subnet_ids) is set
      sample: [subnet-0123456789abcdef0]
    tags:
      description: Its tags.
      type: dict
      returned: when it exists, or O(tags) is set
      sample: {"Name": "shop-secretsmanager"}
    vpc_endpoint_id: {description: Its ID., type: str, returned: when it exists, sample: vpce-0123456789abcdef0}
    vpc_endpoint_type: {description: Its type., type: str, returned: always, sample: Interface}
    vpc_id: {description: The VPC., type: str, returned: always, sample: vpc-0123456789abcdef0}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.ec2_vpc_endpoint import (
    VpcEndpoint,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource

ADDRESSES = ["ipv4", "dualstack", "ipv6"]
DNS_OPTIONS = {
    "dns_record_ip_type": {"type": "str", "choices": [*ADDRESSES, "service-defined"]},
    "private_dns_only_for_inbound_resolver_endpoint": {"type": "bool"},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "vpc_endpoint_id": {"type": "str", "aliases": ["id"]},
            "vpc_id": {"type": "str"},
            "service_name": {"type": "str", "aliases": ["service"]},
            "vpc_endpoint_type": {
                "type": "str",
                "choices": ["Gateway", "Interface", "GatewayLoadBalancer"],
                "aliases": ["type"],
            },
            "policy": {"type": "dict"},
            "route_table_ids": {"type": "list", "elements": "str"},
            "subnet_ids": {"type": "list", "elements": "str"},
            "security_group_ids": {"type": "list", "elements": "str"},
            "private_dns_enabled": {"type": "bool"},
            "ip_address_type": {"type": "str", "choices": ADDRESSES},
            "dns_options": {"type": "dict", "options": DNS_OPTIONS},
            **resource_options(timeout=600),
        },
        required_one_of=[("vpc_endpoint_id", "service_name")],
        required_together=[("vpc_id", "service_name")],
        supports_check_mode=True,
    )
    run_resource(module, VpcEndpoint)


if __name__ == "__main__":
    main()
