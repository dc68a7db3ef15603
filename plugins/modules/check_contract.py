#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: check_contract
short_description: Check the three inventory files as a whole
version_added: 0.1.0
description:
  - Checks C(platform.yml), C(tables.yml) and C(access.yml) together and fails with all faults at
    once, each naming the option, the value and what is allowed.
  - Returns what the contract derives for every layer, as P(modern_data.warehouse.warehouse#filter)
    does. The roles take their defaults from it - register it as V(contract).
  - Runs on the controller, calls no AWS API and changes nothing.
options:
  platform:
    description:
      - The variables of C(platform.yml) - V(platform), V(network), V(source), V(ingestion),
        V(warehouse) and V(load).
    type: dict
    required: true
  tables:
    description: The list V(tables) of C(tables.yml).
    type: list
    elements: dict
    required: true
  access:
    description: The variables of C(access.yml) - V(admins), V(principals), V(principal_groups)
      and V(unmanaged).
    type: dict
    required: true
  run:
    description:
      - What this run is told beside the inventory, checked with it; V(null) for what it is not told.
      - Lists of tables by their sources - V(load_tables) and V(replay_tables), which stand for all
        tables when they are V(null), and V(reload_tables), which must be given.
      - V(pause_running) is V(wait) or V(stop).
      - V(replay_from) is a point in time with its zone, such as V(2026-11-28T10:15:00Z), and must be
        given.
    type: dict
    default: {}
attributes:
  check_mode:
    description: Can run in check mode and tell what would be changed, without changing anything.
    support: full
  diff_mode:
    description: Returns what is changed, or would be in check mode, when in diff mode.
    support: none
    details: It changes nothing.
  idempotent:
    description: Running it twice in a row is the same as running it once.
    support: full
  action_group:
    description: Use C(group/modern_data.warehouse.aws) in C(module_defaults) to set defaults for this module.
    support: none
    details: It calls no AWS API.
    membership: []
author:
  - modern_data.warehouse contributors (@modern-data)
"""

EXAMPLES = r"""
- name: Check the inventory before any AWS call
  modern_data.warehouse.check_contract:
    platform:
      platform: "{{ platform }}"
      network: "{{ network }}"
      source: "{{ source }}"
      ingestion: "{{ ingestion }}"
      warehouse: "{{ warehouse }}"
      load: "{{ load }}"
    tables: "{{ tables }}"
    access:
      admins: "{{ admins }}"
      principals: "{{ principals }}"
      principal_groups: "{{ principal_groups | default(none) }}"
      unmanaged: "{{ unmanaged }}"
    run:
      load_tables: "{{ load_tables | default(none) }}"
  register: contract
"""

RETURN = r"""
errors:
  description: Every fault, one line each.
  returned: always
  type: list
  elements: str
  sample:
    - "tables[0].columns[2].type: 'bigin' is not valid; allowed: smallint, integer, bigint"
names:
  description: Every name that can be computed.
  returned: when there is no fault
  type: dict
  sample: {prefix: mdw-prod, workgroup: mdw-prod}
arns:
  description: Every ARN that can be computed.
  returned: when there is no fault
  type: dict
  sample: {bucket: "arn:aws:s3:::mdw-prod-landing-584fbad6"}
tags:
  description: Tags of every resource.
  returned: when there is no fault
  type: dict
  sample: {platform: mdw-prod}
run:
  description: What the run is told and the playbooks hand on in another form.
  returned: when there is no fault
  type: dict
  sample: {reload_tables: [{schema_name: public, table_name: orders}]}
network:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {create: true, cidr: 10.20.0.0/16}
source_database:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {database: shop, port: 5432, secret: mdw-prod-source}
landing_zone:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {bucket: mdw-prod-landing-584fbad6, raw_prefix: raw/}
ingestion:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {subnet_group: mdw-prod-ingestion}
catalog:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {database: {name: mdw_prod__analytics}}
warehouse:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {namespace: {namespace_name: mdw-prod, db_name: analytics}}
orchestration:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {state_machine: {name: mdw-prod-load}}
governance:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {roles: {mdw-prod-analyst: {name: mdw-prod-analyst}}}
observability:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {topic: {name: mdw-prod-alerts}}
reconciliation:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {capture_timeout: 330}
publication:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
  sample: {state_machine: {name: mdw-prod-publish}}
access:
  description: Who may see what, as the roles access_report and verify_access take it.
  returned: when there is no fault
  type: dict
  sample: {catalog_database: mdw_prod__analytics, schema: analytics}
"""
