#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_instance
short_description: Manage an Amazon RDS for PostgreSQL DB instance
version_added: 0.1.0
description:
  - Creates, changes, reboots and deletes a DB instance with PostgreSQL.
  - The master user's password comes from AWS, either managed by RDS or from a secret of yours. It is
    never an option, and never returned. Options that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Identifier of the instance.
    type: str
    required: true
    aliases: [db_instance_identifier, name]
  state:
    description: V(present) makes or changes the instance, V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  engine:
    description: Database engine.
    type: str
    choices: [postgres]
    default: postgres
  engine_version:
    description: Version of the engine. V(16) is satisfied by every 16.x, V(16.4) by 16.4 alone.
    type: str
  allow_major_version_upgrade:
    description: Allow O(engine_version) to be a later major version.
    type: bool
    default: false
  auto_minor_version_upgrade:
    description: Let RDS install minor versions in the maintenance window.
    type: bool
  instance_class:
    description: Class of the instance, such as V(db.t4g.medium). Needed to create it.
    type: str
    aliases: [db_instance_class]
  allocated_storage:
    description:
      - Size of the storage in GiB, at least. Needed to create the instance.
      - Storage that has grown beyond it by itself is left so, since it can't shrink.
    type: int
  max_allocated_storage:
    description: Size in GiB up to which RDS lets the storage grow by itself.
    type: int
  storage_type:
    description: Type of the storage.
    type: str
    choices: [gp2, gp3, io1, io2, standard]
  iops:
    description:
      - Operations per second of the storage. Needed for V(io1) and V(io2).
      - V(gp3) has a choice from 400 GiB on.
    type: int
  storage_throughput:
    description: Throughput of V(gp3) storage in MiB a second, from 400 GiB on.
    type: int
  storage_encrypted:
    description: Encrypt the storage. It can't be changed later.
    type: bool
  kms_key_id:
    description: ID or ARN of the KMS key that encrypts the storage. It can't be changed later.
    type: str
  db_name:
    description: Name of the first database. It can't be changed later.
    type: str
  port:
    description: TCP port. RDS takes V(5432) where it isn't set.
    type: int
  master_username:
    description:
      - Name of the master user. Needed to create the instance, unless the secret of
        O(master_user_secret) has it under the key C(username).
      - It can't be changed later.
    type: str
  manage_master_user_password:
    description: Let RDS make the master user's password, keep it in a secret of its own, and rotate it.
    type: bool
  master_user_secret:
    description:
      - Name or ARN of a secret in AWS Secrets Manager, a JSON object whose key C(password) is the
        master user's password. The module reads it when it creates the instance, and only then.
    type: str
  parameter_group:
    description: Name of the DB parameter group.
    type: str
  subnet_group:
    description: Name of the DB subnet group.
    type: str
  security_group_ids:
    description:
      - IDs of the VPC security groups.
      - The list replaces the one that the instance has.
    type: list
    elements: str
  multi_az:
    description: Keep a standby in another availability zone.
    type: bool
  publicly_accessible:
    description: Give it an address that the internet can reach.
    type: bool
  iam_database_authentication_enabled:
    description: Let IAM identities log in.
    type: bool
  copy_tags_to_snapshot:
    description: Give the snapshots the tags of the instance.
    type: bool
  ca_certificate_identifier:
    description: Certificate authority of the server's certificate, such as V(rds-ca-rsa2048-g1).
    type: str
  deletion_protection:
    description: Refuse to delete the instance.
    type: bool
  apply_immediately:
    description:
      - Apply changes at once. With V(false) those that RDS can put off wait for the maintenance window,
        and count as made.
    type: bool
    default: true
  reboot:
    description:
      - Reboot the instance when a parameter of its group waits for that.
      - In check mode a reboot is foretold for a change of O(parameter_group) and for parameters
        that already wait, not for those that another task would have changed.
    type: bool
    default: false
  skip_final_snapshot:
    description: With O(state=absent), make no last snapshot. The data are lost.
    type: bool
    default: false
  final_snapshot_identifier:
    description:
      - With O(state=absent), identifier of the last snapshot. Needed unless
        O(skip_final_snapshot=true).
    type: str
  delete_automated_backups:
    description: With O(state=absent), delete the automated backups too.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 3600
seealso:
  - module: modern_data.warehouse.rds_parameter_group
  - module: modern_data.warehouse.generated_secret
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
  - modern_data.warehouse.rds_upkeep
"""

EXAMPLES = r"""
- name: Make the secret of the master user
  modern_data.warehouse.generated_secret:
    name: shop-dev-source
    values:
      username: shop_admin

- name: Ask for an instance, without waiting for it
  modern_data.warehouse.rds_instance:
    identifier: shop-dev-source
    engine_version: "16"
    instance_class: db.t4g.medium
    allocated_storage: 20
    storage_type: gp3
    storage_encrypted: true
    db_name: shop
    master_user_secret: shop-dev-source
    backup_retention_period: 7
    wait: false

- name: Wait for it, and reboot it if its parameters need that
  modern_data.warehouse.rds_instance:
    identifier: shop-dev-source
    reboot: true
  register: source

- name: Delete it, keeping a last snapshot
  modern_data.warehouse.rds_instance:
    identifier: shop-dev-source
    state: absent
    final_snapshot_identifier: shop-dev-source-final
"""

RETURN = r"""
instance:
  description:
    - The instance, as DescribeDBInstances gives it, in snake_case. The usual keys are below.
    - In check mode it is what it would be; what only AWS knows, such as its endpoint, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    allocated_storage: {description: Size of the storage in GiB., type: int, returned: when known, sample: 20}
    associated_roles: {description: Roles with which it reaches other services., type: list, elements: dict, returned: when it exists, sample: []}
    auto_minor_version_upgrade: {description: Whether minor versions are installed by themselves., type: bool, returned: when known, sample: true}
    availability_zone: {description: Its availability zone., type: str, returned: once AWS has chosen it, sample: us-east-1a}
    backup_retention_period: {description: For how many days automated backups are kept., type: int, returned: when known, sample: 7}
    ca_certificate_identifier: {description: Certificate authority of its certificate., type: str, returned: when known, sample: rds-ca-rsa2048-g1}
    copy_tags_to_snapshot: {description: Whether snapshots get its tags., type: bool, returned: when known, sample: false}
    db_instance_arn: {description: ARN of the instance., type: str, returned: always, sample: "arn:aws:rds:us-east-1:123456789012:db:shop-dev-source"}
    db_instance_class: {description: Its class., type: str, returned: when known, sample: db.t4g.medium}
    db_instance_identifier: {description: Its identifier., type: str, returned: always, sample: shop-dev-source}
    db_instance_port: {description: V(0); the port is in RV(instance.endpoint.port)., type: int, returned: when it exists, sample: 0}
    db_instance_status: {description: Its status., type: str, returned: when it exists, sample: available}
    db_name: {description: Name of the first database., type: str, returned: when it has one, sample: shop}
    db_parameter_groups:
      description: Its parameter group.
      type: list
      elements: dict
      returned: when it exists
      sample: [{"parameter_apply_status": "in-sync"}]
    db_security_groups: {description: Empty; see RV(instance.vpc_security_groups)., type: list, elements: dict, returned: when it exists, sample: []}
    db_subnet_group: {description: Its subnet group., type: dict, returned: when it exists, sample: {"db_subnet_group_name": "shop-dev"}}
    dbi_resource_id: {description: ID that stays when it is renamed., type: str, returned: when it exists, sample: db-ABCDEFGHIJKLMNOPQRSTUVWXYZ}
    deletion_protection: {description: Whether it is protected from deletion., type: bool, returned: when known, sample: false}
    domain_memberships: {description: Directories that it is a member of., type: list, elements: dict, returned: when it exists, sample: []}
    enabled_cloudwatch_logs_exports: {description: Logs sent to CloudWatch., type: list, elements: str, returned: if there are any, sample: [postgresql]}
    endpoint:
      description: Where a client connects.
      type: dict
      returned: when it is available
      contains:
        address: {description: Host name., type: str, returned: always, sample: shop-dev-source.abcdefghijkl.us-east-1.rds.amazonaws.com}
        hosted_zone_id: {description: Its zone in Route 53., type: str, returned: always, sample: Z2R2ITUGPM61AM}
        port: {description: TCP port., type: int, returned: always, sample: 5432}
    engine: {description: Its engine., type: str, returned: when known, sample: postgres}
    engine_version: {description: Version of the engine., type: str, returned: when it exists, sample: '16.9'}
    iam_database_authentication_enabled: {description: Whether IAM identities log in., type: bool, returned: when it exists, sample: false}
    instance_create_time: {description: When it was made., type: str, returned: once it has been available, sample: '2026-01-15T10:00:00+00:00'}
    iops: {description: Operations per second of its storage., type: int, returned: when its storage has them, sample: 3000}
    kms_key_id: {description: KMS key of its storage., type: str, returned: when it is encrypted, sample: "arn:aws:kms:us-east-1:123456789012:key/shop"}
    latest_restorable_time: {description: The latest time to restore., type: str, returned: when it is backed up, sample: '2026-01-15T10:00:00+00:00'}
    license_model: {description: How its engine is licensed., type: str, returned: when it exists, sample: postgresql-license}
    master_user_secret: {description: The secret that RDS manages., type: dict, returned: when there is one, sample: {"secret_status": "active"}}
    master_username: {description: Name of the master user., type: str, returned: when known, sample: shop_admin}
    max_allocated_storage: {description: Size in GiB up to which its storage grows., type: int, returned: when it is set, sample: 100}
    monitoring_interval: {description: Seconds between two points of enhanced monitoring., type: int, returned: when known, sample: 0}
    monitoring_role_arn: {description: Role of enhanced monitoring., type: str, returned: if set, sample: "arn:aws:iam::123456789012:role/rds-monitoring"}
    multi_az: {description: Whether there is a standby in another zone., type: bool, returned: when known, sample: false}
    option_group_memberships: {description: Its option groups., type: list, elements: dict, returned: when it exists, sample: [{"status": "in-sync"}]}
    pending_modified_values: {description: Changes that wait for the maintenance window., type: dict, returned: when it exists, sample: {}}
    performance_insights_enabled: {description: Whether Performance Insights is on., type: bool, returned: when AWS tells it, sample: false}
    preferred_backup_window: {description: When it is backed up., type: str, returned: when it exists, sample: "03:00-03:30"}
    preferred_maintenance_window: {description: When RDS maintains it., type: str, returned: when it exists, sample: "sun:06:00-sun:06:30"}
    publicly_accessible: {description: Whether the internet can reach it., type: bool, returned: when known, sample: false}
    read_replica_db_instance_identifiers: {description: Its read replicas., type: list, elements: str, returned: when it exists, sample: []}
    storage_encrypted: {description: Whether its storage is encrypted., type: bool, returned: when known, sample: true}
    storage_throughput: {description: Throughput of its storage in MiB a second., type: int, returned: when its storage has one, sample: 125}
    storage_type: {description: Type of its storage., type: str, returned: when known, sample: gp3}
    tags: {description: Its tags., type: dict, returned: always, sample: {Environment: dev}}
    vpc_security_groups: {description: Its security groups., type: list, elements: dict, returned: when it exists, sample: [{"status": "active"}]}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.rds_instance import Instance
from ansible_collections.modern_data.warehouse.plugins.module_utils.rds_instance_options import (
    OPTIONS,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={**OPTIONS, **resource_options(timeout=3600)},
        mutually_exclusive=[("manage_master_user_password", "master_user_secret")],
        supports_check_mode=True,
    )
    run_resource(module, Instance)


if __name__ == "__main__":
    main()
