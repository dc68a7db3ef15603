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
    description: The variables of C(access.yml) - V(admins), V(principals) and V(unmanaged).
    type: dict
    required: true
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
author:
  - modern_data.warehouse contributors
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
      unmanaged: "{{ unmanaged }}"
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
tags:
  description: Tags of every resource.
  returned: when there is no fault
  type: dict
network:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
source_database:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
landing_zone:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
ingestion:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
catalog:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
warehouse:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
orchestration:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
governance:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
observability:
  description: What the role of this name takes.
  returned: when there is no fault
  type: dict
"""
