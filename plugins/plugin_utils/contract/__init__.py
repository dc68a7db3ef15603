# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract: three inventory files in, everything derived out.

`errors(platform, tables, access, run)` reports every fault of the three documents, `derive` of the
same returns the dictionary below. Pure: no AWS, no Ansible, no clock, nothing random.

platform  the variables of platform.yml as one mapping: platform, network, source, ingestion,
          warehouse, load, lake
tables    the list of tables.yml
access    the variables of access.yml as one mapping: admins, principals, principal_groups, unmanaged
run       what one run of a playbook is told besides; see run_options

The derived dictionary, by layer. Groups that a module takes have the module's option names.

names            prefix, account_id, region, partition, bucket, vpc, source_instance,
                 source_parameter_group, source_subnet_group, source_secret,
                 source_security_group, ingestion_instance, ingestion_subnet_group,
                 ingestion_security_group, ingestion_task, source_endpoint, landing_endpoint,
                 catalog_database, crawler, namespace, workgroup, warehouse_security_group,
                 database, schema, etl_schema, cursor_table, state_machine, schedule,
                 load_log_group, publish_machine, publish_schedule, publish_log_group, topic,
                 roles {load, scheduler, crawler, ingestion, source_secret, copy, lake, unload,
                 publish, publish_scheduler}
arns             bucket, raw, current, catalog_database, crawler, cursor_table, state_machine,
                 schedule, load_log_group, publish_machine, publish_schedule, publish_log_group,
                 topic, roles {as in names}
tags             the tags of every resource
run              of the run's options, as run_options.prepared: reload_tables, replay_from
network          create, vpc_id ("" with create), subnet_ids, cidr, subnets [{zone, cidr}],
                 subnet_filters, source_port, warehouse_port
source_database  create, database, port, secret, replica_host; with create: instance {...}, subnet_group,
                 security_group, parameter_group {name, family, parameters}, master_user;
                 else host
landing_zone     bucket, bucket_arn, raw_prefix, manifest_prefix, config_prefix, policy,
                 encryption, object_ownership
ingestion        instance {...}, subnet_group, security_group, source_endpoint {...},
                 target_endpoint {...}, task {...}, table_mappings {rules}, task_settings,
                 roles {ingestion, source_secret}, account_roles []
catalog          database {...}, tables [{...}], crawler {...}, roles {crawler, lake},
                 lake_formation {admins, locations [{...}], grants [], revoked []}
warehouse        namespace {...}, workgroup {...}, usage_limit {...}, security_group,
                 database, schema, etl_schema, tables [as redshift_table takes them],
                 privileges {as redshift_privileges takes them}, roles {copy, unload}
orchestration    state_machine {...}, definition {...}, schedule {...}, cursor_table {name,
                 hash_key}, log_group, log_group_arn, config [{key, content}],
                 roles {load, scheduler}
publication      state_machine {...}, definition {...}, schedule {...}, log_group, log_group_arn,
                 config [{key, content}], lake_formation {grants []}, roles {publish,
                 publish_scheduler}
governance       roles {<role name>: ...}, readers {name_prefix, tags, keep []},
                 lake_formation {database, tables, makers [], locations [], filter_prefix,
                 filters [], grants [], unmanaged []}, and as the modules take them redshift
                 (redshift_privileges), row_security, masking
access           what each principal may see: schema, catalog_database, bucket, bucket_arn, tables,
                 readers [{..., tables}], service_roles, secrets, known, policies
observability    topic {name, arn}, alarms [{...}]
reconciliation   capture_timeout (seconds)

A role is {name, arn, description, assume_role_policy, policy_name, policy, managed_policies,
tags}; a grant of Lake Formation is {principal, resource, permissions}; each layer has tags.
"""

from __future__ import annotations

from .checks import errors
from .derivation import derive

__all__ = ["derive", "errors"]
