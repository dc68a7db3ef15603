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
  backup_retention_period:
    description: For how many days automated backups are kept, V(0) to V(35); V(0) is for none.
    type: int
  copy_tags_to_snapshot:
    description: Give the snapshots the tags of the instance.
    type: bool
  ca_certificate_identifier:
    description: Certificate authority of the server's certificate, such as V(rds-ca-rsa2048-g1).
    type: str
  monitoring_interval:
    description: Seconds between two points of enhanced monitoring; V(0) turns it off.
    type: int
    choices: [0, 1, 5, 10, 15, 30, 60]
  monitoring_role_arn:
    description: ARN of the role that sends the enhanced monitoring's metrics.
    type: str
  performance_insights:
    description: Turn Performance Insights on.
    type: bool
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
  - amazon.aws.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
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
    - The instance, as DescribeDBInstances gives it, in snake_case. The main keys are below.
    - In check mode it is what it would be; what only AWS knows, such as its endpoint, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    allocated_storage: {description: Size of the storage in GiB., type: int, returned: always, sample: 20}
    db_instance_arn:
      description: ARN of the instance.
      type: str
      returned: always
      sample: arn:aws:rds:us-east-1:123456789012:db:shop-dev-source
    db_instance_class: {description: Its class., type: str, returned: always, sample: db.t4g.medium}
    db_instance_identifier: {description: Its identifier., type: str, returned: always, sample: shop-dev-source}
    db_instance_status: {description: Its status., type: str, returned: when it exists, sample: available}
    db_name: {description: Name of the first database., type: str, returned: when it has one, sample: shop}
    db_parameter_groups:
      description: Its parameter group, and whether the parameters are in force.
      type: list
      elements: dict
      returned: when it exists
      sample: [{"db_parameter_group_name": "shop-dev-source", "parameter_apply_status": "in-sync"}]
    endpoint:
      description: Where a client connects.
      type: dict
      returned: when it is available
      contains:
        address: {description: Host name., type: str, returned: always, sample: shop-dev-source.abcdefghijkl.us-east-1.rds.amazonaws.com}
        port: {description: TCP port., type: int, returned: always, sample: 5432}
    engine_version: {description: Version of the engine., type: str, returned: when it exists, sample: '16.9'}
    master_user_secret:
      description: The secret that RDS manages.
      type: dict
      returned: with O(manage_master_user_password=true)
      sample: {"secret_arn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1-AbCdEf"}
    master_username: {description: Name of the master user., type: str, returned: always, sample: shop_admin}
    tags: {description: Its tags., type: dict, returned: always, sample: {Environment: dev}}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.rds_instance import Instance

OPTIONS = {
    "identifier": {
        "type": "str",
        "required": True,
        "aliases": ["db_instance_identifier", "name"],
    },
    "engine": {"type": "str", "choices": ["postgres"], "default": "postgres"},
    "engine_version": {"type": "str"},
    "allow_major_version_upgrade": {"type": "bool", "default": False},
    "auto_minor_version_upgrade": {"type": "bool"},
    "instance_class": {"type": "str", "aliases": ["db_instance_class"]},
    "allocated_storage": {"type": "int"},
    "max_allocated_storage": {"type": "int"},
    "storage_type": {"type": "str", "choices": ["gp2", "gp3", "io1", "io2", "standard"]},
    "storage_encrypted": {"type": "bool"},
    "kms_key_id": {"type": "str"},
    "db_name": {"type": "str"},
    "port": {"type": "int"},
    "master_username": {"type": "str"},
    "manage_master_user_password": {"type": "bool", "no_log": False},
    "master_user_secret": {"type": "str", "no_log": False},
    "parameter_group": {"type": "str"},
    "subnet_group": {"type": "str"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "multi_az": {"type": "bool"},
    "publicly_accessible": {"type": "bool"},
    "backup_retention_period": {"type": "int"},
    "copy_tags_to_snapshot": {"type": "bool"},
    "ca_certificate_identifier": {"type": "str"},
    "monitoring_interval": {"type": "int", "choices": [0, 1, 5, 10, 15, 30, 60]},
    "monitoring_role_arn": {"type": "str"},
    "performance_insights": {"type": "bool"},
    "deletion_protection": {"type": "bool"},
    "apply_immediately": {"type": "bool", "default": True},
    "reboot": {"type": "bool", "default": False},
    "skip_final_snapshot": {"type": "bool", "default": False},
    "final_snapshot_identifier": {"type": "str"},
    "delete_automated_backups": {"type": "bool", "default": True},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={**OPTIONS, **resource_options(timeout=3600)},
        mutually_exclusive=[("manage_master_user_password", "master_user_secret")],
        supports_check_mode=True,
    )
    run_resource(module, Instance)


if __name__ == "__main__":
    main()
